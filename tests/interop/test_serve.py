"""`manage.py serve`: one command from nothing to a running server, and an orderly end."""

import os
import signal
import socket
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.interop.asking import token_status
from tests.interop.console import Console
from tests.interop.processes import (
    PATIENCE_SECONDS,
    Installation,
    Serving,
    children,
    command_of,
    eventually,
    fetch,
    serving,
)

Made = dict[str, Any]
REQUESTS = 25


@pytest.fixture
def own(prepared_data: Path, tmp_path: Path) -> Installation:
    """An installation of this test alone, which has been started before."""
    return Installation.copied(prepared_data, tmp_path / "roster")


@pytest.fixture
def new(tmp_path: Path) -> Installation:
    """One that was never started."""
    return Installation(tmp_path / "roster")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_writes_all_usage_and_a_restart_keeps_everything(
    own: Installation, number: int
) -> None:
    with serving(own) as server:
        made = own.do("furnish")
        assert [token_status(own, made) for _ in range(REQUESTS)] == [200] * REQUESTS
        assert server.stop(number) == 0
    seen = own.do("seen", access_id=made["access_id"])
    assert seen["counts"] == {"registry accepted": REQUESTS}
    assert (seen["verifier"], seen["repository"]) == ("registry", "acme/payments/api")
    assert seen["handed_over"] is True
    keys = own.do("keys")
    with serving(own):
        assert token_status(own, made) == 200
        assert own.do("keys") == keys


def test_a_failed_sign_in_is_written_at_a_stop(own: Installation) -> None:
    with serving(own) as server:
        made = own.do("organization", slug="acme", password="a long enough phrase")
        Console(own.origin, "acme", made["owner"], "a wrong phrase")
        server.stop()
    assert own.do("site_events")[-1] == ["user:sign-in-failed", "somebody", made["owner"]]


def test_refusals_are_written_at_a_stop_as_counts_and_one_event(own: Installation) -> None:
    with serving(own) as server:
        made = own.do("furnish")
        own.do("end", login_name=made["login_name"], how="disabled")
        assert [token_status(own, made) for _ in range(REQUESTS)] == [401] * REQUESTS
        server.stop()
    seen = own.do("seen", access_id=made["access_id"])
    assert seen["counts"] == {"registry robot disabled": REQUESTS}
    assert seen["events"].count("token:refused") == 1


# What the proxy says of where a request came from; what a client wrote itself stands to the left.
INSIDE, OUTSIDE = (
    ["192.0.2.7", "203.0.113.5, 192.0.2.9"],
    ["192.0.2.7, 203.0.113.5", "2001:db8::1"],
)


def test_who_comes_from_elsewhere_is_counted_to_the_request(own: Installation) -> None:
    """Of several addresses at once, over all workers."""
    own.environment["ROSTER_TRUSTED_PROXIES"] = "127.0.0.1"
    with serving(own) as server:
        made = own.do("furnish")
        own.do("limit", login_name=made["login_name"], addresses="192.0.2.0/28")
        asked = (INSIDE + OUTSIDE) * REQUESTS
        with ThreadPoolExecutor(8) as pool:
            answers = pool.map(
                lambda hop: token_status(own, made, **{"X-Forwarded-For": hop}), asked
            )
            found = Counter(zip(asked, answers, strict=True))
        server.stop()
    expected = {(hop, 200): REQUESTS for hop in INSIDE} | {(hop, 401): REQUESTS for hop in OUTSIDE}
    assert found == expected
    seen, today = own.do("seen", access_id=made["access_id"]), datetime.now(UTC).date()
    assert seen["counts"] == {
        "registry accepted": 2 * REQUESTS,
        "registry address not allowed": 2 * REQUESTS,
    }
    assert seen["addresses"] == {"192.0.2.7": REQUESTS, "192.0.2.9": REQUESTS}
    assert date.fromisoformat(seen["refused_on"]) in {today, today - timedelta(days=1)}
    assert seen["events"].count("token:refused") == 1


def test_no_worker_accepts_a_token_after_its_revocation_is_committed(own: Installation) -> None:
    """Though each remembers it. Meanwhile others come and end, so that the audit chain moves."""
    own.environment["ROSTER_WORKERS"] = "3"
    with serving(own) as server:
        assert len(server.workers()) == 3
        own.do("furnish")
        after = own.do("end_and_ask", of="ending", origin=own.origin, rounds=5)
    assert after == dict.fromkeys(after, [401] * 205)
    assert len(after) == 4


def test_it_is_not_ready_before_it_stops_and_answers_meanwhile(own: Installation) -> None:
    own.environment["ROSTER_DRAIN_SECONDS"] = "300"
    with serving(own) as server:
        server.process.send_signal(signal.SIGTERM)
        eventually(lambda: fetch(f"{own.origin}/readyz")[0] == 503, "it is not ready any more")
        assert b'"failed": ["stopping"]' in fetch(f"{own.origin}/readyz")[1].replace(
            b'":[', b'": ['
        )
        assert [fetch(f"{own.origin}{path}")[0] for path in ("/livez", "/sign-in/")] == [200, 200]
        assert server.process.poll() is None
        assert server.stop() == 0, "who asks twice is in a hurry"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_by_hand_waits_for_nobody(own: Installation, number: int) -> None:
    own.environment["ROSTER_DRAIN_SECONDS"] = "300" if number == signal.SIGINT else "1"
    with serving(own) as server:
        assert server.stop(number) == 0


