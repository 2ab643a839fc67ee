"""The API: what belongs to somebody else answers exactly like what does not exist."""

from typing import Any
from uuid import uuid4

import pytest

from robots.access.services.organization_deletion import delete_organization
from tests.addresses import API_ADDRESSES, NOWHERE, globex
from tests.api.bodies import Example, address_of, examples, places
from tests.api.callers import bearer, send, token_of
from tests.api.test_statuses import caller, said
from tests.conftest import Cast
from tests.fixtures import HIDDEN, hide_a_project
from tests.snapshots import rows

# Everybody of an organization sees its people and its visible teams.
PARTS = (
    *("project", "repository", "event", "robot", "token", "trust"),
    *("team", "grant", "role", "invitation"),
)


def asked(client: Any, found: list[Example]) -> list[tuple[str, int, Any]]:
    """What each request is answered, without its ID."""
    answers = [(example, send(client, example)) for example in found]
    return [
        (f"{example.method} {example.name}", answer.status_code, said(answer))
        for example, answer in answers
    ]


def foreign_places(cast: Cast) -> dict[str, object]:
    """What stands in the API's addresses for the other organization's things."""
    other = globex(cast)
    hand = cast.other_organization.memberships.get(user__email="hand@globex.example.com").user
    return other | {"user": hand.uuid, "role_token": other["token"]}


MISSING = NOWHERE | {"user": uuid4(), "role_token": uuid4()}


@pytest.mark.parametrize("who", ["owner", "member", "robot", "boss", "operator"])
def test_an_organization_one_is_not_in_is_like_none(furnished: Cast, who: str) -> None:
    actor = caller(furnished, who)
    assert actor is not None
    client = bearer(token_of(actor)[1])
    foreign = [
        it for it in examples(furnished, foreign_places(furnished)) if "/acme/" not in it.address
    ]
    missing = [it for it in examples(furnished, MISSING) if "/acme/" not in it.address]
    of_organizations = [n for n, it in enumerate(foreign) if "/organizations/globex/" in it.address]
    before = rows()
    theirs = asked(client, [foreign[n] for n in of_organizations])
    assert theirs == asked(client, [missing[n] for n in of_organizations])
    assert {status for _, status, _ in theirs} == {404}
    assert rows() == before


@pytest.mark.parametrize("part", PARTS)
def test_a_thing_of_another_organization_is_like_none_in_ones_own(
    furnished: Cast, part: str
) -> None:
    client = bearer(token_of(furnished.owner)[1])
    own, foreign = places(furnished), foreign_places(furnished)
    keys = {"token": ("token", "steady"), "grant": ("member_grant",)}.get(part, (part,))
    names = {name for name, parts in API_ADDRESSES.items() if part in parts}
    if part == "project":
        foreign |= {"project": furnished.other_organization.projects.create(slug="hidden").slug}
    before = rows()
    answers = []
    for others in (foreign, MISSING):
        where = own | {key: others[key] for key in keys}
        answers.append(
            asked(client, [it for it in examples_again(furnished, where) if it.name in names])
        )
    assert answers[0] == answers[1]
    assert {status for _, status, _ in answers[0]} == {404}
    assert rows() == before


def examples_again(cast: Cast, where: dict[str, object]) -> list[Example]:
    """Without what would find the things of another address through this one's other parts."""
    skipped = {"robots-api:team-robot", "robots-api:role-token", "robots-api:secret"}
    return [it for it in examples(cast, where) if it.name not in skipped]


@pytest.mark.parametrize("who", ["admin", "guest", "lead", "member", "robot"])
def test_no_list_names_another_project_or_a_secret_team(furnished: Cast, who: str) -> None:
    actor, where = caller(furnished, who), places(furnished)
    assert actor is not None
    client = bearer(token_of(actor)[1])
    hide_a_project(furnished)
    reading = [it for it in examples(furnished, where) if it.method == "GET"]
    named = [it.name for it in reading if HIDDEN in send(client, it).content.decode()]
    assert named == []


def test_lists_of_owners_name_them(furnished: Cast) -> None:
    """Else the test above would find nothing to say."""
    where = places(furnished)
    client = bearer(token_of(furnished.owner)[1])
    hide_a_project(furnished)
    reading = [it for it in examples(furnished, where) if it.method == "GET"]
    named = {it.name for it in reading if HIDDEN in send(client, it).content.decode()}
    assert named >= {
        "console-api:projects",
        "console-api:repositories",
        "console-api:events",
        "robots-api:teams",
        "robots-api:grants",
        "robots-api:roles",
        "robots-api:robots",
        "robots-api:organization-tokens",
        "robots-api:reach",
    }


def test_the_address_of_a_hidden_thing_is_like_none(furnished: Cast) -> None:
    actor, where = caller(furnished, "maintainer"), places(furnished)
    assert actor is not None
    client, hidden = bearer(token_of(actor)[1]), hide_a_project(furnished)
    for name, parts in API_ADDRESSES.items():
        for part in parts & {"project", "repository", "robot", "role"}:
            if "team-robot" in name:
                continue
            found = address_of(name, where | {part: hidden[part]})
            missing = address_of(name, where | {part: NOWHERE[part]})
            assert said(client.get(found)) == said(client.get(missing)), name


def test_a_deleted_organization_is_like_none(furnished: Cast) -> None:
    client, where = bearer(token_of(furnished.owner)[1]), places(furnished)
    own = [it for it in examples(furnished, where) if "/organizations/acme/" in it.address]
    delete_organization(actor=furnished.owner, organization=furnished.organization)
    assert {status for _, status, _ in asked(client, own)} == {404}
