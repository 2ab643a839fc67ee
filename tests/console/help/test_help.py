"""Help and the API's reference: in the frame of where one is, and Help beside the page."""

import pytest
from django.test import Client

from tests.browsers import browser, text, texts_of
from tests.conftest import Cast

BESIDE = {"HX-Request": "true", "HX-Target": "help"}


@pytest.mark.parametrize("path", ["help/", "api-reference/", "api-reference/robots/"])
def test_they_stay_in_the_organization(as_owner: Client, path: str) -> None:
    page = text(as_owner.get(f"/o/acme/{path}"))
    assert 'href="/o/acme/robots/"' in page
    assert '<span class="place-name truncate">Acme</span>' in page
    assert 'href="/api/docs/' not in page, "its links lead out of the organization"
    assert 'href="/help/"' not in page


def test_every_page_of_an_organization_leads_to_its_own(as_owner: Client) -> None:
    page = text(as_owner.get("/o/acme/robots/"))
    assert 'hx-get="/o/acme/help/" hx-target="#help"' in page
    assert 'href="/o/acme/api-reference/"' in page
    outside = text(as_owner.get("/account/"))
    assert 'hx-get="/help/" hx-target="#help"' in outside
    assert 'href="/api/docs/"' in outside


@pytest.mark.parametrize("path", ["/help/", "/o/acme/help/"])
def test_htmx_gets_what_stands_beside_the_page(as_owner: Client, path: str) -> None:
    part = text(as_owner.get(path, headers=BESIDE))
    assert "<html" not in part
    assert 'id="help-title"' in part
    assert f'href="{path}"' in part, "the tables stand on the page"
    assert "When a robot?" in texts_of(as_owner.get(path, headers=BESIDE), "h2")
    assert "<table" not in part
    assert "<table" in text(as_owner.get(path))


def test_what_help_says_of_robots_and_people(as_owner: Client) -> None:
    said = " ".join(text(as_owner.get("/help/")).split())
    for words in (
        "whoever has it can do everything you can",
        "only where its service is set to take personal tokens, which none is at first",
        "inherits the repository permissions of its teams",
        "anything that runs inside Kubernetes, where no person's token belongs",
        "it cannot be recovered afterwards",
    ):
        assert words in said.replace("&#x27;", "'"), words


def test_the_first_session_names_the_organization(as_owner: Client) -> None:
    assert "-a acme" in text(as_owner.get("/o/acme/help/"))
    assert "-a ORGANIZATION" in text(as_owner.get("/help/"))


def test_a_service_refuses_personal_tokens_unless_it_is_set_to_take_them(cast: Cast) -> None:
    """Help and the page of API tokens say so."""
    page = text(browser(cast.owner).get("/o/acme/settings/services/"))
    assert "Refused" in page
    note = " ".join(text(browser(cast.owner).get("/account/tokens/")).split())
    assert "only where its service is set to take personal tokens" in note
