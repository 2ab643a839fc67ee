"""kill -9 of everything there is, one after the other, while programs make tokens, end them and ask."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from tests.drills.installations import installed
from tests.drills.traffic import require_calm, traffic
from tests.interop.processes import Serving, eventually, serving

KILLS = 2


def kill(*pids: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def a_worker(server: Serving) -> None:
    kill(eventually(server.workers, "workers")[0])


def all_workers(server: Serving) -> None:
    kill(*eventually(server.workers, "workers"))


def the_server(server: Serving) -> None:
    kill(eventually(lambda: server.child("robots.server.workers"), "a server")[0])


def the_jobs(server: Serving) -> None:
    kill(eventually(lambda: server.child("run_jobs"), "jobs")[0])


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_that_are_killed_are_replaced_and_nothing_is_lost(
    kind: str, prepared_data: Path, tmp_path: Path
) -> None:
    with installed(kind, prepared_data, tmp_path) as own, serving(own) as server:
        with traffic(own) as programs:
            for each in (a_worker, all_workers, the_server, the_jobs):
                for _ in range(KILLS):
                    each(server)
                    programs.flows(2)
            eventually(server.is_ready, "it is ready")
        programs.require_kept()
        require_calm(server.output)
