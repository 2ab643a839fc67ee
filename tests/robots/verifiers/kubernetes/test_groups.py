"""Groups in a cluster: the organization, teams, and roles on the whole organization; of robots and people."""

from collections.abc import Callable
from typing import Any

import pytest

from console.permissions.vocabulary import Permission
from robots.access.services.deletions import delete_team
from robots.access.services.roles import RoleAt, create_role_token, delete_role
from robots.accounts.services.teams import add_team_robots, remove_team_robot
from robots.models import Robot, RobotGrant, TeamRobot
from robots.tokens.services.tokens import create_personal_token, create_token
from teams.grants.services import GrantSpec, give, take
from teams.models import Membership, Role, Team, TeamGrant, TeamMember, User
from teams.roles.services import create_role
from teams.teams.services import add_team_members, create_team
from tests.conftest import Cast
from tests.factories import MembershipFactory
from tests.robots.verifiers.kubernetes.asking import REFUSED, groups, proof, register, reviewed

PULL = frozenset({Permission.ARTIFACT_PULL})


def team_of(cast: Cast, name: str) -> Team:
    return create_team(actor=cast.owner, organization=cast.organization, name=name)


def role_of(cast: Cast, name: str, **more: Any) -> Any:
    return create_role(
        actor=cast.owner, organization=cast.organization, name=name, permissions=PULL, **more
    )


@pytest.fixture
def secret(cast: Cast) -> str:
    """That of the organization's robot."""
    robot = cast.organization_robot
    minted = create_token(actor=cast.owner, robot=robot, name="cluster", kind="compact")
    return minted.plaintext.reveal()


def test_a_robot_is_in_the_groups_of_its_teams(cast: Cast, cluster: str, secret: str) -> None:
    for name in ("deployers", "readers"):
        team = team_of(cast, name)
        add_team_robots(actor=cast.owner, team=team, robots=[cast.organization_robot])
    team_of(cast, "others")
    assert groups(cluster, secret) == [
        "roster:org:acme",
        "roster:team:acme:deployers",
        "roster:team:acme:readers",
    ]


# What is given on the organization, and the group that it makes, if any.
ON_ORGANIZATION: dict[str, tuple[Callable[[Cast], dict[str, Any]], str]] = {
    "organization's role": (lambda cast: {"role": "organization:viewer"}, "viewer"),
    "project's role": (lambda cast: {"role": "project:developer"}, "developer"),
    "custom role": (lambda cast: {"custom_role": role_of(cast, "release")}, "release"),
    "level": (lambda cast: {"role": "repository:admin"}, ""),
    "permissions": (lambda cast: {"permissions": PULL}, ""),
}


@pytest.mark.parametrize("through", ["robot", "team"])
@pytest.mark.parametrize("what", ON_ORGANIZATION)
def test_a_role_on_the_whole_organization_is_a_group(
    cast: Cast, cluster: str, secret: str, what: str, through: str
) -> None:
    given, name = ON_ORGANIZATION[what]
    robot, expected = cast.organization_robot, ["roster:org:acme"]
    holder: Robot | Team = robot
    if through == "team":
        holder = team = team_of(cast, "t")
        add_team_robots(actor=cast.owner, team=team, robots=[robot])
    spec = GrantSpec(cast.organization, **given(cast))
    give(actor=cast.owner, holder=holder, spec=spec)
    expected += [f"roster:role:acme:{name}"] * bool(name)
    assert groups(cluster, secret) == expected + ["roster:team:acme:t"] * (through == "team")


def test_what_is_held_twice_is_there_once(cast: Cast, cluster: str, secret: str) -> None:
    team = team_of(cast, "t")
    add_team_robots(actor=cast.owner, team=team, robots=[cast.organization_robot])
    for holder in (team, cast.organization_robot):
        spec = GrantSpec(cast.organization, role="organization:viewer")
        give(actor=cast.owner, holder=holder, spec=spec)
    found = groups(cluster, secret)
    assert found.count("roster:role:acme:viewer") == 1


def test_a_role_in_a_project_is_none(cast: Cast, cluster: str, secret: str) -> None:
    for spec in (
        GrantSpec(cast.organization, cast.project, role="project:admin"),
        GrantSpec(cast.organization, cast.project, custom_role=role_of(cast, "release")),
        GrantSpec(
            cast.organization,
            cast.project,
            custom_role=role_of(cast, "own", project=cast.project),
        ),
    ):
        give(actor=cast.owner, holder=cast.organization_robot, spec=spec)
    assert groups(cluster, secret) == ["roster:org:acme"]


def test_a_role_account_is_in_its_roles_group(cast: Cast, cluster: str) -> None:
    for role in (
        RoleAt(cast.organization, key="organization:viewer"),
        RoleAt(cast.organization, custom=role_of(cast, "release")),
    ):
        minted = create_role_token(actor=cast.owner, role=role, name=f"t-{role.name}")
        user = reviewed(cluster, minted.plaintext.reveal())["user"]
        assert user["username"] == f"roster:robot:acme:role.{role.name}"
        assert user["groups"] == ["roster:org:acme", f"roster:role:acme:{role.name}"]


