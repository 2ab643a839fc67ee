"""PostgreSQL and Redis die, hang, are far away or cut off, while programs make tokens, end them and ask."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.drills.installations import over
from tests.drills.network import Network, network
from tests.drills.traffic import Traffic, require_calm, traffic
from tests.interop.postgresql import PostgreSQL, postgresql
from tests.interop.processes import Serving, eventually, fetch, serving
from tests.interop.redis import Redis, redis


class Installed:
    """A server, and what it needs: PostgreSQL behind a network of the test's, and Redis behind another."""

    def __init__(self, server: Serving, database: PostgreSQL, cache: Redis) -> None:
        self.server, self.database, self.cache = server, database, cache
        self.own = server.installation
        self.to_database: Network
        self.to_cache: Network

    def status(self, path: str) -> int:
        return fetch(f"{self.own.origin}{path}")[0]

    def readiness(self) -> object:
        """What `/readyz` says is missing, or what it does without."""
        return json.loads(fetch(f"{self.own.origin}/readyz")[1])


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    folder = tmp_path_factory.mktemp("services")
    with (
        postgresql(folder) as database,
        redis(folder) as cache,
        network(database.port) as to_database,
        network(cache.port) as to_cache,
    ):
        own = over(database, folder, ROSTER_REDIS_URL=f"redis://127.0.0.1:{to_cache.port}/0")
        own.environment["ROSTER_DATABASE_URL"] = database.url.replace(
            str(database.port), str(to_database.port)
        )
        with serving(own) as server:
            made = Installed(server, database, cache)
            made.to_database, made.to_cache = to_database, to_cache
            yield made


@pytest.fixture(scope="module")
def programs(installed: Installed) -> Iterator[Traffic]:
    """At work through all of it; in the end nothing that they were told has got lost."""
    with traffic(installed.own) as going:
        yield going
    going.require_kept()


@contextmanager
def calm(installed: Installed, programs: Traffic) -> Iterator[None]:
    """What happens in here is over afterwards by itself, and was said in few words."""
    before = len(installed.server.output)
    yield
    programs.flows()
    eventually(lambda: installed.readiness() == {"status": "ok"}, "it is ready, with all it needs")
    require_calm(installed.server.output[before:])
    assert programs.told.wrong == []


def without_database(installed: Installed, programs: Traffic) -> None:
    """What everybody is told meanwhile."""
    programs.fails("creation")
    programs.fails("kept")
    eventually(lambda: installed.status("/readyz") == 503, "it is not ready")
    assert installed.status("/livez") == 200


def test_a_database_that_is_killed(installed: Installed, programs: Traffic) -> None:
    with calm(installed, programs):
        installed.database.kill()
        without_database(installed, programs)
        installed.database.start()


def test_a_database_whose_sessions_are_killed(installed: Installed, programs: Traffic) -> None:
    """PostgreSQL ends all others as well, and recovers by itself."""
    for _ in range(3):
        with calm(installed, programs):
            installed.database.kill_a_session()


def test_a_database_that_hangs(installed: Installed, programs: Traffic) -> None:
    with calm(installed, programs):
        installed.database.freeze()
        without_database(installed, programs)
        installed.database.thaw()


def test_a_network_that_swallows_everything(installed: Installed, programs: Traffic) -> None:
    with calm(installed, programs):
        installed.to_database.arrives = False
        without_database(installed, programs)
        installed.to_database.arrives = True


def test_a_network_that_is_cut(installed: Installed, programs: Traffic) -> None:
    for _ in range(10):
        with calm(installed, programs):
            installed.to_database.cut()


def test_a_database_that_is_far_away(installed: Installed, programs: Traffic) -> None:
    """A verifier's two questions, and the many of a change, have each its way there and back."""
    with calm(installed, programs):
        installed.to_database.delay = 0.03
        programs.flows(5)
        assert installed.status("/livez") == 200
        installed.to_database.delay = 0.0


def test_a_database_that_is_too_far_away_to_answer_in_time(
    installed: Installed, programs: Traffic
) -> None:
    with calm(installed, programs):
        installed.to_database.delay = 3.0
        programs.fails("kept")
        assert installed.status("/livez") == 200
        installed.to_database.delay = 0.0


def stop(installed: Installed) -> None:
    installed.cache.stop()


def freeze(installed: Installed) -> None:
    installed.cache.freeze()


def swallow(installed: Installed) -> None:
    installed.to_cache.arrives = False


def move_away(installed: Installed) -> None:
    installed.to_cache.delay = 5.0


@pytest.mark.parametrize("how", [stop, freeze, swallow, move_away])
def test_limits_without_redis_and_nothing_waits_for_it(
    installed: Installed, programs: Traffic, how: Callable[[Installed], None]
) -> None:
    with calm(installed, programs):
        how(installed)
        programs.flows()
        eventually(
            lambda: installed.readiness() == {"status": "ok", "degraded": ["redis"]}, "it is said"
        )
        installed.cache.stop()
        installed.to_cache.arrives, installed.to_cache.delay = True, 0.0
        installed.cache.start()
