"""What is asked of a registry token, what is held, and what is given."""

import pytest

from console.models import Repository
from console.permissions.vocabulary import Permission
from robots.models import Token
from tests.conftest import Cast
from tests.factories import RobotGrantFactory
from tests.robots.verifiers.asking import OWN, access, claims, get

PUSH, PULL, DELETE = (
    Permission.ARTIFACT_PUSH,
    Permission.ARTIFACT_PULL,
    Permission.ARTIFACT_DELETE,
)


# What the robot holds in its project, what is asked, what is given there.
HELD = """
push pull delete | pull             | pull
push pull delete | pull,push        | pull push
push pull delete | push,pull,delete | pull push delete
push pull delete | *                | pull push delete
push pull delete | delete           | delete
pull             | pull,push        | pull
pull             | *                | pull
pull             | push             | -
pull             | delete           | -
push             | pull             | pull
push             | *                | pull push
delete           | *                | delete
-                | *                | -
pull             | PULL             | -
pull             | pull,            | pull
pull             | ,                | -
pull             | pull,pull        | pull
pull             | admin            | -
pull             | pull;push        | -
"""
ROWS = [[cell.strip() for cell in row.split("|")] for row in HELD.strip().splitlines()]
BY_NAME = {"push": PUSH, "pull": PULL, "delete": DELETE}


@pytest.mark.parametrize(("held", "asked", "given"), ROWS)
def test_the_intersection_and_never_more(cast: Cast, held: str, asked: str, given: str) -> None:
    cast.robot.grants.all().delete()
    permissions = {BY_NAME[word] for word in held.split() if word in BY_NAME}
    if permissions:
        RobotGrantFactory(robot=cast.robot, project=cast.project, permissions=permissions)
    answer = get(cast, f"{OWN}:{asked}")
    expected = {} if given == "-" else {"acme/payments/api": given.split()}
    assert access(answer) == expected


# Where the robot of acme/payments with everything in it gets nothing.
NOTHING = [
    "repository:acme/other/api:pull",
    "repository:globex/payments/api:pull",
    "repository:acme/payments:pull",
    "repository:acme:pull",
    "repository:/acme/payments/api:pull",
    "repository:acme/payments/:pull",
    "repository:acme//api:pull",
    "repository:acme/payments/api/:pull",
    "repository:ACME/payments/api:pull",
    "repository:acme/payments/API:pull",
    "repository:acme/payments/../payments/api:pull",
    "repository:acme/payments/a\0b:pull",
    "repository:acme/payments/api%2f:pull",
    "repository:registry.example:5000/acme/payments/api:pull",
    f"repository:acme/payments/{'a' * 300}:pull",
    "repository:acme/payments/'--:pull",
    "repository:acme/payments/é:pull",
    "repository(plugin)x:acme/payments/api:pull",
    "repository():acme/payments/api:pull",
    "registry(plugin):acme/payments/api:pull",
    "registry:catalog:*",
    "Repository:acme/payments/api:pull",
    "x:y:z",
    "repository:*:pull",
    "repository:acme/payments/%:pull",
    "repository:acme/payments/_:pull",
]


@pytest.mark.parametrize("scope", NOTHING)
def test_anything_else_gives_nothing_and_is_no_error(cast: Cast, scope: str) -> None:
    assert claims(get(cast, scope))["access"] == []


def test_a_repository_without_a_row_can_be_pushed(cast: Cast) -> None:
    assert access(get(cast, "repository:acme/payments/brand/new:push")) == {
        "acme/payments/brand/new": ["push"]
    }


def test_scopes_come_repeated_and_with_spaces_between(cast: Cast) -> None:
    other = "repository:acme/payments/other:pull"
    expected = {"acme/payments/api": ["pull"], "acme/payments/other": ["pull"]}
    assert access(get(cast, f"{OWN}:pull", other)) == expected
    assert access(get(cast, f"{OWN}:pull {other}")) == expected
    assert access(get(cast, f" {OWN}:pull   {other} ", "")) == expected


def test_actions_of_a_repeated_scope_are_merged(cast: Cast) -> None:
    rows = claims(get(cast, f"{OWN}:pull", f"{OWN}:push {OWN}:pull"))["access"]
    assert rows == [
        {"type": "repository", "name": "acme/payments/api", "actions": ["pull", "push"]}
    ]


def test_at_most_32_scopes(cast: Cast) -> None:
    scopes = [f"repository:acme/payments/r{number}:pull" for number in range(33)]
    assert len(access(get(cast, *scopes[:32]))) == 32
    assert get(cast, *scopes).status == 400
    assert get(cast, " ".join(scopes)).status == 400


@pytest.mark.parametrize(
    "scope", ["x", "repository", "repository:a", ":a:pull", "repository::pull", "::"]
)
def test_a_scope_that_is_none_is_400(cast: Cast, scope: str) -> None:
    answer = get(cast, scope)
    assert (answer.status, answer.json["errors"][0]["code"]) == (400, "UNSUPPORTED")


def test_a_level_gives_what_it_says_on_its_repository_alone(cast: Cast) -> None:
    cast.robot.grants.all().delete()
    RobotGrantFactory(
        robot=cast.robot, project=cast.project, repository=cast.repository, role="repository:write"
    )
    other = "repository:acme/payments/other:*"
    assert access(get(cast, f"{OWN}:*", other)) == {"acme/payments/api": ["pull", "push"]}


def test_a_narrowed_token_gives_less(cast: Cast) -> None:
    Token.objects.update(permissions=frozenset({PULL}))
    assert access(get(cast, f"{OWN}:pull,push")) == {"acme/payments/api": ["pull"]}
    Token.objects.update(permissions=frozenset())
    assert access(get(cast, f"{OWN}:pull,push")) == {}


def test_a_project_robot_never_leaves_its_project_whatever_it_holds(cast: Cast) -> None:
    RobotGrantFactory(robot=cast.robot, permissions={PULL})
    Token.objects.update(permissions=None)
    project = cast.organization.projects.create(slug="other", name="Other")
    Repository.objects.create(project=project, name="api")
    assert access(get(cast, "repository:acme/other/api:pull")) == {}


def test_the_class_of_a_repository_stands_apart_in_the_token(cast: Cast) -> None:
    answer = get(cast, "repository(plugin):acme/payments/api:pull")
    assert claims(answer)["access"] == [
        {"type": "repository", "class": "plugin", "name": "acme/payments/api", "actions": ["pull"]}
    ]


def test_the_registrys_own_host_before_a_name_is_left_out(cast: Cast) -> None:
    answer = get(cast, "repository:127.0.0.1:5000/acme/payments/api:pull")
    assert access(answer) == {"acme/payments/api": ["pull"]}
