"""Three replicas over one database: what one of them did, each knows at the next request."""

import itertools
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest

from console.jobs.schedule import DAY, JOBS
from robots.server.capacity import A_WORKER
from robots.server.capacity import JOBS as JOB_CONNECTIONS
from tests.drills.cluster.doors import Door
from tests.drills.cluster.load import Step, load
from tests.drills.cluster.people import PASSWORD, Browser
from tests.drills.cluster.replicas import METRICS_TOKEN, WORKERS
from tests.drills.cluster.running import Cluster, Prepared, cluster
from tests.drills.conftest import Tell
from tests.interop.console import Refused
from tests.interop.mail import MailServer
from tests.interop.mail import running as mail_running
from tests.interop.processes import eventually

Made = dict[str, Any]
REVOCATIONS, LETTERS, ASKED = 500, 60, 3
WRONG = "not the password"
CROWD, REQUESTS, VERIFIERS = 3, 1500, 4
CONNECTIONS = """
SELECT application_name, count(*) FROM pg_stat_activity
WHERE application_name LIKE 'replica-%' AND datname = 'postgres' GROUP BY 1
"""


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    with mail_running() as server:
        yield server


@pytest.fixture(scope="module")
def running(
    prepared: Prepared, mail: MailServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    with cluster(folder, prepared, ROSTER_EMAIL_URL=mail.url(20)) as started:
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


@pytest.fixture
def balanced(running: Cluster) -> Iterator[Door]:
    """The way in that clients have."""
    with closing(running.door()) as door:
        yield door


def test_a_revocation_is_refused_by_every_replica_from_the_next_request_on(
    running: Cluster, made: Made, doors: list[Door], balanced: Door, tell: Tell
) -> None:
    """Though each of them has remembered the token, and whichever replica the revocation came to."""
    bearer = f"Bearer {made['personal']}"
    waited: list[float] = []
    for token in running.replicas[0].act("tokens", name="revoked", count=REVOCATIONS):
        # From the second time on a replica remembers what it answered.
        assert {door.token_status(token) for door in doors * 2} == {200}
        ended = balanced.ask(token["address"], "DELETE", Authorization=bearer)
        since = time.monotonic()
        assert ended.status == 204, ended.body
        assert [door.token_status(token) for door in doors] == [401] * len(doors)
        waited.append(time.monotonic() - since)
    tell(f"{REVOCATIONS} revocations, refused by all replicas {max(waited):.3f} s later at most")


def test_who_signed_in_is_signed_in_on_every_replica_and_signed_out_of_all(
    running: Cluster, made: Made, doors: list[Door]
) -> None:
    browser = Browser(running.origin)
    browser.sign_in(made["email"], PASSWORD)
    cookie = browser.cookie
    assert pages(doors, cookie) == [200] * len(doors)
    browser.ask("/sign-out/", {})
    assert pages(doors, cookie) == [302] * len(doors)


def pages(doors: list[Door], cookie: str) -> list[int]:
    return [door.ask("/o/acme/robots/", Cookie=cookie).status for door in doors]


def test_requests_are_counted_together(made: Made, doors: list[Door]) -> None:
    """Not at once where a minute ends in between."""
    bearer = {"Authorization": f"Bearer {made['personal']}"}

    def goes_down() -> bool:
        found = [left(door, bearer) for door in doors * ASKED]
        return all(after == before - 1 for before, after in itertools.pairwise(found))

    eventually(goes_down, "each replica goes on from where the one before was")


def left(door: Door, bearer: Mapping[str, str]) -> int:
    """How many requests the answer's header says are left in this minute."""
    header = door.ask("/api/v1/me/", **bearer).headers["RateLimit"]
    return int(header.partition("r=")[2].partition(";")[0])


def test_wrong_passwords_are_counted_together(running: Cluster, made: Made) -> None:
    """Each try comes to another replica."""
    tries = (page_after(running, made["email"]) for _ in range(20))
    looked_at = next(number for number, page in enumerate(tries) if "Too many failed" in page)
    assert looked_at == 5


def page_after(running: Cluster, email: str) -> str:
    try:
        return Browser(running.origin).sign_in(email, WRONG)
    except Refused as refused:
        return refused.page


def test_each_letter_is_sent_once(running: Cluster, mail: MailServer) -> None:
    """Though three schedulers look every few seconds."""
    wanted = running.replicas[1].do("letters", count=LETTERS)

    def sent() -> list[str]:
        return [to for to in mail.recipients if to.startswith("reader-")]

    eventually(lambda: len(sent()) >= LETTERS, "all are sent")
    eventually(lambda: running.replicas[1].do("outbox")["waiting"] == 0, "none waits")
    assert sent() == sorted(wanted)


def test_what_is_due_daily_is_done_by_one_of_the_replicas(
    running: Cluster, doors: list[Door]
) -> None:
    first = running.replicas[0]
    eventually(lambda: "never" not in first.manage("run_jobs", "--list").stdout, "every job ran")
    counted: Counter[str] = Counter()
    for door in doors:
        page = door.ask("/metrics", Authorization=f"Bearer {METRICS_TOKEN}").body.decode()
        for name, times in re.findall(
            r'roster_job_runs_total{name="(.+?)",result="done"} (\d+)', page
        ):
            counted[name] += int(times)
    daily = {name: 1 for name, (_, seconds) in JOBS.items() if seconds == DAY}
    assert {name: counted[name] for name in daily} == daily


def test_connections_to_the_database_are_bounded_by_the_workers(
    running: Cluster, made: Made, tell: Tell
) -> None:
    """Ten a worker and two for the jobs, as the README says, while all threads have something to do."""
    browser = Browser(running.origin)
    browser.sign_in(made["email"], PASSWORD)
    most: Counter[str] = Counter()

    def is_busy(total: int) -> bool:
        for name, count in running.primary.rows(CONNECTIONS):
            most[name] = max(most[name], count)
        return going.total() >= total

    crowd = [replica.door() for replica in running.replicas for _ in range(CROWD)]
    with load(crowd, *everything(made, browser.cookie)) as going:
        eventually(lambda: is_busy(REQUESTS), "much was asked")
    tell(f"connections at most, by replica: {dict(most)}")
    allowed = WORKERS * A_WORKER + JOB_CONNECTIONS
    assert len(most) == len(running.replicas)
    assert VERIFIERS <= min(most.values()) <= max(most.values()) <= allowed


def everything(made: Made, cookie: str) -> list[Step]:
    """What each kind of thread does."""
    return [
        lambda door: ("token", door.token_status(made)),
        lambda door: ("page", door.ask("/o/acme/robots/", Cookie=cookie).status),
        lambda door: ("export", door.ask("/o/acme/robots.csv", Cookie=cookie).status),
        lambda door: ("ready", door.ask("/readyz").status),
    ]
