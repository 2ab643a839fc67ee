"""Text is found in any case and however its letters were composed, by pages and API, on both databases."""

import unicodedata
from collections.abc import Callable

import pytest
from django.test import Client

from console.audit.recording import System, changing, record
from console.models import Project
from robots.accounts.services.robots import create_robot
from teams.models import Team
from tests.browsers import text
from tests.conftest import Cast

COMPOSED = unicodedata.normalize("NFC", "Grüne Äpfel")
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)
API = "/api/v1/organizations/acme/"


def robot(cast: Cast, words: str) -> None:
    create_robot(
        actor=cast.owner, organization=cast.organization, name="found-it", description=words
    )


def project(cast: Cast, words: str) -> None:
    Project.objects.create(organization=cast.organization, slug="found-it", name=words)


def team(cast: Cast, words: str) -> None:
    Team.objects.create(organization=cast.organization, name="found-it", description=words)


def person(cast: Cast, words: str) -> None:
    cast.member.name = words
    cast.member.save()


def event(cast: Cast, words: str) -> None:
    with changing(cast.organization) as chain:
        record(chain, actor=System(words), action="robot:created", target=cast.robot)


LISTS: list[tuple[Callable[[Cast, str], None], str, str]] = [
    (robot, "/o/acme/robots/", ">found-it<"),
    (robot, f"{API}robots/", '"found-it"'),
    (project, "/o/acme/projects/", "/projects/found-it/"),
    (project, f"{API}projects/", '"found-it"'),
    (team, "/o/acme/teams/", ">found-it<"),
    (person, "/o/acme/users/", "member@example.com"),
    (event, "/o/acme/audit-log/", "created the robot account"),
]


@pytest.mark.parametrize(("make", "address", "shown"), LISTS)
@pytest.mark.parametrize("stored", [COMPOSED, DECOMPOSED], ids=["composed", "decomposed"])
def test_text_is_found_however_it_is_written(
    as_owner: Client,
    cast: Cast,
    make: Callable[[Cast, str], None],
    address: str,
    shown: str,
    stored: str,
) -> None:
    make(cast, stored)
    for asked in (COMPOSED, DECOMPOSED, COMPOSED.upper(), DECOMPOSED.lower()):
        assert shown in text(as_owner.get(address, {"q": asked})), ascii(asked)
    assert shown not in text(as_owner.get(address, {"q": "Grüne Birnen"}))


def test_a_display_name_is_read_in_any_spelling(as_owner: Client, cast: Cast) -> None:
    Project.objects.filter(pk=cast.project.pk).update(name=DECOMPOSED)
    for asked in (COMPOSED, DECOMPOSED, COMPOSED.upper()):
        page = text(as_owner.get("/o/acme/robots/", {"project": asked}))
        assert f'value="{cast.robot.uuid}"' in page


@pytest.mark.parametrize(("make", "address", "shown"), LISTS)
def test_capitals_find_what_has_none(
    as_owner: Client, cast: Cast, make: Callable[[Cast, str], None], address: str, shown: str
) -> None:
    make(cast, "Viele Grüße")
    for asked in ("GRÜSSE", "Grüße", "grüsse"):
        assert shown in text(as_owner.get(address, {"q": asked})), ascii(asked)
