"""Who may reach what: `python -m bench.inside.access_fill ANSWER OTHERS`, OTHERS the grants of others."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, models
from django.urls import reverse

from bench.data import KNOWN
from bench.inside import bulk
from bench.inside.known import cookies_of
from console import keyring
from console.models import Organization, Project, Repository
from console.settings import ROSTER_REGISTRY_SERVICE
from robots.base.credentials import Kind
from robots.base.robot_names import login_name
from robots.models import Robot, RobotGrant, Secret, TeamRobot, Token
from robots.server.preparation import prepare
from robots.tokens.services.tokens import create_token
from teams.models import Membership, Team, TeamGrant, TeamMember, User, UserGrant

PROJECTS, REPOSITORIES_EACH = 50, 20
TEAMS, GRANTS_EACH = 20, 50
OTHER_TEAMS, OTHER_ROBOTS, IN_TEAMS = 100, 10_000, 1_000
# One in so many of the others' grants is on the repository that is asked for.
ON_THE_SAME = 10
# The measured robots: so many teams with so many grants each, on so many repositories in all.
MEASURED = {
    "one team, 1 grant": (1, 1, 1),
    "20 teams, 1,000 grants": (TEAMS, GRANTS_EACH, TEAMS * GRANTS_EACH),
    "the same, 20 of them on the path": (TEAMS, GRANTS_EACH, GRANTS_EACH),
}
HOLDERS = (20, 200)
CREATOR = "owner@example.com"
BATCH = 500


@dataclass(frozen=True, slots=True)
class Place:
    """The organization, its repositories, and its owner."""

    organization: Organization
    repositories: list[Repository]
    owner: User

    def on(self, repository: Repository) -> dict[str, Any]:
        """Where a grant on `repository` is."""
        project = repository.project
        return {"organization": self.organization, "project": project, "repository": repository}


def _place() -> Place:
    organization = Organization.objects.create(slug="acme", name="Acme")
    owner = User.objects.create(email=CREATOR, name="Mika Karhu")
    Membership.objects.create(organization=organization, user=owner, role="owner")
    projects = Project.objects.bulk_create(
        Project(organization=organization, slug=f"project-{n:02d}", name=f"Project {n}")
        for n in range(PROJECTS)
    )
    repositories = Repository.objects.bulk_create(
        Repository(project=project, name=f"images/app-{n:02d}")
        for n in range(REPOSITORIES_EACH)
        for project in projects
    )
    return Place(organization, repositories, owner)


def _robots(place: Place, names: list[str]) -> list[Robot]:
    return Robot.objects.bulk_create(
        [
            Robot(
                organization=place.organization,
                name=name,
                created_by=CREATOR,
                login_name=login_name("acme", "", name),
            )
            for name in names
        ],
        batch_size=BATCH,
    )


def _teams(place: Place, name: str, count: int) -> list[Team]:
    names = [f"{name}-{n:03d}" for n in range(count)]
    return Team.objects.bulk_create(Team(organization=place.organization, name=n) for n in names)


def _write(model: type[models.Model], rows: Iterator[Any]) -> None:
    while batch := list(islice(rows, BATCH * 20)):
        model._default_manager.bulk_create(batch, batch_size=BATCH)


def _measured(place: Place, number: int, name: str) -> list[str]:
    """A robot with its teams and their grants; how it logs in, and where it may push."""
    teams, each, over = MEASURED[name]
    (robot,) = _robots(place, [f"measured-{number}"])
    made = _teams(place, f"measured-{number}", teams)
    grants = (
        TeamGrant(team=team, role="repository:write", **place.on(place.repositories[which % over]))
        for index, team in enumerate(made)
        for which in range(index * each, (index + 1) * each)
    )
    _write(TeamGrant, grants)
    TeamRobot.objects.bulk_create(TeamRobot(team=team, robot=robot) for team in made)
    minted = create_token(actor=place.owner, robot=robot, name="measured", kind="compact")
    return [robot.login_name, minted.plaintext.reveal(), str(place.repositories[0])]


def _others(place: Place, grants: int) -> None:
    """Grants that the measured robots do not hold, half of robots and half of teams."""
    robots = _robots(place, [f"other-{n:05d}" for n in range(OTHER_ROBOTS)])
    teams = _teams(place, "other", OTHER_TEAMS)
    wheres = [
        place.on(place.repositories[0 if n % ON_THE_SAME == 0 else n % len(place.repositories)])
        for n in range(grants // 2)
    ]
    write = {"role": "repository:write"}
    own = (RobotGrant(robot=robots[n % OTHER_ROBOTS], **write, **w) for n, w in enumerate(wheres))
    of_teams = (TeamGrant(team=teams[n % OTHER_TEAMS], **write, **w) for n, w in enumerate(wheres))
    _write(RobotGrant, own)
    _write(TeamGrant, of_teams)
    members = ((teams[n % OTHER_TEAMS], robots[n]) for n in range(IN_TEAMS))
    _write(TeamRobot, (TeamRobot(team=team, robot=robot) for team, robot in members))
    _tokens(robots)


def _tokens(robots: list[Robot]) -> None:
    """One of each robot, whose secret nobody knows."""
    tokens = [Token(robot=robot, name="first", created_by=CREATOR) for robot in robots]
    Token.objects.bulk_create(tokens, batch_size=BATCH)
    common = {"kind": Kind.COMPACT, "root_number": keyring.current(), "created_by": CREATOR}
    _write(Secret, (Secret(token=it, digest=it.uuid.hex * 2, **common) for it in tokens))


def _held(place: Place, number: int, count: int) -> Repository:
    """A repository of its own project that `count` teams, robots and people hold a level on."""
    project = Project.objects.create(
        organization=place.organization, slug=f"held-{number}", name=f"Held by {count}"
    )
    here = place.on(Repository.objects.create(project=project, name="app"))
    share = count // 3
    teams = _teams(place, f"holds-{number}", share)
    robots = _robots(place, [f"holds-{number}-{n}" for n in range(share)])
    people = User.objects.bulk_create(
        User(email=f"holds-{number}-{n}@example.com") for n in range(count - 2 * share)
    )
    Membership.objects.bulk_create(
        Membership(organization=place.organization, user=user, role="member") for user in people
    )
    _write(TeamGrant, (TeamGrant(team=it, role="repository:write", **here) for it in teams))
    _write(RobotGrant, (RobotGrant(robot=it, role="repository:read", **here) for it in robots))
    _write(UserGrant, (UserGrant(user=it, role="repository:view", **here) for it in people))
    _write(TeamMember, (TeamMember(team=t, user=u) for t, u in zip(teams, people, strict=False)))
    found: Repository = here["repository"]
    return found


def _pages(place: Place) -> dict[str, str]:
    """The matrix and who can reach it, of repositories with few and many holders."""
    found = {}
    for number, count in enumerate(HOLDERS):
        where = ["acme", _held(place, number, count).uuid]
        for name, page in (("matrix", "permissions"), ("who can reach", "reach")):
            found[f"{name}, {count} holders"] = reverse(f"robots:repository-{page}", args=where)
    return found


def fill(others: int) -> dict[str, Any]:
    """Every row; what a run has to know of them."""
    prepare()
    bulk.hurry()
    place = _place()
    logins = {name: _measured(place, n, name) for n, name in enumerate(MEASURED)}
    _others(place, others)
    pages = _pages(place)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {
        "service": ROSTER_REGISTRY_SERVICE,
        "logins": logins,
        "pages": pages,
        "cookies": cookies_of(place.owner),
    }


if __name__ == "__main__":
    written = fill(int(sys.argv[2]))
    connection.close()
    Path(sys.argv[1]).with_name(KNOWN).write_text(json.dumps(written))
    Path(sys.argv[1]).write_text("{}")
