"""Every list: a constant number of queries, a fragment for htmx, a way through all its pages."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console.audit.recording import OPERATOR, changing, record
from console.models import Organization, Repository
from console.paging import PAGE_SIZE
from console.permissions.vocabulary import TICKABLE
from robots.base.periods import NEVER_ENDS
from robots.models import ArtifactUse, Robot, Tag, Token
from robots.queries import search
from tests.addresses import acme, address_of
from tests.browsers import linked, text, texts_of
from tests.conftest import Cast
from tests.factories import MembershipFactory, ProjectFactory, RobotFactory, RobotGrantFactory
from tests.robots.artifacts.telling import event, note

# Name -> the id of its fragment, and how many queries it may cost: session and person, the menu with the
# bell, rights, rows, count, and what the rows need.
LISTS = {
    "robots:robot-list": ("robot-table", 8),
    # Two lists, and two queries to each of them.
    "robots:project-robots": ("robot-table", 11),
    # Robots, secrets, and the views that one saved.
    "robots:token-list": ("token-table", 10),
    "robots:robot": ("token-table", 12),
    "robots:personal-token-list": ("token-table", 8),
    "console:project-list": ("project-table", 8),
    "console:project": ("", 8),
    "console:repository-list": ("repository-table", 8),
    "console:event-list": ("event-table", 8),
    "robots:project-history": ("event-table", 9),
    "robots:repository-history": ("event-table", 8),
    "robots:robot-history": ("event-table", 11),
    # Needs, the checklist, the chart, the last events.
    "robots:project-overview": ("", 14),
    # Names and visible robots; what digests are called, and the members.
    "robots:repository-tags": ("tag-table", 9),
    "robots:repository-activity": ("use-table", 10),
    "robots:robot-activity": ("", 17),
    # Members and their teams, and the invitations above them.
    "teams:member-list": ("", 11),
}


def fill(cast: Cast, number: int) -> None:
    """`number` more rows for each list."""
    organization = cast.organization
    for count in range(number):
        project = ProjectFactory(organization=organization)
        Repository.objects.create(project=cast.project, name=f"more{count}")
        robot = RobotFactory(organization=organization, project=cast.project)
        RobotGrantFactory(robot=robot, project=cast.project, permissions=frozenset(TICKABLE))
        reaching = RobotFactory(organization=organization)
        RobotGrantFactory(robot=reaching, project=project, permissions=frozenset(TICKABLE))
        Token.objects.create(robot=cast.robot, name=f"t{count}", created_by="x")
        Token.objects.create(user=cast.owner, name=f"t{count}", created_by="x")
        user = MembershipFactory(organization=organization).user
        for actor in (cast.robot.login_name, robot.login_name, user.email):
            note(event(tag=f"t{count}", actor=actor), event("pull", "", actor=actor))
        with changing(organization) as chain:
            record(chain, actor=OPERATOR, action="robot:created", target=robot)


def queries(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize(("name", "limit"), [(name, row[1]) for name, row in LISTS.items()])
def test_the_number_of_queries_does_not_grow(
    as_owner: Client, cast: Cast, name: str, limit: int
) -> None:
    address = address_of(name, acme(cast))
    fill(cast, 3)
    few = queries(as_owner, address)
    fill_again(cast)
    many = queries(as_owner, address)
    assert len(many) == len(few), "\n".join(many)
    assert len(many) <= limit, "\n".join(many)


def fill_again(cast: Cast) -> None:
    Repository.objects.filter(name__startswith="more").delete()
    Token.objects.filter(name__startswith="t").delete()
    Tag.objects.all().delete()
    ArtifactUse.objects.all().delete()
    fill(cast, 20)


@pytest.mark.parametrize(
    ("name", "part"), [(name, row[0]) for name, row in LISTS.items() if row[0]]
)
def test_htmx_gets_the_fragment_it_replaces_and_everyone_else_the_page(
    as_owner: Client, cast: Cast, name: str, part: str
) -> None:
    address = address_of(name, acme(cast))
    Token.objects.create(user=cast.owner, name="own", created_by="x")
    note(event())
    asked = {"HX-Request": "true", "HX-Target": part}
    fragment = as_owner.get(address, headers=asked)
    assert "<html" not in text(fragment)
    assert re.search(r'^\s*<\w+[^>]* id="' + part, text(fragment))
    for headers in (
        {},
        asked | {"HX-Boosted": "true"},
        asked | {"HX-History-Restore-Request": "true"},
        {"HX-Request": "true"},
        asked | {"HX-Target": "dialog"},
        {"HX-Target": part},
    ):
        page = as_owner.get(address, headers=headers)
        assert "<html" in text(page)
        assert f'id="{part}"' in text(page)
        assert "HX-Request" in page["Vary"]
    assert "HX-Request" in fragment["Vary"]


def robots(organization: Organization, number: int) -> None:
    made = timezone.now()
    Robot.objects.bulk_create(
        Robot(
            organization=organization,
            name=f"r{n:05}",
            login_name=f"robot_{organization}+r{n:05}",
            created_by="x",
            created_at=made,
            next_expiry_at=NEVER_ENDS,
        )
        for n in range(number)
    )


def names(page: object) -> list[str]:
    return texts_of(page, "a", **{"class": "entry-name"})


def test_one_gets_through_all_robots_and_back(as_owner: Client, cast: Cast) -> None:
    robots(cast.organization, 2 * PAGE_SIZE)
    page, seen = as_owner.get("/o/acme/robots/"), []
    while following := linked(page, "next"):
        seen.append(names(page))
        page = as_owner.get("/o/acme/robots/" + following)
    seen.append(names(page))
    assert [len(rows) for rows in seen] == [PAGE_SIZE, PAGE_SIZE, 2]
    assert [name for rows in seen for name in rows] == [
        "ci",
        "deploy",
        *(f"r{n:05}" for n in range(2 * PAGE_SIZE)),
    ]
    assert names(as_owner.get(f"/o/acme/robots/{linked(page, 'prev')}")) == seen[1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["ci", "deploy", "off", "over"]),
        ({"sort": "-name"}, ["over", "off", "deploy", "ci"]),
        ({"sort": "created"}, ["ci", "deploy", "off", "over"]),
        ({"sort": "-created"}, ["over", "off", "deploy", "ci"]),
        ({"state": "active"}, ["ci", "deploy"]),
        ({"state": "disabled"}, ["off"]),
        ({"state": "expired"}, ["over"]),
        ({"q": "off"}, ["off"]),
        ({"q": "o"}, ["off", "over"]),
        ({"q": "robot_acme", "state": "active"}, ["deploy", "ci"]),
        ({"q": "robot_acme", "sort": "name"}, ["ci", "deploy", "off", "over"]),
    ],
)
def test_robots_are_filtered_and_sorted(
    as_owner: Client, cast: Cast, query: dict[str, str], expected: list[str]
) -> None:
    now = timezone.now()
    RobotFactory(organization=cast.organization, name="off", disabled_at=now)
    RobotFactory(organization=cast.organization, name="over", expires_at=now - timedelta(days=1))
    search.rebuild()
    assert names(as_owner.get("/o/acme/robots/", query)) == expected


def test_filters_are_kept_from_page_to_page(as_owner: Client, cast: Cast) -> None:
    robots(cast.organization, PAGE_SIZE + 1)
    page = as_owner.get("/o/acme/robots/?state=active&sort=-name")
    following = linked(page, "next") or ""
    assert "state=active" in following
    assert "sort=-name" in following


def test_a_list_without_rows_says_how_to_begin(as_owner: Client, cast: Cast) -> None:
    Robot.objects.filter(organization=cast.organization).delete()
    assert "No robot accounts created yet" in text(as_owner.get("/o/acme/robots/"))
    RobotFactory(organization=cast.organization)
    assert "No robot account matches" in text(as_owner.get("/o/acme/robots/?q=nothing"))


# The lists of teams, roles and people: what `LISTS` says of others.
ACCESS_LISTS = {
    "robots:team-list": ("team-table", 8),
    "robots:team-robots": ("robot-table", 9),
    # How many grants use each built-in role takes four.
    "robots:role-list": ("role-table", 15),
    "teams:team": ("place-table", 8),
    "teams:team-permissions": ("grant-table", 8),
    "teams:invitation-list": ("invitation-table", 8),
    # Who left, who saw a secret, their accounts, and how much of that works.
    "robots:departure-list": ("", 13),
    "robots:departure": ("", 21),
    "teams:member-list": ("member-table", 12),
    "robots:project-members": ("", 10),
    "robots:team-history": ("event-table", 8),
}


def fill_access(furnished: Cast, name: str, number: int) -> None:
    """`number` more rows for each of them."""
    organization, team = furnished.organization, furnished.organization.teams.get(name="build")
    where = {"organization": organization, "project": furnished.project}
    for count in range(number):
        more, slug = f"{name}{count}", f"{name}-{count}"
        user = MembershipFactory(organization=organization).user
        team.members.create(user=user, role="member")
        user.grants.create(**where, role="project:guest")
        another = organization.teams.create(name=more)
        another.members.create(user=user, role="owner")
        another.grants.create(**where, role="project:guest")
        role = organization.roles.create(name=more, permissions=frozenset(TICKABLE))
        project = ProjectFactory(organization=organization, slug=slug)
        team.grants.create(organization=organization, project=project, custom_role=role)
        team.robot_places.create(robot=RobotFactory(organization=organization, name=more))
        organization.invitations.create(
            email=f"{more}@example.com", sent_at=timezone.now(), root_number=1
        )


@pytest.mark.parametrize(("name", "limit"), [(name, row[1]) for name, row in ACCESS_LISTS.items()])
def test_the_number_of_queries_does_not_grow_with_teams_roles_and_people(
    as_owner: Client, furnished: Cast, name: str, limit: int
) -> None:
    address, asked = address_of(name, acme(furnished)), []
    for prefix, number in (("few", 3), ("many", 20)):
        fill_access(furnished, prefix, number)
        asked.append(queries(as_owner, address))
    assert len(asked[0]) == len(asked[1]) <= limit, "\n".join(asked[1])


@pytest.mark.parametrize("name", [*LISTS, *ACCESS_LISTS])
def test_a_list_that_nobody_searches_compares_no_text(
    as_owner: Client, furnished: Cast, name: str
) -> None:
    asked = "\n".join(queries(as_owner, address_of(name, acme(furnished))))
    assert "NORMALIZE(" not in asked
    assert "roster_fold(" not in asked


@pytest.mark.parametrize(
    ("name", "part"), [(name, row[0]) for name, row in ACCESS_LISTS.items() if row[0]]
)
def test_htmx_gets_the_fragment_of_teams_roles_and_people(
    as_owner: Client, furnished: Cast, name: str, part: str
) -> None:
    test_htmx_gets_the_fragment_it_replaces_and_everyone_else_the_page(
        as_owner, furnished, name, part
    )
