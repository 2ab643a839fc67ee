"""The switcher: one's organizations from any page, searched if there are many; the last is remembered."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from console.pages.last_organization import COOKIE
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.factories import MembershipFactory, OrganizationFactory

ASKED = {"HX-Request": "true", "HX-Target": "switcher-list"}


def offered(page: str) -> list[str]:
    """The names that the menu lists, in its order."""
    listed = re.findall(r'id="switcher-list">(.*?)</ul>', page, re.DOTALL)
    return re.findall(r'class="truncate" title="([^"]*)"', listed[0]) if listed else []


def main(answer: Any) -> str:
    return text(answer).partition("<main")[2].partition("</main>")[0]


def join(cast: Cast, *names: str) -> None:
    for name in names:
        organization = OrganizationFactory(slug=name.lower(), name=name)
        MembershipFactory(organization=organization, user=cast.owner, role="owner")


@pytest.mark.parametrize(
    "path", ["/o/acme/", "/o/acme/settings/", "/account/", "/organizations/new/"]
)
def test_every_frame_names_where_one_is_and_lists_ones_organizations(cast: Cast, path: str) -> None:
    join(cast, "Zenith")
    page = text(browser(cast.owner).get(path))
    assert 'popovertarget="switcher"' in page
    assert offered(page) == ["Acme", "Zenith"]
    assert 'href="/organizations/new/"' in page.partition('id="switcher"')[2]
    current = re.search(r'<a href="([^"]+)" aria-current="true"', page)
    assert (current[1] if current else "") == ("/o/acme/" if path.startswith("/o/") else "")


def test_few_are_read_and_many_are_searched(cast: Cast) -> None:
    join(cast, *(f"Unit-{number}" for number in range(7)))
    client = browser(cast.owner)
    assert "Find an organization" not in text(client.get("/o/acme/"))
    join(cast, "Zenith")
    assert "Find an organization" in text(client.get("/o/acme/"))
    part = text(client.get("/personal/", {"q": "ZEN"}, headers=ASKED))
    assert "<html" not in part
    assert offered(part) == ["Zenith"]
    assert "None of yours is called so." in text(
        client.get("/personal/", {"q": "globex"}, headers=ASKED)
    )


def test_without_scripts_the_search_leads_to_the_list(cast: Cast) -> None:
    join(cast, *(f"Unit-{number}" for number in range(9)))
    client = browser(cast.owner)
    page = main(client.get("/personal/", {"q": "unit-3"}))
    assert "Unit-3" in page
    assert "Unit-4" not in page
    none = text(client.get("/personal/", {"q": "globex"}))
    assert "No organization of yours is called so." in none
    assert "Clear Search" in none


def test_an_address_that_cannot_be_read_shows_nothing(cast: Cast) -> None:
    page = main(browser(cast.owner).get("/personal/", {"w": "x"}))
    assert "There is no such filter here." in page
    assert 'href="/o/acme/"' not in page


def test_home_leads_to_the_last_organization(cast: Cast) -> None:
    join(cast, "Zenith")
    client = browser(cast.owner)
    assert client.get("/")["Location"] == "/personal/"
    for slug in ("zenith", "acme"):
        client.get(f"/o/{slug}/robots/")
        assert client.get("/")["Location"] == f"/o/{slug}/"
    assert client.cookies[COOKIE]["httponly"]


def test_what_was_no_visit_is_not_remembered(cast: Cast) -> None:
    join(cast, "Zenith")
    client = browser(cast.owner)
    client.get("/o/acme/")
    client.get("/o/zenith/", headers={"HX-Request": "true"})
    client.get("/o/zenith/robots/00000000-0000-4000-8000-000000000000/")
    client.post("/o/zenith/settings/", {"name": ""})
    client.get("/o/globex/")
    assert client.get("/")["Location"] == "/o/acme/"


def test_whoever_left_is_led_elsewhere(cast: Cast) -> None:
    """Also who signs in where another person did before."""
    client = browser(cast.stranger)
    client.cookies[COOKIE] = "acme"
    assert client.get("/")["Location"] != "/o/acme/"
    for nonsense in ("../robots/", "", "\x00"):
        client.cookies[COOKIE] = nonsense
        assert client.get("/").status_code == 302


def test_it_costs_no_query(cast: Cast) -> None:
    client = browser(cast.owner)
    before = asked(client)
    join(cast, "Zenith", "Yonder")
    assert asked(client) == before


def asked(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get("/o/acme/teams/")
    return len(captured)
