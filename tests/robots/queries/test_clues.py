"""Finding robots by what people hold in hand: an access ID, a token's name, a login name, an address."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console.permissions.vocabulary import Permission
from robots.accounts.services.addresses import change_robot_addresses
from robots.accounts.services.robots import create_robot
from robots.models import Token, TokenAddress
from robots.tokens.services.addresses import change_token_addresses
from robots.tokens.services.tokens import create_token, delete_token
from teams.grants.services import GrantSpec, give
from tests.browsers import browser, texts_of
from tests.conftest import Cast

LIST, TAB = "/o/acme/robots/", "/o/acme/projects/payments/robots/"


def used_from(token: Token, address: str) -> None:
    now = timezone.now()
    TokenAddress.objects.create(token=token, address=address, first_seen_at=now, last_seen_at=now)


@pytest.fixture
def robots(cast: Cast) -> None:
    """`ci` with what its token `nightly` has; `deploy`, `wide` and `narrow` of the organization."""
    owner, organization = cast.owner, cast.organization
    used_from(cast.token, "192.0.2.7")
    used_from(cast.token, "2001:db8::7")
    used_from(cast.other_minted.token, "192.0.2.7")
    for name, networks in (("wide", "10.0.0.0/8 2001:db8:a::/48"), ("narrow", "")):
        robot = create_robot(actor=owner, organization=organization, name=name)
        change_robot_addresses(actor=owner, robot=robot, addresses=networks)
        token = create_token(actor=owner, robot=robot, name=f"{name}-token").token
        if name == "narrow":
            change_token_addresses(actor=owner, token=token, addresses="10.20.30.40")
    ended = create_token(actor=owner, robot=cast.organization_robot, name="ended").token
    used_from(ended, "192.0.2.7")
    delete_token(actor=owner, token=ended)


def everywhere(client: Client, text: str) -> list[str]:
    """The names that a search finds on the page, in the API and in the file, which agree."""
    page = texts_of(client.get(LIST, {"q": text}), "a", **{"class": "entry-name"})
    answer = client.get("/api/v1/organizations/acme/robots/", {"q": text}).json()
    file: Any = client.get("/o/acme/robots.csv", {"q": text})
    rows = csv.DictReader(io.StringIO(file.getvalue().decode("utf-8-sig")))
    assert page == [row["name"] for row in answer["results"]] == [row["name"] for row in rows]
    return sorted(page)


FOUND = [
    ("nightly", ["ci"]),
    ("Nightly", ["ci"]),
    (" narrow-token ", ["narrow"]),
    ("ended", []),
    ("robot_acme.payments+ci", ["ci"]),
    ("ROBOT_ACME.payments+ci", ["ci"]),
    ("acme.payments+ci", ["ci"]),
    ("192.0.2.7", ["ci"]),
    ("192.0.2.0/24", ["ci"]),
    ("192.0.2.9/24", ["ci"]),
    ("::ffff:192.0.2.7", ["ci"]),
    ("2001:DB8:0::7", ["ci"]),
    ("2001:db8::/32", ["ci", "wide"]),
    ("2001:db8::7%eth0", ["ci"]),
    ("2001:db8::7%eth0/64", ["ci"]),
    ("192.0.2.8", []),
    ("10.1.2.3", ["wide"]),
    ("10.20.30.40", ["narrow", "wide"]),
    ("10.20.0.0/16", ["narrow", "wide"]),
    ("11.0.0.0/8", []),
    ("10.20.30.400", []),
]


@pytest.mark.usefixtures("robots")
@pytest.mark.parametrize(("text", "found"), FOUND)
def test_what_one_holds_in_hand_finds_the_robot(
    as_owner: Client, text: str, found: list[str]
) -> None:
    assert everywhere(as_owner, text) == found


@pytest.mark.usefixtures("robots")
def test_an_access_id_or_an_identifier_finds_the_robot(as_owner: Client, cast: Cast) -> None:
    for identifier in (cast.token.uuid, cast.robot.uuid):
        for text in (str(identifier), str(identifier).upper(), f" {identifier} "):
            assert everywhere(as_owner, text) == ["ci"]
    for identifier in (cast.other_minted.token.uuid, cast.other_robot.uuid):
        assert everywhere(as_owner, str(identifier)) == []


@pytest.mark.usefixtures("robots")
def test_the_robots_of_a_project_are_searched_alike(as_owner: Client, cast: Cast) -> None:
    for text in ("nightly", str(cast.token.uuid).upper(), "192.0.2.7", "2001:db8::/32"):
        shown = texts_of(as_owner.get(TAB, {"q": text}), "a", **{"class": "entry-name"})
        assert shown == ["ci"]


@pytest.mark.usefixtures("robots")
def test_both_a_text_and_a_token_are_found_and_sorted(as_owner: Client, cast: Cast) -> None:
    create_robot(
        actor=cast.owner, organization=cast.organization, name="night", description="nightly"
    )
    assert everywhere(as_owner, "nightly") == ["ci", "night"]
    page = as_owner.get(LIST, {"q": "nightly", "sort": "-name"})
    assert texts_of(page, "a", **{"class": "entry-name"}) == ["night", "ci"]


@pytest.mark.usefixtures("robots")
def test_tokens_lead_nobody_who_may_not_see_tokens(cast: Cast) -> None:
    reading = frozenset({Permission.ROBOT_READ})
    spec = GrantSpec(cast.organization, cast.project, permissions=reading)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    client = browser(cast.member)
    assert everywhere(client, "ci") == ["ci"]
    for text in ("nightly", str(cast.token.uuid), "192.0.2.7", "192.0.2.0/24"):
        assert everywhere(client, text) == []


@pytest.mark.usefixtures("robots")
@pytest.mark.parametrize("text", ["", "Builds cards", "robot_acme.", "a/b", "%", "100..200"])
def test_another_text_costs_nothing_more(as_owner: Client, text: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        as_owner.get(LIST, {"q": text})
    assert "robots_token" not in " ".join(
        query["sql"].partition(" WHERE ")[0]
        for query in queries
        if "robots_robot" not in query["sql"]
    )


def test_the_field_says_what_can_be_searched(as_owner: Client) -> None:
    for address in (LIST, TAB):
        page = as_owner.get(address).content.decode()
        assert 'placeholder="Name, description, token or address"' in page
        assert "access ID" in page