# What takes a group away from a robot that is in the team `t`, holds the role `release` by it, and the role
# `viewer` itself; and the group.
TAKEN: dict[str, tuple[Callable[[Cast], object], str]] = {
    "place": (
        lambda cast: remove_team_robot(
            actor=cast.owner, team=Team.objects.get(name="t"), robot=cast.organization_robot
        ),
        "team:acme:t",
    ),
    "team": (
        lambda cast: delete_team(actor=cast.owner, team=Team.objects.get(name="t")),
        "team:acme:t",
    ),
    "team's grant": (
        lambda cast: take(actor=cast.owner, grant=TeamGrant.objects.with_names().get()),
        "role:acme:release",
    ),
    "own grant": (
        lambda cast: take(
            actor=cast.owner,
            grant=RobotGrant.objects.with_names().get(robot=cast.organization_robot),
        ),
        "role:acme:viewer",
    ),
    "role": (
        lambda cast: delete_role(actor=cast.owner, role=Role.objects.get(name="release")),
        "role:acme:release",
    ),
}


@pytest.mark.parametrize("what", TAKEN)
def test_what_is_taken_counts_where_it_was_remembered(
    cast: Cast, cluster: str, secret: str, what: str
) -> None:
    team, act = team_of(cast, "t"), TAKEN[what]
    add_team_robots(actor=cast.owner, team=team, robots=[cast.organization_robot])
    spec = GrantSpec(cast.organization, custom_role=role_of(cast, "release"))
    give(actor=cast.owner, holder=team, spec=spec)
    spec = GrantSpec(cast.organization, role="organization:viewer")
    give(actor=cast.owner, holder=cast.organization_robot, spec=spec)
    for _ in range(3):
        assert f"roster:{act[1]}" in groups(cluster, secret)
    act[0](cast)
    assert f"roster:{act[1]}" not in groups(cluster, secret)
    assert "roster:org:acme" in groups(cluster, secret)


def test_rows_that_no_service_writes_make_no_group(cast: Cast, cluster: str, secret: str) -> None:
    """A project's robot on the organization and in a team, and anybody in those of another organization."""
    other = Team.objects.create(organization=cast.other_organization, name="other")
    team = team_of(cast, "own")
    TeamGrant.objects.create(
        team=other, organization=cast.other_organization, role="organization:owner"
    )
    for robot, into in ((cast.robot, team), (cast.robot, other), (cast.organization_robot, other)):
        TeamRobot.objects.create(robot=robot, team=into)
    for robot, on in (
        (cast.robot, cast.organization),
        (cast.organization_robot, cast.other_organization),
    ):
        RobotGrant.objects.create(robot=robot, organization=on, role="organization:owner")
    assert groups(cluster, cast.secret) == groups(cluster, secret) == ["roster:org:acme"]


@pytest.fixture
def laptop(cast: Cast) -> str:
    """A personal token of a member who is in a team and holds a role."""
    team = team_of(cast, "deployers")
    add_team_members(actor=cast.owner, team=team, users=[cast.member], role="owner")
    spec = GrantSpec(cast.organization, custom_role=role_of(cast, "release"))
    give(actor=cast.owner, holder=cast.member, spec=spec)
    give(actor=cast.owner, holder=team, spec=GrantSpec(cast.organization, role="project:guest"))
    # What is held in a project is no group.
    for holder in (team, cast.member):
        spec = GrantSpec(cast.organization, cast.project, role="project:admin")
        give(actor=cast.owner, holder=holder, spec=spec)
    return own_token(cast.member)


def own_token(user: User) -> str:
    return create_personal_token(actor=user, name="laptop", kind="compact").plaintext.reveal()


MEMBER = [
    "roster:org:acme",
    "roster:role:acme:guest",
    "roster:role:acme:member",
    "roster:role:acme:release",
    "roster:team:acme:deployers",
]


@pytest.mark.parametrize("switch", ["none", "all"])
def test_people_are_let_in_where_the_service_says_so(cast: Cast, laptop: str, switch: str) -> None:
    cluster = proof(cast, register(cast, cast.organization, personal_tokens=switch))
    status = reviewed(cluster, laptop)
    if switch == "none":
        assert status == REFUSED
        return
    user = status["user"]
    assert (user["username"], user["uid"]) == (
        f"roster:user:{cast.member.email}",
        str(cast.member.uuid),
    )
    assert user["groups"] == MEMBER


def test_of_other_organizations_nothing_is_told(cast: Cast, laptop: str) -> None:
    MembershipFactory(organization=cast.other_organization, user=cast.member, role="owner")
    own, site = (
        proof(cast, register(cast, organization, personal_tokens="all"))
        for organization in (cast.organization, None)
    )
    assert groups(own, laptop) == MEMBER
    assert groups(site, laptop) == sorted(
        [*MEMBER, "roster:org:globex", "roster:role:globex:owner"]
    )
    foreign = proof(cast, register(cast, cast.other_organization, personal_tokens="all"))
    assert reviewed(foreign, own_token(cast.owner)) == REFUSED


def test_who_leaves_is_in_no_group(cast: Cast, laptop: str) -> None:
    cluster = proof(cast, register(cast, cast.organization, personal_tokens="all"))
    assert groups(cluster, laptop) == MEMBER
    TeamMember.objects.all().delete()
    assert groups(cluster, laptop) == [MEMBER[0], *MEMBER[2:4]]
    Membership.objects.filter(user=cast.member).delete()
    assert reviewed(cluster, laptop) == REFUSED
