"""A form that says a name is taken leads to what has it, if one may see that."""

import re
from typing import Any

import pytest
from django.test import Client

from console.permissions.vocabulary import Permission
from teams.grants.services import GrantSpec, give
from teams.models import Team
from tests.browsers import browser, text
from tests.conftest import Cast

ROBOT = {"level": "organization", "expiry": "never"}
FORMS: dict[str, tuple[str, str, dict[str, str]]] = {
    "project": ("projects/new/", "slug", {"name": "Again", "slug": "payments"}),
    "repository": ("projects/payments/repositories/new/", "name", {"name": "api"}),
    "team": ("teams/new/", "name", {"name": " builders ", "visibility": "visible"}),
    "organization_robot": ("robots/new/", "name", ROBOT | {"name": "deploy"}),
    "robot": ("robots/new/", "name", {"level": "project", "expiry": "never", "name": "ci"}),
}


def holder(cast: Cast, thing: str) -> Any:
    if thing == "team":
        return Team.objects.get(organization=cast.organization, name="builders")
    return getattr(cast, thing)


@pytest.fixture(autouse=True)
def _team(cast: Cast) -> None:
    Team.objects.create(organization=cast.organization, name="builders", secret=True)


def links(page: str) -> list[str]:
    return re.findall(r'<a href="([^"]+)">Open it</a>', page)


@pytest.mark.parametrize("thing", FORMS)
def test_it_leads_there(as_owner: Client, cast: Cast, thing: str) -> None:
    path, field, data = FORMS[thing]
    more = {"project": str(cast.project.uuid)} if thing == "robot" else {}
    answer = as_owner.post(f"/o/acme/{path}", data | more)
    assert answer.status_code == 422
    # In the summary and beside the field.
    assert links(text(answer)) == [holder(cast, thing).get_absolute_url()] * 2
    assert f'href="#id_{field}"' in text(answer)


def test_what_one_does_not_see_is_taken_without_a_link(cast: Cast) -> None:
    permissions = frozenset({Permission.TEAM_CREATE, Permission.PROJECT_CREATE})
    spec = GrantSpec(cast.organization, permissions=permissions)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    client = browser(cast.member)
    for thing in ("team", "project"):
        path, _, data = FORMS[thing]
        answer = client.post(f"/o/acme/{path}", data)
        assert answer.status_code == 422
        assert "has this name." in text(answer)
        assert links(text(answer)) == []
