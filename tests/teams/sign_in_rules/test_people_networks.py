"""Networks that people come from: from elsewhere no page and no API, and a way back for operators."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from console.models import Event, Organization
from tests.api.callers import bearer, token_of
from tests.browsers import browser, texts_of
from tests.conftest import Cast
from tests.teams.sign_in.factors import with_app
from tests.teams.sign_in_rules.rules import HERE, change, limit_to, require

ROBOTS, API_ROBOTS = "/o/acme/robots/", "/api/v1/organizations/acme/robots/"
OFFICE, ELSEWHERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture
def limited(cast: Cast) -> Cast:
    assert change(cast, people_networks=f"198.51.100.0/24\n{HERE}").status_code == 302
    return cast


def at(cast: Cast, address: str) -> Client:
    return browser(cast.owner, REMOTE_ADDR=address)


def test_from_inside_all_is_as_before(limited: Cast) -> None:
    assert texts_of(at(limited, OFFICE).get(ROBOTS), "h1") == ["Robots"]
    assert at(limited, OFFICE).get(API_ROBOTS).status_code == 200


def test_from_outside_a_page_says_which_address_was_seen(limited: Cast) -> None:
    page = at(limited, ELSEWHERE).get(ROBOTS)
    assert page.status_code == 200
    assert texts_of(page, "h2") == ["Not from this network"]
    assert ELSEWHERE in " ".join(texts_of(page, "dd"))
    # Which ones are allowed is not told to who stands outside.
    assert "198.51.100" not in page.content.decode()


@pytest.mark.parametrize("way", ["session", "token"])
def test_from_outside_the_api_answers_a_problem_with_the_address(limited: Cast, way: str) -> None:
    client = at(limited, ELSEWHERE)
    if way == "token":
        client = bearer(token_of(limited.owner)[1])
        client.defaults["REMOTE_ADDR"] = ELSEWHERE
    answer = client.get(API_ROBOTS)
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert f"You come from {ELSEWHERE}, which is in none of them." in answer.json()["detail"]


def test_a_pasted_token_leads_nowhere_from_outside(limited: Cast) -> None:
    """What was pasted is answered on the next page, with a link to the token for who may come in."""
    link = limited.token.get_absolute_url()
    for address, is_shown in ((OFFICE, True), (ELSEWHERE, False)):
        page = at(limited, address).get(ROBOTS, {"q": limited.secret}, follow=True)
        assert (link in page.content.decode()) == is_shown


def test_other_organizations_and_the_account_stay_open(limited: Cast) -> None:
    client = at(limited, ELSEWHERE)
    assert client.get("/account/").status_code == 200
    assert browser(limited.stranger, REMOTE_ADDR=ELSEWHERE).get("/o/globex/").status_code == 200
    assert browser(limited.stranger, REMOTE_ADDR=ELSEWHERE).get(ROBOTS).status_code == 404


def test_a_mapped_address_is_the_ipv4_one(limited: Cast) -> None:
    assert texts_of(at(limited, f"::ffff:{OFFICE}").get(ROBOTS), "h1") == ["Robots"]
    assert texts_of(at(limited, "").get(ROBOTS), "h2") == ["Not from this network"]


def test_network_comes_before_factor_so_nothing_is_set_up_in_vain(limited: Cast) -> None:
    with_app(limited.owner)
    require(limited)
    page = browser(limited.member, REMOTE_ADDR=ELSEWHERE).get(ROBOTS)
    assert texts_of(page, "h2") == ["Not from this network"]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("lift_sign_in_rules", *arguments, stdout=out)
    return out.getvalue().strip()


def test_an_operator_lifts_the_networks_and_the_log_keeps_what_they_were(cast: Cast) -> None:
    with_app(cast.owner)
    require(cast)
    limit_to(cast, OFFICE)
    assert run("acme") == "people come into acme from everywhere again"
    row = Organization.objects.get(pk=cast.organization.pk)
    assert (row.people_networks, row.required_factor) == ("", "factor")
    event = Event.objects.filter(action="sign-in-rules:updated").latest("id")
    assert (event.actor_label, event.before["people_networks"]) == ("operator", OFFICE)
    assert run("acme") == "acme has no such rule: nothing was changed"


def test_and_the_factor_when_told_so(cast: Cast) -> None:
    with_app(cast.owner)
    require(cast)
    words = "people come into acme from everywhere again, without a second factor"
    assert run("acme", "--factor") == words
    row = Organization.objects.get(pk=cast.organization.pk)
    assert (row.required_factor, row.factor_from) == ("", None)


def test_an_organization_that_is_not_there_is_said(cast: Cast) -> None:
    with pytest.raises(CommandError, match="there is no organization nowhere"):
        run("nowhere")
