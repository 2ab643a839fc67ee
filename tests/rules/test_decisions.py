"""Every decision of the product is the model's: people, robots, tokens, verifiers, on random worlds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.permissions.vocabulary import Permission
from robots.models import SigningKey
from robots.secrets import signing_keys
from tests.rules.comparing import (
    Seen,
    ask_registry,
    credential_of,
    differences,
    explained,
    registry_should_say,
)
from tests.rules.graphs import GHOST, ORGANIZATIONS, PROJECTS, REPOSITORIES, TEAMS, worlds
from tests.rules.model import EVERYTHING, Place, World, is_in_force
from tests.rules.profiles import examples
from tests.rules.rows import targets, write
from tests.snapshots import undone

pytestmark = pytest.mark.django_db

PROJECT_PLACES = [Place(one, two) for one in ORGANIZATIONS for two in PROJECTS]
PATHS = [
    Place(place.organization, place.project, name)
    for place in PROJECT_PLACES
    for name in (*REPOSITORIES, GHOST)
]
EVERYWHERE = [
    *(Place(slug) for slug in ORGANIZATIONS),
    *PROJECT_PLACES,
    *PATHS,
    *(Place(organization, team=team) for team, organization in TEAMS.items()),
]


def test_the_permissions_are_those_of_the_model() -> None:
    assert set(Permission) == EVERYTHING


@examples(few=10, many=250)
@given(world=worlds())
def test_people_and_robots_may_what_the_model_says(world: World) -> None:
    """Over 10,000 triples of actor, permission and place in each example."""
    actors = [("person", key) for key in world.people] + [("robot", key) for key in world.robots]
    with undone():
        rows = write(world)
        where = targets(rows, EVERYWHERE)
        wrong = [
            difference
            for actor in actors
            for difference in differences(world, actor, Seen(rows.holders[actor], rows), where)
        ]
    assert wrong == []


@examples(few=10, many=250)
@given(world=worlds())
def test_tokens_may_what_the_model_says_for_every_verifier(world: World) -> None:
    with undone():
        rows = write(world)
        where = targets(rows, EVERYWHERE)
        wrong = [
            difference
            for key in world.tokens
            if (credential := credential_of(world, rows, key))
            for difference in differences(world, ("token", key), credential, where)
        ]
    assert wrong == []


@examples(few=10, many=250)
@given(world=worlds(), place=st.sampled_from(EVERYWHERE))
def test_an_explanation_names_every_grant_that_gives_it(world: World, place: Place) -> None:
    actors = [("person", key) for key in world.people] + [("robot", key) for key in world.robots]
    with undone():
        rows = write(world)
        wrong = [
            difference
            for actor in actors[::3]
            for difference in explained(world, actor, rows.holders[actor], rows, place)
        ]
    assert wrong == []


@examples(few=10, many=250)
@given(world=worlds())
def test_the_registry_grants_what_the_model_says(world: World) -> None:
    signing_keys.current(SigningKey.Purpose.REGISTRY)
    with undone():
        rows = write(world)
        assert ask_registry("", "", PATHS) == registry_should_say(world, "", PATHS)
        for key, token in world.tokens.items():
            username = str(rows.holders["token", key].uuid)
            taken = token.kind == "robot" and is_in_force(world, ("token", key))
            expected = registry_should_say(world, key, PATHS) if taken else None
            assert ask_registry(username, rows.secrets[key], PATHS) == expected, key
