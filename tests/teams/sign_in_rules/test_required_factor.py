"""A second factor that an organization requires: who stays outside from when, and what stays open."""

import pytest
from django.test import Client

from console.permissions.vocabulary import Permission
from tests.actors import holder
from tests.addresses import API_ADDRESSES, WITH_OBJECT, acme, address_of
from tests.api.bodies import examples, places
from tests.api.callers import bearer, send, token_of
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.front import ask, basic
from tests.teams.sign_in.factors import (
    asked,
    enter,
    visitor,
    with_app,
    with_passkey,
)
from tests.teams.sign_in_rules.rules import limit_to, require

ROBOTS, API_ROBOTS = "/o/acme/robots/", "/api/v1/organizations/acme/robots/"
WHY = "Acme requires a second factor: add an authenticator app or a passkey to your account."


def heads(page: object) -> list[str]:
    return texts_of(page, "h2")


def test_until_the_day_a_page_reminds_who_is_not_ready_and_nobody_else(cast: Cast) -> None:
    with_app(cast.owner)
    require(cast, days=7)
    page = browser(cast.member).get(ROBOTS)
    assert page.status_code == 200
    assert texts_of(page, "h1") == ["Robots"]
    (title,) = texts_of(page, "strong", **{"class": "notice-title"})
    assert title.endswith("you need a second factor here")
    assert texts_of(browser(cast.owner).get(ROBOTS), "strong", **{"class": "notice-title"}) == []
    assert browser(cast.member).get(API_ROBOTS).status_code == 200


def test_from_the_day_on_a_page_says_why_and_how_at_the_same_address(cast: Cast) -> None:
    with_app(cast.owner)
    require(cast)
    client = browser(cast.member)
    page = client.get(ROBOTS)
    assert page.status_code == 200
    assert heads(page) == ["Set up a second factor first"]
    assert 'href="/account/security/app/"' in text(page)
    assert cast.robot.name not in texts_of(page, "a")
    with_app(cast.member, client)
    assert texts_of(client.get(ROBOTS), "h1") == ["Robots"]


def test_a_form_is_refused_and_a_fragment_leads_to_the_page(cast: Cast) -> None:
    with_app(cast.owner)
    require(cast)
    client = browser(cast.member)
    ours = {"Origin": "http://testserver"}
    answer = client.post("/o/acme/robots/new/", {"name": "typed-name"}, headers=ours)
    assert answer.status_code == 403
    assert WHY in text(answer)
    assert "typed-name" in text(answer)
    part = client.get(ROBOTS, headers={"HX-Request": "true", "HX-Target": "robot-table"})
    assert (part.status_code, part["HX-Redirect"]) == (204, "/o/acme/")


def another_owner(cast: Cast) -> Client:
    """Somebody who may do everything, and has no second factor."""
    cast.member.memberships.filter(organization=cast.organization).update(role="owner")
    return browser(cast.member, confirmed=True)


def test_no_page_of_the_organization_is_open_and_no_address_of_the_api(furnished: Cast) -> None:
    """Whatever there is: a new page that forgets to ask fails here."""
    with_app(furnished.owner)
    require(furnished)
    client, places, open_pages = another_owner(furnished), acme(furnished), []
    for name in WITH_OBJECT:
        page = client.get(address_of(name, places))
        shut = page.status_code == 405 or heads(page) == ["Set up a second factor first"]
        open_pages += [] if shut else [name]
    assert open_pages == []


@pytest.mark.parametrize("name", WITH_OBJECT)
def test_no_form_of_the_organization_is_taken(furnished: Cast, name: str) -> None:
    with_app(furnished.owner)
    require(furnished)
    answer = another_owner(furnished).post(address_of(name, acme(furnished)), {"name": "x"})
    assert answer.status_code == 405 or WHY in text(answer)


