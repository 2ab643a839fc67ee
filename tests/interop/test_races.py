"""Fifty at once: exactly one wins, on both databases."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.postgresql import postgresql
from tests.interop.processes import Installation

ROUNDS = 3 if os.environ.get("CI") == "true" else 1


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def installation(
    request: pytest.FixtureRequest,
    prepared_data: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("races")
    if request.param == "sqlite":
        yield Installation.copied(prepared_data, folder)
        return
    with postgresql(tmp_path_factory.mktemp("database")) as database:
        keys = {
            "ROSTER_KEYRING_FILE": str(folder / "keyring.json"),
            "ROSTER_SECRET_KEY": "only-for-tests-" * 4,
        }
        installation = Installation(folder, ROSTER_DATABASE_URL=database.url, **keys)
        installation.set_up()
        yield installation


@pytest.mark.parametrize("how", ["leave", "demote"])
def test_the_last_owner_stays_when_all_go(installation: Installation, how: str) -> None:
    for _ in range(ROUNDS):
        answer = installation.do("last_owner", of="races", how=how)
        assert answer == {"outcomes": {"done": 49, "LastOwner": 1}, "owners": 1}


def test_owners_who_remove_each_other_leave_one(installation: Installation) -> None:
    """Whoever was removed before their turn may no longer remove others."""
    for _ in range(ROUNDS):
        answer = installation.do("last_owner", of="races", how="remove")
        assert answer["owners"] >= 1
        assert set(answer["outcomes"]) <= {"done", "MissingPermission", "LastOwner"}
        assert sum(answer["outcomes"].values()) == 50
        assert answer["outcomes"]["done"] == 50 - answer["owners"]


def test_an_invitation_lets_in_once(installation: Installation) -> None:
    for _ in range(ROUNDS):
        answer = installation.do("invitation", of="races")
        assert answer == {
            "outcomes": {"done": 1, "Conflict": 49},
            "memberships": 1,
            "events": 1,
        }


def test_a_matrix_is_saved_by_one_of_those_who_saw_it_so(installation: Installation) -> None:
    for _ in range(ROUNDS):
        answer = installation.do("matrix", of="races")
        assert answer == {
            "outcomes": {"done": 1, "MatrixConflict": 49},
            "grants": 1,
            "events": 1,
        }


def test_no_token_is_outside_a_policy_that_was_set_while_it_was_made(
    installation: Installation,
) -> None:
    for _ in range(ROUNDS):
        answer = installation.do("policy", of="races")
        outcomes, made = answer["outcomes"], answer["tokens"]
        assert set(outcomes) <= {"done", "ValidationError"}
        assert outcomes["done"] == 10 + made
        assert (answer["working"], answer["events"]) == (0, made)
