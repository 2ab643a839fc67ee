"""What is left of a grant when it gives only what was used: spelled out, and never more than before."""

import random

import pytest

from console.permissions.roles import LEVEL_PREFIX, REPOSITORY_LEVELS
from console.permissions.vocabulary import DATA_PERMISSIONS, Permission, Permissions, with_implied
from robots.queries.narrowing import LEVELS, Left, left_of

PULL, PUSH = "artifact:pull", "artifact:push"
# What a level on a repository becomes, by what was used of it.
OF_LEVELS = [
    ("write", [PUSH, PULL], None),
    ("write", ["label:create"], None),
    ("write", [PULL], "read"),
    ("write", ["chart:read"], "read"),
    ("write", ["repository:view"], "view"),
    ("write", [], ""),
    ("read", [PULL], None),
    ("read", ["repository:view"], "view"),
    ("view", ["repository:view"], None),
    ("view", [PULL], ""),
    ("admin", [PULL, PUSH], "write"),
    ("admin", ["artifact:delete", PULL], ["artifact:delete", PULL]),
    ("admin", ["grant:create"], ["grant:create"]),
    ("admin", ["event:read"], ""),
]
# What a list or role becomes.
OF_LISTS = [
    ([PUSH], [PUSH, PULL], None),
    ([PUSH], [PULL], [PULL]),
    ([PUSH, PULL, "tag:create"], [PUSH, PULL], [PUSH, PULL]),
    ([PUSH, PULL], [PUSH], [PUSH]),
    ([PUSH, "tag:create"], [PULL, "tag:create"], [PULL, "tag:create"]),
    ([PULL, "scan:create"], [], []),
    (["robot:read", "token:read"], ["robot:read"], ["robot:read"]),
]


def permissions(names: list[str]) -> Permissions:
    return frozenset(map(Permission, names))


def left_of_level(level: str, used: Permissions, *, alone: bool) -> Left | None:
    return left_of(LEVELS[level], used, level=level, alone=alone)


@pytest.mark.parametrize(("level", "used", "expected"), OF_LEVELS)
def test_a_level(level: str, used: list[str], expected: str | list[str] | None) -> None:
    left = left_of_level(level, permissions(used), alone=True)
    if expected is None:
        assert left is None
    elif isinstance(expected, list):
        assert left == Left(permissions=permissions(expected))
    else:
        assert left == Left(role=expected and LEVEL_PREFIX + expected)


@pytest.mark.parametrize(("gives", "used", "expected"), OF_LISTS)
def test_a_list(gives: list[str], used: list[str], expected: list[str] | None) -> None:
    left = left_of(permissions(gives), permissions(used), alone=False)
    assert left == (None if expected is None else Left(permissions=permissions(expected)))


def test_the_highest_level_on_a_project_becomes_no_list_that_reaches_the_project() -> None:
    used = permissions(["artifact:delete", "grant:create"])
    assert left_of_level("admin", used, alone=False) is None
    assert left_of_level("admin", used, alone=True) == Left(permissions=used)


def chosen(chance: random.Random) -> Permissions:
    return frozenset(chance.sample(list(Permission), chance.randint(0, 12)))


def test_what_is_left_of_any_list_is_less_and_all_that_was_used() -> None:
    chance = random.Random(7)
    for _ in range(500):
        gives, used = chosen(chance) | {Permission.TAG_CREATE}, chosen(chance)
        left = left_of(gives, used, alone=False)
        kept = with_implied(gives if left is None else left.gives)
        assert used & with_implied(gives) <= kept <= with_implied(gives)
        if left and not left.is_nothing:
            assert left.gives != gives
            assert left_of(left.gives, used, alone=False) is None


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("level", REPOSITORY_LEVELS)
def test_what_is_left_of_any_level_is_less_and_all_that_was_used(level: str, alone: bool) -> None:
    chance, gives = random.Random(level), with_implied(LEVELS[level])
    for _ in range(200):
        used = chosen(chance)
        left = left_of_level(level, used, alone=alone)
        kept = gives if left is None else with_implied(left.gives)
        assert used & gives <= kept <= gives
        assert left is None or kept < gives
        if left and left.permissions and not alone:
            assert left.permissions <= DATA_PERMISSIONS
