"""A hundred and twenty of each thing, more than any form shows at once."""

from typing import Any

from console.models import Project
from console.permissions.vocabulary import Permission
from robots.queries import search
from teams.models import Membership, Role, Team
from tests.conftest import Cast
from tests.factories import (
    MembershipFactory,
    ProjectFactory,
    RepositoryFactory,
    RobotFactory,
    UserFactory,
)

MANY = 120


LAST = f"{MANY - 1:03}"


MOST_BYTES, MOST_INPUTS = 60_000, 150


def projects(cast: Cast) -> list[Project]:
    return [
        ProjectFactory(organization=cast.organization, slug=f"p{n:03}", name=f"Product {n:03}")
        for n in range(MANY)
    ]


def repositories(cast: Cast) -> list[Any]:
    return [RepositoryFactory(project=cast.project, name=f"thing-{n:03}") for n in range(MANY)]


def teams(cast: Cast) -> list[Any]:
    made = [Team(organization=cast.organization, name=f"team-{n:03}") for n in range(MANY)]
    return Team.objects.bulk_create(made)


def people(cast: Cast) -> list[Any]:
    found = [UserFactory(email=f"someone-{n:03}@example.com") for n in range(MANY)]
    for user in found:
        MembershipFactory(organization=cast.organization, user=user)
    return found


def members(cast: Cast) -> list[Membership]:
    return [user.memberships.get() for user in people(cast)]


def robots(cast: Cast) -> list[Any]:
    made = [
        RobotFactory(organization=cast.organization, name=f"runner-{n:03}") for n in range(MANY)
    ]
    search.rebuild()
    return made


def roles(cast: Cast) -> list[Role]:
    pull = frozenset({Permission.ARTIFACT_PULL})
    names = (f"custom-{n:03}" for n in range(MANY))
    return Role.objects.bulk_create(
        Role(organization=cast.organization, name=name, permissions=pull) for name in names
    )
