"""Workers without memory or files, and more connections than they may have: nobody is let in by mistake."""

from pathlib import Path

import pytest

from tests.drills.installations import on_sqlite
from tests.drills.limits import without_files, without_memory
from tests.drills.test_kills import all_workers
from tests.drills.traffic import require_calm, traffic
from tests.interop import slow
from tests.interop.processes import eventually, fetch, serving

# Less than what a request takes in the end.
SPARE_BYTES = 128 * 1024
SPARE_FILES = 3


@pytest.mark.parametrize("number", [1, 2])
def test_workers_that_get_no_memory(prepared_data: Path, tmp_path: Path, number: int) -> None:
    own = on_sqlite(prepared_data, tmp_path)
    with serving(own) as server:
        with traffic(own) as programs:
            workers = eventually(server.workers, "workers")[:number]
            with without_memory(workers, SPARE_BYTES):
                programs.fails("creation")
            programs.flows()
            eventually(server.is_ready, "it is ready")
        programs.require_kept()
        require_calm(server.output)


def test_more_connections_than_files(prepared_data: Path, tmp_path: Path) -> None:
    own = on_sqlite(prepared_data, tmp_path)
    with serving(own) as server:
        with traffic(own) as programs:
            with without_files(server.workers(), SPARE_FILES), slow.idle(own.port):
                pass
            programs.flows()
            eventually(server.is_ready, "it is ready")
        programs.require_kept()
        require_calm(server.output)


def test_idle_and_slow_connections_while_workers_die(prepared_data: Path, tmp_path: Path) -> None:
    own = on_sqlite(prepared_data, tmp_path)
    with serving(own) as server:
        with traffic(own) as programs, slow.idle(own.port), slow.senders(own.port):
            programs.flows()
            all_workers(server)
            programs.flows()
            assert fetch(f"{own.origin}/livez")[0] == 200
        programs.require_kept()
        require_calm(server.output)
