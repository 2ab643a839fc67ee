"""Whom and what the acts are about: mostly what is there now, at times what may come to be.

A choice is a function of a random generator and the world as it is.
"""

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from console.permissions.roles import REPOSITORY_LEVELS
from console.permissions.vocabulary import Permission, Permissions
from tests.rules.acting import named
from tests.rules.beginning import ORGANIZATIONS, PEOPLE, PROJECTS, REPOSITORIES, TEAMS
from tests.rules.model import DATA, EVERYTHING, IN_A_PROJECT, ROLES, Holder, Place, Words, World

Choice = Callable[[Random, World], Any]
TOKEN_NAMES = ["all", "few", "new"]
# These act most: those who can do everything, and those who can do much and hold little.
OFTEN = ["owner"] * 5 + ["clerk"] * 9 + ["admin", "captain", "keeper", "creator"]


def one_of(*values: Any) -> Choice:
    return lambda chance, world: chance.choice(values)


def mostly_here(places: list[Place]) -> Choice:
    """Nine times out of ten in the organization where everything happens."""
    here = [place for place in places if place.organization == "acme"]
    return lambda chance, world: chance.choice(here if chance.random() < 0.9 else places)


def existing(kind: Callable[[World], Iterable[Any]], *others: Any) -> Choice:
    """One of those that exist; seldom, or when there is none, one of `others`."""

    def choose(chance: Random, world: World) -> Any:
        found = sorted(kind(world))
        return chance.choice(found if found and chance.random() < 0.95 else others)

    return choose


def actors(chance: Random, world: World) -> Holder:
    if chance.random() < 0.8:
        return "person", chance.choice(OFTEN)
    kind = chance.choice(["person", "robot", "token"])
    keys = {
        "person": sorted(world.people),
        "robot": sorted(world.robots),
        "token": sorted(world.tokens),
    }
    return kind, chance.choice(keys[kind] or ["none"])


def people(chance: Random, world: World) -> Holder:
    return "person", chance.choice(PEOPLE)


def guests(chance: Random, world: World) -> Holder:
    """Mostly somebody who is not in the organization where everything happens."""
    outside = [who for who in PEOPLE if (who, "acme") not in world.members]
    return ("person", chance.choice(outside if outside and chance.random() < 0.9 else PEOPLE))


def holders(chance: Random, world: World) -> Holder:
    teams, robots = sorted(world.teams), sorted(world.robots)
    kind, keys = chance.choice([("person", PEOPLE), ("team", teams), ("robot", robots)])
    return kind, chance.choice(keys or ["none"])


teams = existing(lambda world: world.teams, *TEAMS)
new_teams = one_of(*TEAMS)
robots = existing(lambda world: world.robots, "robot_acme+none")
customs = existing(lambda world: world.roles, "acme//none")
invited = existing(lambda world: world.invitations, ("guest", "acme"))
memberships = existing(lambda world: world.members, ("guest", "acme"))
team_places = existing(lambda world: world.places, ("acme/devs", "guest"))
robot_places = existing(lambda world: world.robot_places, ("acme/devs", "robot_acme+ci"))
membership_roles = one_of("owner", "member")
levels = one_of("", *REPOSITORY_LEVELS)
token_names = one_of(*TOKEN_NAMES)
robot_names = one_of("ci", "cd")
role_names = one_of("runner", "walker")
yes_or_no = one_of(True, False)
organizations = mostly_here(ORGANIZATIONS)
projects = mostly_here(PROJECTS)
repositories = mostly_here(REPOSITORIES)
homes = mostly_here(ORGANIZATIONS + PROJECTS)
scopes = mostly_here(ORGANIZATIONS + PROJECTS + REPOSITORIES)


def numbers(chance: Random, world: World) -> int:
    return chance.randrange(1000)


def several(choice: Choice, most: int) -> Choice:
    """None to `most` of them."""
    return lambda chance, world: [choice(chance, world) for _ in range(chance.randint(0, most))]


def pairs(*choices: Choice) -> Choice:
    return lambda chance, world: tuple(choice(chance, world) for choice in choices)


def permission_sets(chance: Random, world: World) -> Permissions:
    some: Words = chance.choice([DATA, DATA, DATA | IN_A_PROJECT, EVERYTHING])
    found = chance.sample(sorted(some), chance.randint(1, 3))
    return frozenset(map(Permission, found))


def narrowings(chance: Random, world: World) -> Permissions | None:
    return chance.choice([None, frozenset[Permission](), permission_sets(chance, world)])


def roles(chance: Random, world: World) -> dict[str, Any]:
    if chance.random() < 0.3 and world.roles:
        return {"custom_role": chance.choice(sorted(world.roles))}
    return {"role": chance.choice(sorted(ROLES))}


def gifts(chance: Random, world: World) -> dict[str, Any]:
    if chance.random() < 0.4:
        return {"permissions": permission_sets(chance, world)}
    return roles(chance, world)


def resolved(what: dict[str, Any]) -> dict[str, Any]:
    """The columns of a gift, with the role itself for its key."""
    return {
        column: named("role", value) if column == "custom_role" else value
        for column, value in what.items()
    }
