"""Nobody grants what they do not hold, whatever is called by whomever in whatever order."""

import pytest

from tests.rules.acts_of_giving import Giving
from tests.rules.acts_on_people import Gathering
from tests.rules.acts_on_robots import Making
from tests.rules.profiles import is_thorough, seed
from tests.snapshots import undone

pytestmark = pytest.mark.django_db

# Runs in each block, and steps in each run.
RUNS, STEPS = (12, 60) if is_thorough() else (3, 50)


class Everything(Giving, Gathering, Making):
    """All services, one after the other."""


def failure(seeds: list[str]) -> str:
    """What goes wrong in this run, after what was done until then; empty when nothing does."""
    with undone():
        run = Everything()
        try:
            for seed in seeds:
                run.happen(seed)
            run.check_the_log()
        except Exception as fault:  # noqa: BLE001 - whatever a service raises is to be shown
            return "\n".join([*run.story, f"{type(fault).__name__}: {fault}"])
    return ""


def shortest(seeds: list[str]) -> str:
    """The same with everything left out that it does not take."""
    for one in seeds[::-1]:
        fewer = [other for other in seeds if other != one]
        seeds = fewer if failure(fewer) else seeds
    return failure(seeds)


@pytest.mark.parametrize("block", range(4))
def test_no_sequence_of_services_gives_what_the_actor_did_not_hold(block: int) -> None:
    """After every call: see `tests.rules.acting.Acts.attempt`."""
    begin = seed()
    for run in range(RUNS):
        seeds = [f"{begin} {block} {run} {step}" for step in range(STEPS)]
        assert not failure(seeds), f"{seeds[0]}\n{shortest(seeds)}"
