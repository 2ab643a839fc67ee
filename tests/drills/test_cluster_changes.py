"""A cluster that changes under load: replicas that stop and start, and a primary that dies."""

import http.client
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.drills.cluster.clients import ROBOTS, Acknowledged, creating, reading, revoking
from tests.drills.cluster.doors import KEYS, Door
from tests.drills.cluster.load import Load, load
from tests.drills.cluster.people import PASSWORD, Browser
from tests.drills.cluster.replicas import Replica
from tests.drills.cluster.running import Cluster, Prepared, cluster
from tests.drills.conftest import Tell
from tests.interop.processes import PATIENCE_SECONDS, eventually

Made = dict[str, Any]
# How much has to be done before and after each change.
MUCH, TOKENS = 20, 400
BODY = b'{"name": "begun"}'


@pytest.fixture(scope="module")
def running(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("changing"), prepared) as started:
        yield started


@pytest.fixture(scope="module")
def made(running: Cluster) -> Made:
    furnished: Made = running.replicas[0].act("furnish")
    return furnished


@pytest.fixture
def doors(running: Cluster) -> Iterator[list[Door]]:
    """A way into each replica."""
    opened = [replica.door() for replica in running.replicas]
    yield opened
    for door in opened:
        door.close()


def test_a_replica_that_stops_is_not_ready_first_and_ends_what_it_has_begun(
    running: Cluster, made: Made
) -> None:
    leaving = running.replicas[0]
    server = leaving.server
    assert server is not None
    with closing(begun(leaving, made["personal"])) as connection, closing(leaving.door()) as door:
        server.process.send_signal(signal.SIGTERM)
        eventually(lambda: door.ask("/readyz").status == 503, "it says that it is not ready")
        assert door.token_status(made) == 200, "who comes all the same is answered"
        eventually(lambda: is_closed(leaving), "it takes no connections any more")
        connection.send(BODY)
        assert connection.getresponse().status == 201
    assert server.process.wait(PATIENCE_SECONDS) == 0
    leaving.begin().wait_until_ready()


def begun(replica: Replica, personal: str) -> http.client.HTTPConnection:
    """A request for a new robot account, whose body is still to come."""
    door = replica.door()
    headers = door.headers | {"Authorization": f"Bearer {personal}"}
    door.connection.putrequest("POST", ROBOTS, skip_host=True)
    for name, text in headers.items():
        door.connection.putheader(name, text)
    door.connection.putheader("Content-Type", "application/json")
    door.connection.putheader("Content-Length", str(len(BODY)))
    door.connection.endheaders()
    return door.connection


def is_closed(replica: Replica) -> bool:
    with closing(replica.door()) as fresh:
        return fresh.ask("/livez").status == 0


def test_replicas_are_restarted_one_after_the_other_without_one_error(
    running: Cluster, made: Made, tell: Tell
) -> None:
    browser = Browser(running.origin)
    browser.sign_in(made["email"], PASSWORD)
    written = Acknowledged()
    steps = (*reading(made, browser.cookie), creating(made["personal"], written))
    with load([running.door() for _ in steps], *steps) as going:
        for replica in running.replicas:
            assert running.restart(replica) == 0
            require_going_on(going)
    tell(f"answers while all replicas were restarted: {dict(going.counts)}")
    assert set(going.counts) == {("token", 200), ("page", 200), ("keys", 200), ("robot", 201)}


def require_going_on(going: Load) -> None:
    least = going.total() + MUCH
    eventually(lambda: going.total() > least, "they go on")


def test_a_primary_that_dies_takes_nothing_with_it(
    running: Cluster, made: Made, doors: list[Door], tell: Tell
) -> None:
    """Nothing that was acknowledged is lost, and nothing that was revoked comes back."""
    tokens, done = running.replicas[0].act("tokens", name="ended", count=TOKENS), Acknowledged()
    steps = (
        *reading(made),
        creating(made["personal"], done),
        revoking(tokens, made["personal"], done),
    )
    with load([running.door() for _ in steps], *steps) as going:
        eventually(lambda: done.least() > MUCH, "much is acknowledged")
        running.primary.kill()
        require_unavailable(running, made, doors)
        began = time.monotonic()
        running.standby.promote()
        eventually(lambda: doors[0].token_status(made) == 200, "the first is answered")
        tell(f"first success {time.monotonic() - began:.2f} s after the promotion")
        eventually(lambda: {door.token_status(made) for door in doors} == {200}, "all answer")
        later = len(done.robots) + MUCH
        eventually(lambda: len(done.robots) > later, "more is acknowledged")
    assert set(going.of("token")) == {200, 503}
    assert set(going.of("keys")) == {200}
    assert set(done.robots) <= set(running.replicas[0].act("names", prefix="drill-"))
    refused = {door.token_status(token) for token in done.ended for door in doors}
    assert refused == {401}


def require_unavailable(running: Cluster, made: Made, doors: list[Door]) -> None:
    """No verifier guesses while there is no database; the keys are given out all the same."""
    with closing(running.door()) as balanced:
        eventually(lambda: {door.token_status(made) for door in doors} == {503}, "all are without")
        everybody = [*doors, balanced]
        assert {door.token_status(made) for door in everybody * MUCH} == {503}
        assert {door.ask("/readyz").status for door in everybody} == {503}
        assert {door.ask(KEYS).status for door in everybody * MUCH} == {200}
