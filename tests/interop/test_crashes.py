"""Processes that die during hundreds of creations: no secret twice, none lost, every token accounted for."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.interop.processes import Installation

# In CI there is time for more; these are about as many deaths.
REQUESTS = 600 if os.environ.get("CI") == "true" else 300
DEATH_RATE = 0.6
DEATHS = REQUESTS // 10


@pytest.fixture(scope="module")
def crashed(
    prepared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was answered, and what is written down afterwards."""
    installation = Installation.copied(prepared_data, tmp_path_factory.mktemp("crashes"))
    installation.do("furnish")
    answers = installation.do("create", of="crashing", requests=REQUESTS, death_rate=DEATH_RATE)
    shown = {number: secrets[0] for number, secrets in answers["shown"].items()}
    return answers, installation.do("created", of="crashing", shown=shown)


def test_enough_processes_died(crashed: Any) -> None:
    assert crashed[0]["deaths"] >= DEATHS


def test_every_request_made_one_token_with_one_secret_and_one_event(crashed: Any) -> None:
    _, kept = crashed
    assert (kept["tokens"], kept["secrets"], kept["events"]) == (REQUESTS, REQUESTS, REQUESTS)
    assert kept["faults"] == []


def test_no_secret_was_shown_twice(crashed: Any) -> None:
    answers, _ = crashed
    assert {len(secrets) for secrets in answers["shown"].values()} == {1}
    every = [secrets[0] for secrets in answers["shown"].values()]
    assert len(set(every)) == len(every)
    assert not {int(number) for number in answers["shown"]} & set(answers["led"])
    assert len(every) + len(answers["led"]) == REQUESTS


def test_every_secret_that_was_shown_logs_in(crashed: Any) -> None:
    answers, kept = crashed
    assert kept["working"] == len(answers["shown"])


def test_every_secret_that_was_not_shown_is_marked_as_received_by_nobody(crashed: Any) -> None:
    answers, kept = crashed
    assert answers["led"], "no crash fell between the commit and the answer"
    assert set(answers["led"]) <= set(kept["undelivered"])
