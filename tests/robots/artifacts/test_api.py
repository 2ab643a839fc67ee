"""Tags and activity through the API: the same rows, and nobody named whom the caller may not know."""

from typing import Any

import pytest
from django.test import Client

from console.permissions.vocabulary import Permission
from teams.grants.services import GrantSpec, give
from tests.api.callers import bearer, token_of
from tests.browsers import browser
from tests.conftest import Cast
from tests.robots.artifacts.telling import IMAGE, digest_of, event, note

pytestmark = pytest.mark.usefixtures("registry")
OWN = "robot_acme.payments+ci"
BELOW = "/api/v1/organizations/acme/"


def rows(client: Client, below: str) -> list[dict[str, Any]]:
    answer = client.get(BELOW + below)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_tags_are_told_with_who_pushed_them(cast: Cast, as_owner: Client) -> None:
    note(event(tag="1.0", references=[{"size": 100}]))
    (tag,) = rows(as_owner, f"repositories/{cast.repository.uuid}/tags/")
    pushed_at = tag.pop("pushed_at")
    assert pushed_at
    assert tag == {
        "name": "1.0",
        "registry": "registry",
        "digest": digest_of(1),
        "media_type": IMAGE,
        "size": 600,
        "pushed_by": {"kind": "robot", "id": str(cast.robot.uuid), "name": OWN},
    }


def test_what_was_done_is_told_of_the_repository_and_of_the_robot(
    cast: Cast, as_owner: Client
) -> None:
    note(event("pull"), event("pull"), event(actor="member@example.com"), event(actor=""))
    of_robot = rows(as_owner, f"robots/{cast.robot.uuid}/activity/")
    of_repository = rows(as_owner, f"repositories/{cast.repository.uuid}/activity/")
    assert [(row["action"], row["count"], row["path"]) for row in of_robot] == [
        ("pull", 2, "acme/payments/api")
    ]
    actors = {row["actor"]["kind"]: row["actor"] for row in of_repository}
    assert actors == {
        "robot": {"kind": "robot", "id": str(cast.robot.uuid), "name": OWN},
        "user": {"kind": "user", "id": str(cast.member.uuid), "name": "member@example.com"},
        "unknown": {"kind": "unknown", "id": None, "name": None},
    }


@pytest.mark.parametrize(
    ("query", "number"), [("", 3), ("?action=push", 1), ("?q=v2", 1), ("?q=api&action=pull", 2)]
)
def test_activity_is_filtered(cast: Cast, as_owner: Client, query: str, number: int) -> None:
    note(event(tag="v1"), event("pull", "v1"), event("pull", "v2"))
    for below in (f"repositories/{cast.repository.uuid}", f"robots/{cast.robot.uuid}"):
        assert len(rows(as_owner, f"{below}/activity/{query}")) == number


def test_an_action_that_is_none_is_400(cast: Cast, as_owner: Client) -> None:
    answer = as_owner.get(f"{BELOW}robots/{cast.robot.uuid}/activity/?action=steal")
    assert answer.status_code == 400


def test_nobody_is_named_whom_the_caller_may_not_know(cast: Cast) -> None:
    note(event(), event("pull", actor="member@example.com"))
    seen = frozenset({Permission.REPOSITORY_VIEW})
    spec = GrantSpec(cast.organization, permissions=seen)
    give(actor=cast.owner, holder=cast.organization_robot, spec=spec)
    client = bearer(token_of(cast.organization_robot)[1])
    for tab, key in (("tags", "pushed_by"), ("activity", "actor")):
        found = rows(client, f"repositories/{cast.repository.uuid}/{tab}/")
        assert {(row[key]["id"], row[key]["name"]) for row in found} == {(None, None)}
    assert client.get(f"{BELOW}robots/{cast.robot.uuid}/activity/").status_code == 404


def test_another_organizations_are_none(cast: Cast) -> None:
    client = browser(cast.stranger)
    for below in (
        f"repositories/{cast.repository.uuid}/tags/",
        f"robots/{cast.robot.uuid}/activity/",
    ):
        assert client.get(BELOW + below).status_code == 404
        elsewhere = BELOW.replace("acme", "globex")
        assert client.get(elsewhere + below).status_code == 404
