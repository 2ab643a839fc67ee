"""The permission table, as product.md says it, and what `decide` may never do."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.permissions.decision import NO_LIMITS, Held, Limits, Target, allows, decide
from console.permissions.roles import BUILTIN_ROLES, BuiltinRole, Scope
from console.permissions.vocabulary import (
    CONTROL_PERMISSIONS,
    DATA_PERMISSIONS,
    REGISTRY_ACTIONS,
    TICKABLE,
    Permission,
    with_implied,
)
from robots.models import RobotGrant
from tests.actors import holder
from tests.conftest import Cast
from tests.factories import ProjectFactory, RobotFactory

O, P, R = Scope.ORGANIZATION, Scope.PROJECT, Scope.REPOSITORY  # noqa: E741
ROLES = (
    (O, "owner"),
    (O, "member"),
    (O, "viewer"),
    (O, "project-creator"),
    (P, "admin"),
    (P, "maintainer"),
    (P, "developer"),
    (P, "guest"),
    (R, "view"),
    (R, "read"),
    (R, "write"),
    (R, "admin"),
)
# Organization: owner, member, viewer, project-creator; project: admin, maintainer, developer, guest;
# levels of a repository: view, read, write, admin.
TABLE = """
artifact:push         x . . .   x x x .   . . x x
artifact:pull         x . . .   x x x x   . x x x
artifact:delete       x . . .   x x . .   . . . x
chart:read            x . . .   x x x .   . x x x
chart:create          x . . .   x x x .   . . x x
chart:delete          x . . .   x x . .   . . . x
tag:create            x . . .   x x x .   . . x x
tag:delete            x . . .   x x . .   . . . x
label:create          x . . .   x x . .   . . x x
scan:create           x . . .   x x x .   . . x x
repository:view       x . x .   x x x x   x x x x
organization:read     x x x x   . . . .   . . . .
organization:update   x . . .   . . . .   . . . .
organization:delete   x . . .   . . . .   . . . .
member:read           x x x .   . . . .   . . . .
member:create         x . . .   . . . .   . . . .
member:update         x . . .   . . . .   . . . .
member:delete         x . . .   . . . .   . . . .
team:read             x . x .   . . . .   . . . .
team:create           x . . .   . . . .   . . . .
team:update           x . . .   . . . .   . . . .
team:delete           x . . .   . . . .   . . . .
project:read          x . x .   x x x x   . . . .
project:create        x . . x   . . . .   . . . .
project:update        x . . .   x . . .   . . . .
project:delete        x . . .   x . . .   . . . .
repository:create     x . . .   x x . .   . . . .
repository:update     x . . .   x x . .   . . . x
repository:delete     x . . .   x x . .   . . . x
robot:read            x . x .   x x . .   . . . .
robot:create          x . . .   x . . .   . . . .
robot:update          x . . .   x . . .   . . . .
robot:delete          x . . .   x . . .   . . . .
token:read            x . x .   x x . .   . . . .
token:create          x . . .   x . . .   . . . .
token:update          x . . .   x . . .   . . . .
token:rotate          x . . .   x . . .   . . . .
token:renew-self      x . . .   x . . .   . . . .
token:delete          x . . .   x . . .   . . . .
role:read             x . x .   x . . .   . . . .
role:create           x . . .   . . . .   . . . .
role:update           x . . .   . . . .   . . . .
role:delete           x . . .   . . . .   . . . .
grant:read            x . x .   x . . .   . . . x
grant:create          x . . .   x . . .   . . . x
grant:update          x . . .   x . . .   . . . x
grant:delete          x . . .   x . . .   . . . x
trust:read            x . x .   x . . .   . . . .
trust:create          x . . .   x . . .   . . . .
trust:update          x . . .   x . . .   . . . .
trust:delete          x . . .   x . . .   . . . .
event:read            x . x .   x . . .   . . . .
"""
LABELS = """
artifact:push     Push artifacts
artifact:pull     Pull artifacts
artifact:delete   Delete artifacts
chart:read        Read Helm charts
chart:create      Create a Helm chart version
chart:delete      Delete a Helm chart version
tag:create        Create a tag
tag:delete        Delete a tag
label:create      Create artifact labels
scan:create       Create a scan
repository:view   View the repository
"""


def test_the_built_in_roles_are_those_of_the_table() -> None:
    lines = [line.split() for line in TABLE.strip().splitlines()]
    expected = {
        role: {name for name, *marks in lines if marks[number] == "x"}
        for number, role in enumerate(ROLES)
    }
    assert {key: set(role.permissions) for key, role in BUILTIN_ROLES.items()} == expected
    assert [name for name, *_ in lines] == list(Permission)


def test_the_data_permissions_have_the_words_an_admin_knows() -> None:
    words = {line[:18].strip(): line[18:] for line in LABELS.strip().splitlines()}
    assert {name.value: name.label for name in Permission if name in DATA_PERMISSIONS} == words
    assert [name.value for name in TICKABLE] == [
        name for name in words if name != "repository:view"
    ]


def test_every_control_permission_has_words() -> None:
    assert Permission.TOKEN_ROTATE.label == "Rotate tokens"
    assert Permission.EVENT_READ.label == "See the audit log"
    assert all(name.label and "{" not in name.label for name in CONTROL_PERMISSIONS)
    assert len({name.label for name in Permission}) == len(Permission)


def test_every_permission_says_what_enforces_it() -> None:
    """tests/test_enforced_by.py asks those who are named."""
    assert {name.enforced_by for name in REGISTRY_ACTIONS} == {"registry token and forward auth"}
    assert {name.enforced_by for name in CONTROL_PERMISSIONS} == {"Roster", ""}
    assert Permission.TAG_CREATE.enforced_by == "forward auth"


def test_push_implies_pull_and_nothing_else_implies_anything() -> None:
    for name in Permission:
        also = {Permission.ARTIFACT_PULL} if name == Permission.ARTIFACT_PUSH else set()
        assert with_implied({name}) == {name} | also
    pushes = Held(frozenset({Permission.ARTIFACT_PUSH}), 1)
    assert decide([pushes], Permission.ARTIFACT_PULL, Target(1, 2, 3, on_repository=True))


LEVELS = [role for role in BUILTIN_ROLES.values() if role.is_level]


@pytest.mark.parametrize("level", LEVELS, ids=lambda role: role.name)
@pytest.mark.parametrize("project", [None, 7])
def test_a_level_never_controls_the_project(level: BuiltinRole, project: int | None) -> None:
    """On a project it means all of its repositories; the project itself is another thing."""
    held = Held(level.permissions, 1, project, is_level=True)
    for target in (Target(1), Target(1, 7)):
        given = {name for name in Permission if decide([held], name, target)}
        assert given <= DATA_PERMISSIONS


def test_a_level_manages_the_repository() -> None:
    held = Held(BUILTIN_ROLES[R, "admin"].permissions, 1, 7, is_level=True)
    inside = Target(1, 7, None, on_repository=True)
    for name in (Permission.REPOSITORY_DELETE, Permission.GRANT_CREATE):
        assert decide([held], name, inside)
        assert not decide([held], name, Target(1, 7))


def test_everyone_pulls_from_a_public_repository_and_that_is_all() -> None:
    public = Target(1, 2, 3, on_repository=True, public=True)
    for limits in (NO_LIMITS, Limits(frozenset()), Limits(project_id=99)):
        given = {name for name in Permission if decide([], name, public, limits)}
        assert given == {Permission.ARTIFACT_PULL}


def test_the_answer_names_every_grant_that_gives_it() -> None:
    here = Held(frozenset({Permission.ARTIFACT_PULL}), 1, 2, source="a grant on acme/payments")
    wide = Held(frozenset({Permission.ARTIFACT_PUSH}), 1, source="a grant on acme")
    elsewhere = Held(frozenset({Permission.ARTIFACT_PULL}), 1, 9, source="a grant on acme/docs")
    target = Target(1, 2, 3, on_repository=True)
    decision = decide([elsewhere, here, wide], Permission.ARTIFACT_PULL, target)
    assert (decision.allowed, decision.because) == (True, (here, wide))
    assert decision.reason == "a grant on acme/payments"
    refused = decide([elsewhere], Permission.ARTIFACT_PULL, target)
    assert (refused.allowed, refused.because) == (False, ())
    assert refused.reason == "no grant gives artifact:pull here"


def test_a_project_robot_holds_nothing_elsewhere_whatever_the_rows_say(cast: Cast) -> None:
    elsewhere = ProjectFactory(organization=cast.organization)
    robot = RobotFactory(organization=cast.organization, project=cast.project)
    for project in (None, cast.project, elsewhere):
        RobotGrant.objects.create(
            robot=robot,
            organization=cast.organization,
            project=project,
            permissions=frozenset(Permission),
        )
    assert allows(robot, Permission.ARTIFACT_PUSH, cast.repository)
    for thing in (elsewhere, cast.organization, cast.other_project):
        assert not allows(robot, Permission.ARTIFACT_PUSH, thing)


def test_a_grant_counts_in_its_own_organization_alone(cast: Cast) -> None:
    actor = holder(cast.organization, *Permission)
    assert allows(actor, Permission.ROBOT_CREATE, cast.project)
    assert not allows(actor, Permission.ROBOT_CREATE, cast.other_project)


ids = st.integers(1, 3)
maybe = st.none() | ids
permissions = st.frozensets(st.sampled_from(sorted(Permission)), max_size=6)
grants = st.builds(Held, permissions, ids, maybe, maybe, st.booleans(), st.just("a grant"))
targets = st.builds(Target, ids, maybe, maybe, st.booleans(), st.booleans())
limits = st.builds(Limits, st.none() | permissions, maybe)
some = st.lists(grants, max_size=5)
permission = st.sampled_from(sorted(Permission))


@given(some, permission, targets, limits)
def test_a_token_only_narrows(
    held: list[Held], name: Permission, target: Target, limits: Limits
) -> None:
    assert not decide(held, name, target, limits) or decide(held, name, target)


@given(some, grants, permission, targets, limits)
def test_another_grant_takes_nothing_away(
    held: list[Held], more: Held, name: Permission, target: Target, limits: Limits
) -> None:
    assert not decide(held, name, target, limits) or decide([*held, more], name, target, limits)


@given(some, grants, permission, targets, limits)
def test_a_grant_elsewhere_changes_nothing(
    held: list[Held], more: Held, name: Permission, target: Target, limits: Limits
) -> None:
    for foreign in (
        replace(more, organization_id=target.organization_id + 1),
        replace(more, project_id=(target.project_id or 0) + 1),
        replace(more, repository_id=(target.repository_id or 0) + 1),
    ):
        assert decide([*held, foreign], name, target, limits) == decide(held, name, target, limits)


@given(some, permission, targets, limits)
def test_a_yes_is_always_because_of_a_grant_or_public(
    held: list[Held], name: Permission, target: Target, limits: Limits
) -> None:
    decision = decide(held, name, target, limits)
    if decision and not (target.public and name == Permission.ARTIFACT_PULL):
        assert decision.because
        assert all(name in with_implied(grant.permissions) for grant in decision.because)
        assert all(grant.organization_id == target.organization_id for grant in decision.because)
    assert decision.allowed or not decision.because


@given(some, permission, targets)
def test_the_order_of_grants_is_of_no_matter(
    held: list[Held], name: Permission, target: Target
) -> None:
    assert decide(held, name, target).allowed == decide(held[::-1], name, target).allowed


@given(permission, st.builds(Target, ids, st.none(), ids, st.booleans()))
def test_a_target_that_does_not_fit_together_gets_nothing_from_a_project(
    name: Permission, target: Target
) -> None:
    """A repository without its project is covered by grants on the organization alone."""
    in_project = Held(frozenset(Permission), target.organization_id, 1)
    on_repository = replace(in_project, repository_id=target.repository_id)
    assert not decide([in_project, on_repository], name, target)