@pytest.mark.parametrize("killed", ["nobody", "the command", "the server"])
def test_workers_that_are_not_up_yet_hear_of_a_stop(own: Installation, killed: str) -> None:
    process = own.start("serve")
    server = eventually(lambda: matching(process.pid, "robots.server.workers"), "a server")[0]
    workers = eventually(lambda: children(server), "workers")
    if killed == "nobody":
        process.terminate()
    else:
        os.kill(process.pid if killed == "the command" else server, signal.SIGKILL)
    everything = [Path(f"/proc/{pid}") for pid in workers]
    eventually(lambda: not any(map(is_running, everything)), "they end")
    process.terminate()
    process.wait(PATIENCE_SECONDS)
    assert "refused to gracefully stop" not in own.folder.with_suffix(".log").read_text()


def matching(pid: int, word: str) -> list[int]:
    """The children of a process that `word` stands in the command of."""
    return [child for child in children(pid) if word in command_of(child)]


def test_a_killed_worker_is_replaced(own: Installation) -> None:
    with serving(own) as server:
        before = eventually(server.workers, "workers")
        os.kill(before[0], signal.SIGKILL)
        eventually(lambda: len(set(server.workers()) - {before[0]}) == len(before), "a new worker")
        eventually(server.is_ready, "it answers")


def test_the_server_is_started_again_when_granian_gives_up(own: Installation) -> None:
    with serving(own) as server:
        granian = server.server_process()

        def kill_workers() -> bool:
            for pid in children(granian):
                os.kill(pid, signal.SIGKILL)
            found = server.child("robots.server.workers")
            return bool(found) and found != [granian]

        eventually(kill_workers, "granian ends and a new one is started")
        eventually(server.is_ready, "it answers")


def test_jobs_run_beside_the_server_and_are_started_again_when_they_die(own: Installation) -> None:
    with serving(own) as server:
        (jobs,) = eventually(lambda: server.child("run_jobs"), "jobs")
        os.kill(jobs, signal.SIGKILL)
        eventually(lambda: set(server.child("run_jobs")) - {jobs}, "new ones")
        made = own.do("invite", email="new@example.com")
        eventually(
            lambda: f"/invitations/{made['uuid']}/" in server.output, "the letter is printed"
        )
        assert server.is_ready()
        assert server.stop() == 0
        assert server.child("run_jobs") == []


def test_nothing_is_left_on_the_port_when_the_command_is_killed(own: Installation) -> None:
    server = Serving(own)
    granian, workers = server.server_process(), eventually(server.workers, "workers")
    (jobs,) = eventually(lambda: server.child("run_jobs"), "jobs")
    server.stop(signal.SIGKILL)
    everything = [Path(f"/proc/{pid}") for pid in (granian, jobs, *workers)]
    eventually(lambda: not any(map(is_running, everything)), "all of them end")
    assert fetch(f"{own.origin}/livez")[0] == 0


def is_running(process: Path) -> bool:
    try:
        return "State:\tZ" not in (process / "status").read_text()
    except OSError:
        return False


def test_the_first_start_prints_the_address_and_the_one_time_link(new: Installation) -> None:
    with serving(new) as server:
        eventually(lambda: "/setup/" in server.output, "the link is printed")
        lines = server.output.splitlines()
    assert f"Roster is served at {new.origin}/" in lines
    assert any(line.strip().startswith(f"{new.origin}/setup/") for line in lines)


def test_it_is_said_to_be_served_when_it_answers(own: Installation) -> None:
    process = own.start("serve")
    log = own.folder.with_suffix(".log")
    try:
        eventually(lambda: "Roster is served at" in log.read_text(), "it says so")
        assert fetch(f"{own.origin}/livez")[0] == 200
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def test_a_port_in_use_is_one_clear_line(own: Installation) -> None:
    with socket.create_server(("127.0.0.1", own.port)):
        assert f"cannot listen on 127.0.0.1:{own.port}: Address already in use" in own.refusal(
            "serve"
        )


def test_a_second_server_does_not_share_the_port(own: Installation) -> None:
    with serving(own):
        assert "Address already in use" in own.refusal("serve")


def test_a_data_folder_that_cannot_be_written_is_one_clear_line() -> None:
    """Root may write everywhere but into a file system of the kernel's."""
    assert "/proc/roster" in Installation(Path("/proc/roster")).refusal("serve")


def test_a_bad_environment_is_reported_without_a_traceback(own: Installation) -> None:
    own.environment |= {"ROSTER_LOG_LEVEL": "LOUD", "ROSTER_TRUSTED_PROXIES": "-1"}
    result = own.manage("serve")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "ROSTER_LOG_LEVEL" in result.stderr
    assert "ROSTER_TRUSTED_PROXIES" in result.stderr


def test_a_database_that_does_not_answer_is_one_clear_line(own: Installation) -> None:
    own.environment["ROSTER_DATABASE_URL"] = f"sqlite:///{own.folder}/missing/roster.sqlite3"
    assert "the database does not answer" in own.refusal("serve")


def test_a_newer_schema_is_refused(own: Installation) -> None:
    with closing(sqlite3.connect(own.folder / "roster.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('robots', '9999_later', '2030-01-01')"
        )
    assert "newer version of Roster (robots.9999_later)" in own.refusal("serve")


def test_a_head_has_a_size(own: Installation) -> None:
    with serving(own):
        found = [
            fetch(f"{own.origin}/livez", {"X-Long": "x" * size})[0] for size in (32_000, 128_000)
        ]
    assert found == [200, 431]