@pytest.mark.parametrize("way", ["session", "token"])
def test_no_address_of_the_api_is_open(furnished: Cast, way: str) -> None:
    with_app(furnished.owner)
    require(furnished)
    client = another_owner(furnished)
    if way == "token":
        client = bearer(token_of(furnished.member)[1])
    within = {name for name, own in API_ADDRESSES.items() if "organization" in own}
    open_addresses = [
        (it.name, it.method)
        for it in examples(furnished, places(furnished))
        if it.name in within and WHY not in send(client, it).content.decode()
    ]
    assert open_addresses == []


def test_a_persons_own_token_is_refused_with_words(cast: Cast) -> None:
    with_app(cast.owner)
    require(cast)
    problem = bearer(token_of(cast.member)[1]).get(API_ROBOTS)
    assert problem.status_code == 403
    assert problem.json()["detail"] == f"{WHY} Robot accounts are not affected."
    assert bearer(token_of(cast.owner)[1]).get(API_ROBOTS).status_code == 200
    assert bearer(token_of(cast.member)[1]).get("/api/v1/me/").status_code == 200


def test_verifiers_and_robots_are_never_asked(cast: Cast) -> None:
    with_app(cast.owner)
    require(cast, "factor")
    limit_to(cast, "203.0.113.0/24")
    login = basic(str(cast.token.uuid), cast.secret)
    assert ask("/service/token?service=registry", authorization=login).status == 200
    viewer = holder(cast.organization, Permission.ORGANIZATION_READ)
    assert bearer(token_of(viewer)[1]).get("/api/v1/organizations/acme/").status_code == 200


def test_the_account_and_other_organizations_stay_open(cast: Cast) -> None:
    with_app(cast.owner)
    require(cast)
    client = browser(cast.member, confirmed=True)
    for address in ("/account/", "/account/security/", "/account/organizations/"):
        assert client.get(address).status_code == 200
    assert client.get("/account/security/app/").status_code == 200
    assert heads(browser(cast.stranger).get("/o/acme/")) != ["Set up a second factor first"]
    assert browser(cast.stranger).get("/o/acme/").status_code == 404
    assert browser(cast.operator).get("/site/organizations/").status_code == 200


def test_an_app_does_not_meet_a_passkey(cast: Cast) -> None:
    with_passkey(cast.owner)
    with_app(cast.member)
    require(cast, "passkey")
    assert heads(browser(cast.member).get(ROBOTS)) == ["Add a passkey first"]
    problem = bearer(token_of(cast.member)[1]).get(API_ROBOTS).json()
    assert problem["detail"].startswith("Acme requires a passkey: add one to your account.")


def test_a_required_passkey_has_to_be_used_in_this_session(cast: Cast) -> None:
    passkey = with_passkey(cast.owner)
    require(cast, "passkey")
    client = browser(cast.owner)
    page = client.get(f"{ROBOTS}?q=a%26b")
    assert heads(page) == ["Sign in with your passkey"]
    assert "/account/sign-in-again/passkey/?next=%2Fo%2Facme%2Frobots%2F%3Fq%3Da%2526b" in text(
        page
    )
    assert client.get(API_ROBOTS).status_code == 403
    with_it = visitor()
    enter(with_it, passkey.says(asked(with_it)))
    assert texts_of(with_it.get(ROBOTS), "h1") == ["Robots"]
    assert with_it.get(API_ROBOTS).status_code == 200
    # A token proves all that a token proves.
    assert bearer(token_of(cast.owner)[1]).get(API_ROBOTS).status_code == 200


def test_who_takes_the_factor_away_stays_outside_like_everybody(cast: Cast) -> None:
    with_app(cast.owner)
    require(cast)
    client = browser(cast.owner, confirmed=True)
    assert texts_of(client.get(ROBOTS), "h1") == ["Robots"]
    client.post("/account/security/app/delete/")
    assert heads(client.get(ROBOTS)) == ["Set up a second factor first"]
    with_app(cast.owner, client)
    assert texts_of(client.get(ROBOTS), "h1") == ["Robots"]
