"""A secret pasted where names are looked for stays in no address, no page and no answer."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from console.pasted import is_secret
from robots.base.credentials import mint_compact
from robots.tokens.services.tokens import create_personal_token, create_token, delete_token
from teams.models import User
from tests.addresses import ADDRESSES, acme, address_of
from tests.browsers import browser, text
from tests.conftest import Cast, person
from tests.pasting import NAMES, shapes

SAID = "That looks like a token"
LOOKED_UP = "/o/acme/audit-log/#filter-token"


@pytest.mark.parametrize("name", NAMES)
def test_names_are_no_secrets(name: str) -> None:
    assert not is_secret(name)


def test_every_page_leads_to_its_address_without_a_secret(
    furnished: Cast, subtests: pytest.Subtests
) -> None:
    client, places = browser(furnished.owner, confirmed=True), acme(furnished)
    for name in ADDRESSES:
        address = address_of(name, places)
        if address.startswith("/api/v1/"):
            continue
        with subtests.test(name):
            answer = client.get(address, {"q": furnished.secret, "who": "all"})
            assert answer["Location"] == f"{address}?who=all"
            assert furnished.secret not in str(answer.headers) + text(answer)


def test_each_shape_is_recognized_and_repeated_nowhere(
    as_owner: Client, cast: Cast, subtests: pytest.Subtests
) -> None:
    for shape, pasted in shapes(cast).items():
        with subtests.test(shape):
            for field in ("q", "project", "label", "unheard-of"):
                answer = as_owner.get("/o/acme/robots/", {field: pasted}, follow=True)
                assert answer.redirect_chain == [("/o/acme/robots/", 302)]
                assert SAID in text(answer)
                assert pasted.strip() not in text(answer)


def link_for(user: User, pasted: str, address: str = "/o/acme/robots/") -> str | None:
    """Where the words about a pasted token lead; nothing of it is in the page."""
    answer = browser(user).get(address, {"q": pasted}, follow=True)
    shown = text(answer)
    assert SAID in shown
    assert pasted not in shown
    found = re.search(r'others use this browser\. <a href="([^"]+)">', shown)
    return found[1] if found else None


def test_the_words_lead_to_the_page_of_a_token_that_one_sees(cast: Cast) -> None:
    signed = create_token(actor=cast.owner, robot=cast.robot, name="signed")
    for minted in (cast.minted, signed):
        secret = minted.plaintext.reveal()
        for pasted in (secret, f"Authorization: Bearer {secret}", f'{{"secret": "{secret}"}}'):
            assert link_for(cast.owner, pasted) == minted.token.get_absolute_url()


def test_a_personal_token_leads_to_its_own_page_and_for_nobody_else(cast: Cast) -> None:
    minted = create_personal_token(actor=cast.owner, name="laptop")
    secret = minted.plaintext.reveal()
    assert link_for(cast.owner, secret) == minted.token.get_absolute_url()
    other = person(cast.organization, "owner", "second@example.com")
    assert link_for(other, secret) == LOOKED_UP


@pytest.fixture
def unknown(cast: Cast) -> list[str]:
    """Secrets of tokens that nobody in acme may see: foreign, ended, made up."""
    ended = create_token(actor=cast.owner, robot=cast.robot, name="ended")
    delete_token(actor=cast.owner, token=ended.token)
    foreign = create_token(actor=cast.stranger, robot=cast.other_robot, name="signed")
    made = [cast.other_minted, foreign, ended]
    return [
        *(minted.plaintext.reveal() for minted in made),
        mint_compact().reveal(),
        cast.secret[:-1],
        "eyJhbGciOiJSUzI1NiJ9.eyJqdGkiOiJ4In0.c2ln",
    ]


def test_a_token_that_one_may_not_see_is_as_unknown_as_none(cast: Cast, unknown: list[str]) -> None:
    for secret in unknown:
        assert link_for(cast.owner, secret) == LOOKED_UP
    for secret in (*unknown, cast.secret):
        assert link_for(cast.member, secret, "/o/acme/teams/") is None
        assert link_for(cast.owner, secret, "/account/tokens/") is None


def test_foreign_ended_and_missing_tokens_take_the_same_queries(
    cast: Cast, unknown: list[str]
) -> None:
    client, counts = browser(cast.owner), set()
    for secret in unknown:
        with CaptureQueriesContext(connection) as queries:
            client.get("/o/acme/robots/", {"q": secret})
        counts.add(len(queries))
    assert len(counts) == 1


def test_what_is_searched_in_a_form_leads_to_the_token_as_well(
    as_owner: Client, cast: Cast
) -> None:
    data = {"find": cast.secret, "shown_for": "", "name": "builder"}
    page = text(as_owner.post("/o/acme/robots/new/?search=", data))
    assert f'<a href="{cast.token.get_absolute_url()}">Open the token' in page


def test_as_one_types_htmx_is_led_away(as_owner: Client, cast: Cast) -> None:
    headers = {"HX-Request": "true", "HX-Target": "robot-table"}
    answer = as_owner.get("/o/acme/robots/", {"q": cast.secret}, headers=headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/o/acme/robots/")


def test_a_form_that_chooses_searches_for_no_secret(as_owner: Client, cast: Cast) -> None:
    data = {"find": cast.secret, "shown_for": "", "name": "builder"}
    page = text(as_owner.post("/o/acme/robots/new/?search=", data))
    assert cast.secret not in page
    assert 'value="builder"' in page
    assert SAID in page


def test_files_and_posts_say_no(as_owner: Client, cast: Cast) -> None:
    query = f"q={cast.secret}"
    assert as_owner.get(f"/o/acme/robots.csv?{query}")["Location"] == "/o/acme/robots.csv"
    answer = as_owner.post(f"/o/acme/audit-log/export/?{query}", {"form": "csv"})
    assert answer.status_code == 400
    assert SAID in text(answer)
    assert cast.secret not in text(answer)


@pytest.mark.parametrize("path", ["robots", "projects", "repositories", "teams", "roles", "events"])
@pytest.mark.parametrize("field", ["q", "name", "unheard-of"])
def test_the_api_refuses_by_name_and_does_not_repeat_it(
    as_owner: Client, cast: Cast, path: str, field: str
) -> None:
    for pasted in shapes(cast).values():
        answer = as_owner.get(f"/api/v1/organizations/acme/{path}/", {field: pasted})
        assert answer.status_code == 400
        (error,) = answer.json()["errors"]
        assert (error["field"], SAID in error["message"]) == (field, True)
        assert pasted not in answer.content.decode()
