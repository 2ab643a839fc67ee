"""Every page with a form, in an organization with thousands of everything: small, and for as many queries."""

import re
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from console.models import Project, Repository
from robots.models import Robot, TeamRobot
from robots.queries import search
from teams.models import Membership, Team, TeamMember, User
from tests.addresses import WITH_OBJECT, acme, address_of
from tests.browsers import browser
from tests.conftest import Cast
from tests.many import MOST_BYTES
from tests.statuses import STATUSES

THOUSANDS, ROBOTS, TEAMS, IN_TEAM = 5000, 2000, 500, 1000
# What is read only where there is something of it.
MORE_QUERIES = 3
# The owner has just given the password, so what asks others for it is shown.
FORMS = [
    name
    for name in WITH_OBJECT
    if name in STATUSES["POST"] and STATUSES["GET"].get(name, {}).get("owner") in {200, 302}
]


def fill(cast: Cast) -> None:
    """Rows alone, without a service for each."""
    organization = cast.organization
    projects = Project.objects.bulk_create(
        Project(organization=organization, slug=f"p{n:04}", name=f"Product {n:04}")
        for n in range(THOUSANDS)
    )
    Repository.objects.bulk_create(
        Repository(project=cast.project if n % 2 else projects[n], name=f"thing-{n:04}")
        for n in range(THOUSANDS)
    )
    people = User.objects.bulk_create(
        User(email=f"someone-{n:04}@example.com", name=f"Someone {n:04}") for n in range(THOUSANDS)
    )
    Membership.objects.bulk_create(
        Membership(organization=organization, user=it, role="member") for it in people
    )
    teams = [Team(organization=organization, name=f"team-{n:03}") for n in range(TEAMS)]
    Team.objects.bulk_create(teams)
    fill_team(Team.objects.get(organization=organization, name="build"), people, robots(cast))


def robots(cast: Cast) -> list[Robot]:
    """The first half of them are the organization's own."""
    made: list[Robot] = []
    for number in range(ROBOTS):
        project = cast.project if number >= ROBOTS // 2 else None
        made.append(Robot.at(cast.organization, project, f"runner-{number:04}"))
        made[-1].created_by = "x"
    Robot.objects.bulk_create(made)
    search.rebuild()
    return made


def fill_team(team: Team, people: list[User], made: list[Robot]) -> None:
    TeamMember.objects.bulk_create(
        TeamMember(team=team, user=it, role="member") for it in people[:IN_TEAM]
    )
    TeamRobot.objects.bulk_create(TeamRobot(team=team, robot=it) for it in made[:IN_TEAM])


def asked(client: Client, address: str) -> tuple[str, list[str]]:
    """The page, nothing where one is led elsewhere; and its queries."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    page = response.content.decode() if response.status_code == HTTPStatus.OK else ""
    return page, [query["sql"] for query in captured.captured_queries]


def test_no_form_grows_with_its_organization(furnished: Cast, subtests: pytest.Subtests) -> None:
    client, places = browser(furnished.owner, confirmed=True), acme(furnished)
    addresses = {name: address_of(name, places) for name in FORMS}
    small = {name: asked(client, address) for name, address in addresses.items()}
    few = {name: len(queries) for name, (page, queries) in small.items() if page}
    assert len(few) > 60
    fill(furnished)
    for name, number in few.items():
        with subtests.test(name):
            page, queries = asked(client, addresses[name])
            assert len(page) < MOST_BYTES, f"{len(page)} characters"
            assert len(queries) <= number + MORE_QUERIES, "\n".join(queries[number:])


def test_forms_say_that_there_is_more(furnished: Cast) -> None:
    """And find it: nothing is left out without a word."""
    client = browser(furnished.owner, confirmed=True)
    fill(furnished)
    page = client.get("/o/acme/robots/new/").content.decode()
    assert re.search(r"The first \d+ of (more than )?[\d,]+\+?\. Search to find the others\.", page)
