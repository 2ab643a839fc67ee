"""A robot's tab *Activity*: what it pushed and pulled, where the viewer may look."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from console.models import Repository
from console.organizations.services import create_project, create_repository
from console.permissions.vocabulary import Permission
from teams.grants.services import GrantSpec, give
from teams.models import Membership
from tests.browsers import browser, linked, text, texts_of
from tests.conftest import Cast, person
from tests.robots.artifacts.telling import event, note

pytestmark = pytest.mark.usefixtures("registry")
DEPLOY = "robot_acme+deploy"


@pytest.fixture
def elsewhere(cast: Cast) -> Repository:
    project = create_project(
        actor=cast.owner, organization=cast.organization, slug="elsewhere", name="E"
    )
    return create_repository(actor=cast.owner, project=project, name="far")


def activity(cast: Cast, client: Client, query: str = "") -> str:
    return text(client.get(f"{cast.organization_robot.get_absolute_url()}activity/{query}"))


def test_what_a_robot_pushed_and_pulled_stands_there(
    cast: Cast, as_owner: Client, elsewhere: Repository
) -> None:
    note(event(actor=DEPLOY, tag="v1"), event("pull", "v2", actor=DEPLOY))
    note(event("pull", "v3", path=str(elsewhere), actor=DEPLOY), event("pull", "others"))
    shown = activity(cast, as_owner)
    for words in ("payments/api", "elsewhere/far", "v1", "v2", "v3", "Pushed", "Pulled"):
        assert words in shown
    assert "others" not in shown
    assert f'href="{elsewhere.get_absolute_url()}activity/"' in shown


def test_where_the_viewer_may_not_look_nothing_stands(cast: Cast, elsewhere: Repository) -> None:
    note(event(actor=DEPLOY), event(path=str(elsewhere), tag="hidden-tag", actor=DEPLOY))
    reader = person(cast.organization, Membership.Role.MEMBER, "reader@example.com")
    sees = frozenset({Permission.ROBOT_READ})
    give(actor=cast.owner, holder=reader, spec=GrantSpec(cast.organization, permissions=sees))
    where = GrantSpec(cast.organization, cast.project, role="repository:view")
    give(actor=cast.owner, holder=reader, spec=where)
    shown = activity(cast, browser(reader))
    assert "payments/api" in shown
    assert "elsewhere" not in shown
    assert "hidden-tag" not in shown


def test_it_pages(cast: Cast, as_owner: Client) -> None:
    begin = timezone.now() - timedelta(hours=1)
    note(
        *(
            event("pull", f"t{number}", actor=DEPLOY, at=begin + timedelta(seconds=number))
            for number in range(25)
        )
    )
    address = f"{cast.organization_robot.get_absolute_url()}activity/"
    first = as_owner.get(address)
    second = as_owner.get(f"{address}{linked(first, 'next')}")
    names = [texts_of(page, "span", **{"class": "entry-text mono"}) for page in (first, second)]
    assert [name for part in names for name in part] == [f"t{24 - number}" for number in range(25)]


def test_a_robot_that_pushed_nothing_says_so(cast: Cast, as_owner: Client) -> None:
    assert "Nothing was pushed or pulled" in activity(cast, as_owner)
