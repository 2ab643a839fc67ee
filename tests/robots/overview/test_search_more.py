"""The search outside an organization, and what it finds of roles, trusts, services and webhooks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from console.permissions.vocabulary import Permission
from robots.tokens.services.tokens import create_personal_token
from teams.roles.services import create_role
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.factories import MembershipFactory, OrganizationFactory
from tests.robots.overview.test_search import ASKED, found

EVERYWHERE = "/search/"


@pytest.mark.parametrize(
    ("asked", "title", "name"),
    [
        ("jobs", "Trusts", "jobs"),
        ("actions.githubusercontent", "Trusts", "jobs"),
        ("registry.acme", "Services", "registry"),
        ("developer", "Roles", "developer"),
        ("cha", "Webhooks", "chat"),
    ],
)
def test_it_finds_what_the_owner_sees(furnished: Cast, asked: str, title: str, name: str) -> None:
    assert name in found(browser(furnished.owner), asked)[title]
    for who in (furnished.stranger, furnished.member):
        assert title not in found(browser(who), asked) or title == "Services"


def test_each_leads_to_its_page(furnished: Cast) -> None:
    client = browser(furnished.owner, confirmed=True)
    for asked in ("jobs", "registry", "developer", "chat"):
        page = text(client.get("/o/acme/search/", {"q": asked})).partition('id="found"')[2]
        addresses = [part.partition('"')[0] for part in page.split('<a href="')[1:]]
        for address in addresses:
            assert client.get(address).status_code == 200, address


def test_a_custom_role_is_found(cast: Cast) -> None:
    create_role(
        actor=cast.owner,
        organization=cast.organization,
        name="mover",
        permissions=frozenset({Permission.ARTIFACT_PULL}),
    )
    assert found(browser(cast.owner), "mov") == {"Roles": ["mover"]}
    assert found(browser(cast.member), "mov") == {}


def test_outside_it_finds_organizations_pages_and_own_tokens(cast: Cast) -> None:
    zenith = OrganizationFactory(slug="zenith", name="Zenith")
    MembershipFactory(organization=zenith, user=cast.owner)
    create_personal_token(actor=cast.owner, name="zenith-laptop")
    own, other = browser(cast.owner), browser(cast.member)
    assert found(own, "zenith", EVERYWHERE) == {
        "Organizations": ["Zenith"],
        "API tokens": ["zenith-laptop"],
    }
    assert found(other, "zenith", EVERYWHERE) == {}
    assert found(own, "notic", EVERYWHERE) == {"Pages": ["Notices"]}
    assert found(own, cast.robot.name, EVERYWHERE).keys() <= {"Guides"}
    assert set(found(own, "", EVERYWHERE)) == {"Organizations", "Pages", "Actions"}


def test_every_page_that_is_offered_outside_opens(cast: Cast) -> None:
    for person in (cast.owner, cast.operator):
        client = browser(person, confirmed=True)
        shown = text(client.get(EVERYWHERE)).partition('id="found"')[2].partition("</main>")[0]
        addresses = [part.partition('"')[0] for part in shown.split('<a href="')[1:]]
        assert len(addresses) > 6
        for address in addresses:
            assert client.get(address).status_code == 200, address
        assert ("/services/" in addresses) is person.is_operator


def test_a_token_pasted_outside_leads_to_ones_own_page_alone(cast: Cast) -> None:
    client = browser(cast.owner)
    made = create_personal_token(actor=cast.owner, name="mine")
    page = text(client.post(EVERYWHERE, {"q": made.plaintext.reveal()}, headers=ASKED))
    assert f'<a href="{made.token.get_absolute_url()}"' in page
    page = text(client.post(EVERYWHERE, {"q": cast.secret}, headers=ASKED))
    assert "You can see no token with this secret here." in page
    assert cast.secret not in page


def test_outside_it_is_a_page_and_a_part(cast: Cast) -> None:
    client = browser(cast.owner)
    assert client.post(EVERYWHERE, {"q": " a b "})["Location"] == f"{EVERYWHERE}?q=a+b"
    assert 'id="palette-title"' in text(
        client.get(EVERYWHERE, headers=ASKED | {"HX-Target": "palette"})
    )
    with CaptureQueriesContext(connection) as captured:
        client.get(EVERYWHERE, {"q": "deploy"})
    assert len(captured) <= 6, "\n".join(it["sql"] for it in captured)
