"""What an address asks of a list is read, or said and nothing shown: no list shows rows nobody asked for."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode

import pytest
from django import forms
from django.test import Client

from console.audit.forms import EventFilterForm
from console.health.forms import LetterFilter
from console.notices.forms import NoticeFilter
from console.pages.search import SearchForm
from robots.access.forms.reach import ReachFilterForm
from robots.accounts.forms.filters import RobotFilterForm
from robots.artifacts.forms import UseFilterForm
from robots.base.robot_texts import TEXT_FILTERS
from robots.models import Robot, RobotLabel
from robots.tokens.forms.filters import TokenFilterForm
from teams.members.services import leave
from teams.models import Team
from tests.addresses import ADDRESSES, acme, address_of
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.factories import ProjectFactory
from tests.robots.artifacts.telling import event, note

NOTICE = "Nothing is shown: the address asks for what is not there"
# A value that cannot be read, for each filter that takes no text as it comes.
WRONG = {
    "q": ["a\tb", "x" * 256],
    "state": ["xx", "Active", "0"],
    "sort": ["nope", "-state"],
    "level": ["galaxy"],
    "unused": ["9999", "ever"],
    "expiring": ["15"],
    "networks": ["any"],
    "project": ["nowhere", "x" * 101],
    "team": ["nobodies"],
    "label": ["=prod", "a b", "-"],
    "responsible": ["stranger@example.com", "No Body"],
    "purpose": ["a\tb"],
    "kind": ["jwt"],
    "owner": ["person"],
    "created_by": ["a\tb"],
    "seen_by": ["stranger@example.com", "x" * 255],
    "who": ["robots"],
    "actor": ["ann", "1"],
    "action": ["robot", "robot:sung"],
    "target": ["x"],
    "token": ["x"],
    "since": ["yesterday", "2026-13-01", "03/04/2026", "3/4/26"],
    "can": ["fly", "Push"],
    "show": ["read", "Unread"],
    "until": ["31.12.2026x", "Mar 4 2026"],
}
CALLED = {
    "unused": "use",
    "expiring": "expiry",
    "created_by": "created",
    "seen_by": "seen",
}
# Every list of the pages, and the form of its filters.
LISTS: dict[str, type[forms.Form] | None] = {
    "robots:robot-list": RobotFilterForm,
    "robots:project-robots": RobotFilterForm,
    "robots:token-list": TokenFilterForm,
    "console:event-list": EventFilterForm,
    "robots:project-history": EventFilterForm,
    "robots:repository-history": EventFilterForm,
    "robots:team-history": EventFilterForm,
    "robots:robot-history": EventFilterForm,
    "console:project-list": SearchForm,
    "console:project": SearchForm,
    "console:repository-list": SearchForm,
    "teams:member-list": SearchForm,
    "robots:team-list": SearchForm,
    "robots:role-list": SearchForm,
    "teams:invitation-list": SearchForm,
    "robots:departure-list": SearchForm,
    "robots:departure": None,
    "console:service-list": None,
    "console:webhook-list": None,
    "console:webhook": None,
    "console:notice-list": NoticeFilter,
    "teams:team": SearchForm,
    "teams:team-permissions": None,
    "robots:team-robots": SearchForm,
    "robots:project-members": None,
    "robots:project-reach": ReachFilterForm,
    "robots:repository-reach": ReachFilterForm,
    "robots:robot-access": ReachFilterForm,
    "robots:role-tokens": None,
    "robots:robot": None,
    "robots:trust-list": None,
    "robots:personal-token-list": None,
    "robots:need": None,
    "robots:repository-tags": SearchForm,
    "robots:repository-activity": UseFilterForm,
    "robots:robot-activity": None,
    "console:letter-list": LetterFilter,
    "console:site-webhook-list": None,
    "console:site-event-list": EventFilterForm,
    "robots:site-organization-list": SearchForm,
    "teams:person-list": SearchForm,
    "robots:my-organizations": SearchForm,
}
# What operators alone see.
OF_SITE = {
    "console:letter-list",
    "console:site-webhook-list",
    "console:site-event-list",
    "robots:site-organization-list",
    "teams:person-list",
}
# Views that stand at several addresses.
SAME = {"robots:builtin-role-tokens", "console:site-service-list"}
each_list = pytest.mark.parametrize("name", LISTS)
ROW = re.compile(r"<tbody>(.*?)</tbody>", re.DOTALL)


def fields_of(name: str, cast: Cast) -> list[str]:
    form = LISTS[name]
    if form is None:
        return []
    if form is RobotFilterForm:
        return [*RobotFilterForm.base_fields, *(it.name for it in TEXT_FILTERS)]
    return list(form.base_fields)


def wrong_queries(name: str, cast: Cast) -> Iterator[tuple[str, str]]:
    """Parameter and query, of each filter of the list and of what no list has."""
    for field in fields_of(name, cast):
        for value in WRONG[field]:
            yield field, urlencode({field: value})
        yield field, urlencode([(field, ""), (field, "x")])
    yield "colour", "colour=red"
    yield "page", "page=2"


def rows(page: str) -> list[str]:
    return [row for body in ROW.findall(page) for row in re.findall(r'<th scope="row"', body)]


@each_list
def test_what_cannot_be_read_is_said_and_nothing_is_shown(furnished: Cast, name: str) -> None:
    who = furnished.operator if name in OF_SITE else furnished.owner
    client, address = browser(who), address_of(name, acme(furnished))
    assert NOTICE not in text(client.get(address))
    for parameter, query in wrong_queries(name, furnished):
        answer = client.get(f"{address}?{query}")
        page = text(answer)
        assert answer.status_code == 200, query
        assert NOTICE in page, query
        assert CALLED.get(parameter, parameter) in page[page.index(NOTICE) :][:900].lower(), query
        assert 'name="robot"' not in page, query
        without = re.search(r'class="chip" href="([^"]*)" data-on', page)
        assert without, query
        assert NOTICE not in text(client.get(address + unescape(without[1])))


def test_every_list_of_pages_is_in_the_table(furnished: Cast) -> None:
    """A page that pages through rows and has no row above fails here."""
    note(event())  # else there are no tags
    leave(actor=furnished.member, membership=furnished.member.memberships.get())
    client, places = browser(furnished.owner, confirmed=True), acme(furnished)
    answers = {name: client.get(address_of(name, places)) for name in ADDRESSES}
    paged = {
        name
        for name, answer in answers.items()
        if not answer.streaming and '<nav class="pager"' in text(answer)
    }
    # Those that are empty here have no pages.
    assert paged - SAME <= LISTS.keys()
    assert len(paged) > len(LISTS.keys() - OF_SITE) - 3


def test_the_page_says_what_can_be_asked_for(as_owner: Client) -> None:
    page = text(as_owner.get("/o/acme/robots/?state=xx"))
    assert "Write active or disabled or expired." in page


def test_an_htmx_request_that_cannot_be_read_brings_the_whole_page(as_owner: Client) -> None:
    headers = {"HX-Request": "true", "HX-Target": "robot-table"}
    answer = as_owner.get("/o/acme/robots/?state=xx", headers=headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/o/acme/robots/?state=xx")


@pytest.mark.parametrize(
    "query", ["state=xx", "colour=red", "state=active&state=disabled", "project=x"]
)
def test_a_file_that_could_not_say_so_is_refused(as_owner: Client, query: str) -> None:
    answer = as_owner.get(f"/o/acme/robots.csv?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in text(answer).lower()


@pytest.mark.parametrize("query", ["who=robots", "colour=red", "since=tomorrow", "q=ow"])
def test_an_export_of_the_audit_log_is_refused_and_leaves_no_event(
    as_owner: Client, query: str
) -> None:
    answer = as_owner.post(f"/o/acme/audit-log/export/?{query}", {"form": "csv"})
    assert answer.status_code == 400
    assert query.partition("=")[0] in text(answer).lower()


@pytest.fixture
def labelled(cast: Cast) -> Robot:
    robot = cast.robot
    RobotLabel.objects.create(organization=cast.organization, robot=robot, key="tier", value="Gold")
    member = cast.member.memberships.get(organization=cast.organization)
    Robot.objects.filter(pk=robot.pk).update(responsible=member)
    team = Team.objects.create(organization=cast.organization, name="build")
    team.robot_places.create(robot=robot)
    return robot


@pytest.mark.parametrize(
    "query",
    [
        "project=Payments",
        "project=payments",
        "project=PAYMENTS",
        "team=Build",
        "label=Tier%3DGold",
        "label=tier%3Dgold",
        "label=TIER",
        "responsible=Member",
        "responsible=Member@Example.com",
    ],
)
def test_things_are_called_as_rows_show_them(
    as_owner: Client, cast: Cast, labelled: Robot, query: str
) -> None:
    page = text(as_owner.get(f"/o/acme/robots/?{query}"))
    assert NOTICE not in page
    assert f'value="{labelled.uuid}"' in page
    assert str(cast.organization_robot.uuid) not in page
    found = as_owner.get(f"/api/v1/organizations/acme/robots/?{query}").json()
    assert [row["id"] for row in found["results"]] == [str(labelled.uuid)]
    assert labelled.name in text(as_owner.get(f"/o/acme/robots.csv?{query}"))


def test_a_display_name_of_several_projects_asks_which(as_owner: Client, cast: Cast) -> None:
    for slug in ("one", "two"):
        ProjectFactory(organization=cast.organization, slug=slug, name="Twin")
    page = text(as_owner.get("/o/acme/robots/?project=Twin"))
    assert "Several are called “Twin”. Write one of one, two." in page


# The API


API = "/api/v1/organizations/acme/"
API_WRONG = [
    ("robots/", "state=xx", "state"),
    ("robots/", "project=nowhere", "project"),
    ("robots/", "team=nobodies", "team"),
    ("robots/", "responsible=stranger@example.com", "responsible"),
    ("robots/", "label==prod", "label"),
    ("robots/", "sort=nope", "sort"),
    ("robots/", "state=active&state=disabled", "state"),
    ("events/", "action=robot:sung", "action"),
    ("events/", "since=2026-01-31", "since"),
    ("roles/", "project=nowhere", "project"),
    ("projects/", "q=a&q=b", "q"),
    ("repositories/", "colour=red", "colour"),
    ("members/", "colour=red", "colour"),
    ("role-tokens/", "role=nope", "role"),
    ("role-tokens/", "project=nope", "project"),
    ("teams/", "name=a&name=b", "name"),
    ("robots/{robot}/activity/", "action=steal", "action"),
    ("repositories/{repository}/activity/", "since=2026-01-31", "since"),
    ("repositories/{repository}/tags/", "colour=red", "colour"),
]


@pytest.mark.parametrize(("path", "query", "parameter"), API_WRONG)
def test_the_api_names_what_it_cannot_read(
    as_owner: Client, cast: Cast, path: str, query: str, parameter: str
) -> None:
    where = path.format(robot=cast.robot.uuid, repository=cast.repository.uuid)
    answer = as_owner.get(f"{API}{where}?{query}")
    assert answer.status_code == 400, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [parameter]
