"""Workers without memory or files, and more connections than they may have: nobody is let in by mistake."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tests.drills.installations import on_sqlite
from tests.drills.limits import without_files, without_memory
from tests.drills.test_kills import all_workers
from tests.drills.traffic import Traffic, ask, require_calm, traffic
from tests.interop import slow
from tests.interop.processes import eventually, fetch, serving

# Less than the bodies that come at the same time.
SPARE_BYTES = 1024 * 1024
SPARE_FILES = 3
# A name that is far too long, in a body that is not.
BODIES, BODY_BYTES = 32, 250_000


def send_at_once(programs: Traffic) -> set[int]:
    """What becomes of large bodies: each is refused, and more memory than there is goes into them."""
    wanted = {"name": "x" * BODY_BYTES}
    ask_one = partial(ask, programs.installation, programs.tokens, programs.owner, "POST", wanted)
    with ThreadPoolExecutor(BODIES) as pool:
        return {answer[0] for answer in pool.map(lambda _: ask_one(), range(BODIES))}


@pytest.mark.parametrize("number", [1, 2])
def test_workers_that_get_no_memory(prepared_data: Path, tmp_path: Path, number: int) -> None:
    own = on_sqlite(prepared_data, tmp_path)
    with serving(own) as server:
        with traffic(own) as programs:
            workers = eventually(server.workers, "workers")[:number]
            with without_memory(workers, SPARE_BYTES):
                found = eventually(lambda: send_at_once(programs) - {422}, "somebody gets none")
            assert found <= {0, 503}
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
