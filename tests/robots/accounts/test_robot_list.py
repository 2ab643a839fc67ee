"""The list of robots: each filter, each order through all its pages, and the same as CSV."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from console.paging import PAGE_SIZE
from console.permissions.vocabulary import Permission
from robots.accounts.services.editing import update_robot
from robots.accounts.services.robots import GrantRequest, create_robot
from robots.base.periods import NEVER_ENDS, NEVER_USED
from robots.models import Robot
from robots.queries import search
from teams.grants.services import GrantSpec, give
from teams.models import Membership, Role
from tests.browsers import browser, linked, text, texts_of
from tests.conftest import Cast
from tests.factories import ProjectFactory, RobotFactory
from tests.team_fixtures import crew_of

ADDRESS, CSV = "/o/acme/robots/", "/o/acme/robots.csv"
DAY = timedelta(days=1)


def names(page: object) -> list[str]:
    return texts_of(page, "a", **{"class": "entry-name"})


def exported(client: Client, **query: str) -> list[dict[str, str]]:
    response: Any = client.get(CSV, query)
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


@pytest.fixture
def robots(cast: Cast) -> None:
    """Beside `ci` (of a project) and `deploy` (of the organization), one robot for each filter."""
    now, here = timezone.now(), {"organization": cast.organization}
    RobotFactory(name="off", disabled_at=now, **here)
    RobotFactory(name="over", expires_at=now - DAY, next_expiry_at=now - DAY, **here)
    RobotFactory(name="soon", next_expiry_at=now + 13 * DAY, **here)
    RobotFactory(name="later", next_expiry_at=now + 15 * DAY, last_used_at=now - DAY, **here)
    RobotFactory(name="idle", last_used_at=now - 91 * DAY, **here)
    Robot.objects.filter(name="idle").update(created_at=now - 200 * DAY)
    ProjectFactory(slug="bare", **here)
    lead = Membership.objects.get(user=cast.owner)
    create_robot(
        actor=cast.owner,
        organization=cast.organization,
        name="kept",
        responsible=lead,
        labels={"env": "prod", "critical": ""},
    )
    create_robot(
        actor=cast.owner, organization=cast.organization, name="staged", labels={"env": "stage"}
    )
    crew_of(cast)
    search.rebuild()


FILTERED = [
    ({}, ["ci", "deploy", "idle", "kept", "later", "off", "over", "soon", "staged"]),
    ({"state": "disabled"}, ["off"]),
    ({"state": "expired"}, ["over"]),
    ({"state": "active"}, ["ci", "deploy", "idle", "kept", "later", "soon", "staged"]),
    ({"level": "project"}, ["ci"]),
    ({"level": "organization", "state": "disabled"}, ["off"]),
    ({"project": "payments"}, ["ci"]),
    ({"project": "bare"}, []),
    ({"team": "build"}, ["deploy"]),
    ({"team": "hush"}, ["deploy"]),
    ({"label": "env"}, ["kept", "staged"]),
    ({"label": "env=prod"}, ["kept"]),
    ({"label": "critical"}, ["kept"]),
    ({"label": "critical="}, ["kept"]),
    ({"label": "env="}, []),
    ({"label": "prod"}, []),
    ({"responsible": "owner@example.com"}, ["kept"]),
    ({"responsible": "OWNER@example.com"}, ["kept"]),
    ({"responsible": "member@example.com"}, []),
    ({"responsible": "nobody", "level": "project"}, ["ci"]),
    ({"unused": "never", "state": "expired"}, ["over"]),
    ({"unused": "90"}, ["idle"]),
    ({"expiring": "14"}, ["soon"]),
    ({"q": "ov", "state": "expired"}, ["over"]),
    ({"q": "robot_acme+sta", "label": "env"}, ["staged"]),
    ({"sort": "-used", "level": "organization", "unused": "90"}, ["idle"]),
    (
        {"sort": "expires", "responsible": "nobody", "level": "organization", "state": "active"},
        ["soon", "later", "deploy", "idle", "staged"],
    ),
]


@pytest.mark.usefixtures("robots")
@pytest.mark.parametrize(("query", "expected"), FILTERED)
def test_filters_show_what_fits_in_the_list_and_in_the_csv(
    as_owner: Client, query: dict[str, str], expected: list[str]
) -> None:
    assert names(as_owner.get(ADDRESS, query)) == expected
    assert [row["name"] for row in exported(as_owner, **query)] == expected


@pytest.mark.usefixtures("robots")
@pytest.mark.parametrize(
    "query",
    [
        {"state": "lost"},
        {"level": "galaxy"},
        {"project": "A B"},
        {"project": "unknown"},
        {"team": "unknown"},
        {"responsible": "stranger@example.com"},
        {"team": "\x00"},
        {"label": "=x"},
        {"label": "a b"},
        {"unused": "7"},
        {"expiring": "soon"},
        {"responsible": "a\x00b"},
        {"sort": "secret"},
        {"digest": "x"},
        {"tokens__name": "nightly"},
    ],
)
def test_what_is_no_filter_shows_nothing(as_owner: Client, query: dict[str, str]) -> None:
    page = as_owner.get(ADDRESS, query)
    assert names(page) == []
    assert "Nothing is shown" in text(page)
    assert as_owner.get(CSV, query).status_code == 400


@pytest.mark.usefixtures("robots")
def test_a_secret_team_is_no_filter_for_whom_it_is_secret_from(cast: Cast) -> None:
    """Not even the number of robots in it comes out."""
    role = Role(organization=cast.organization, name="reader")
    role.permissions = frozenset({Permission.ROBOT_READ})
    role.save()
    give(actor=cast.owner, holder=cast.member, spec=GrantSpec(cast.organization, custom_role=role))
    client = browser(cast.member)
    assert names(client.get(ADDRESS, {"team": "build"})) == ["deploy"]
    assert names(client.get(ADDRESS, {"team": "hush"})) == []
    for team in ("hush", "gone"):
        page = text(client.get(ADDRESS, {"team": team}))
        assert "There is none of this name that you may see." in page
        assert client.get(CSV, {"team": team}).status_code == 400
    assert "hush" not in str(exported(client))


@pytest.mark.usefixtures("robots")
def test_who_manages_one_project_finds_the_robots_of_that_alone(cast: Cast) -> None:
    spec = GrantSpec(cast.organization, cast.project, role="project:admin")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    client = browser(cast.member)
    assert names(client.get(ADDRESS)) == ["ci"]
    assert [row["name"] for row in exported(client)] == ["ci"]
    assert exported(client, label="env") == []


@pytest.mark.usefixtures("robots")
def test_each_filter_is_a_chip_that_takes_it_off_and_all_can_be_cleared(as_owner: Client) -> None:
    page = as_owner.get(ADDRESS, {"label": "env=prod", "level": "organization", "sort": "-name"})
    chips = dict(
        re.findall(r'<a class="chip" href="([^"]*)" data-on [^>]*> ?(.*?) ?<svg', text(page))
    )
    found = {re.sub("<[^>]+>", "", words): unescape(url) for url, words in chips.items()}
    assert found == {
        "Remove filter: Label: env=prod": "?level=organization&sort=-name",
        "Remove filter: Organization robots": "?label=env%3Dprod&sort=-name",
    }
    assert f'href="{ADDRESS}">Clear filters</a>' in text(page)
    assert 'name="sort" value="-name"' in text(page)


def pages(client: Client, query: str) -> Iterator[list[str]]:
    page = client.get(ADDRESS + query)
    while following := linked(page, "next"):
        yield names(page)
        page = client.get(ADDRESS + following)
    yield names(page)


COLUMNS = {
    "name": "name",
    "created": "created_at",
    "used": "last_used_at",
    "expires": "next_expiry_at",
}


def many(cast: Cast, number: int) -> None:
    """Robots of which several share each moment, in an order of their own for each column."""
    now = timezone.now()
    made = Robot.objects.bulk_create(
        Robot(
            organization=cast.organization,
            name=f"r{n:05}",
            login_name=f"robot_acme+r{n:05}",
            created_by="x",
            last_used_at=NEVER_USED if n % 3 else now - n % 7 * DAY,
            next_expiry_at=NEVER_ENDS if n % 4 else now + n % 5 * DAY,
        )
        for n in range(number)
    )
    for n, robot in enumerate(made):
        robot.created_at = now - n % 11 * DAY
    Robot.objects.bulk_update(made, ["created_at"])


@pytest.mark.parametrize("sort", [f"{sign}{name}" for name in COLUMNS for sign in ("", "-")])
def test_every_order_leads_through_all_pages_and_the_csv_has_the_same(
    as_owner: Client, cast: Cast, sort: str
) -> None:
    many(cast, 2 * PAGE_SIZE + 7)
    column, is_turned = COLUMNS[sort.removeprefix("-")], sort.startswith("-")
    rows = Robot.objects.filter(organization=cast.organization)
    expected = [
        robot.name
        for robot in sorted(rows, key=lambda it: (getattr(it, column), it.pk), reverse=is_turned)
    ]
    found = list(pages(as_owner, f"?sort={sort}"))
    assert [len(page) for page in found] == [PAGE_SIZE, PAGE_SIZE, 9]
    assert [name for page in found for name in page] == expected
    assert [row["name"] for row in exported(as_owner, sort=sort)] == expected


def test_heads_sort_and_turn_round(as_owner: Client) -> None:
    page = text(as_owner.get(ADDRESS, {"sort": "used"}))
    assert re.findall(r'aria-sort="(\w+)"> ?<a class="sort" href="\?sort=-used"', page) == [
        "ascending"
    ]
    for column in ("name", "expires", "created"):
        assert f'href="?sort={column}"' in page


def test_labels_are_shown_up_to_two_with_how_many_more(as_owner: Client, cast: Cast) -> None:
    labels = {"a": "1", "b": "", "c": "3", "d": ""}
    create_robot(actor=cast.owner, organization=cast.organization, name="many", labels=labels)
    page = as_owner.get(ADDRESS)
    assert texts_of(page, "a", **{"class": "tag"}) == ["a=1", "b"]
    assert '<span class="faint label-count" title="c=3, d">+2</span>' in text(page)


def test_the_choices_come_when_the_filters_open_and_only_what_one_may_know(cast: Cast) -> None:
    crew_of(cast)
    create_robot(actor=cast.owner, organization=cast.organization, name="x", labels={"env": "prod"})
    ProjectFactory(organization=cast.organization, slug="elsewhere")
    asked = {"HX-Request": "true", "HX-Target": "robot-choices"}
    for address in (ADDRESS, "/o/acme/projects/payments/robots/"):
        answer = browser(cast.owner).get(address, headers=asked)
        found = set(re.findall(r'<option value="([^"]*)"', text(answer)))
        assert {"payments", "elsewhere", "build", "hush", "env", "env=prod"} <= found
        assert "owner@example.com" in found
    seen = text(browser(cast.member).get(ADDRESS, headers=asked))
    for hidden in ("elsewhere", "hush", "env"):
        assert f'value="{hidden}' not in seen


def test_an_edit_is_found_by_its_new_words(as_owner: Client, cast: Cast) -> None:
    update_robot(actor=cast.owner, robot=cast.robot, description="Counts zeppelins")
    assert names(as_owner.get(ADDRESS, {"q": "zeppelin"})) == ["ci"]


def test_permissions_of_teams_count_in_list_and_csv(as_owner: Client, cast: Cast) -> None:
    pull = frozenset({Permission.ARTIFACT_PULL})
    create_robot(
        actor=cast.owner,
        organization=cast.organization,
        name="both",
        grants=[GrantRequest(cast.project, pull)],
    )
    row = next(row for row in exported(as_owner) if row["name"] == "both")
    assert (row["permissions"], row["project"]) == ("artifact:pull", "")
