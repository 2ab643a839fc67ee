"""Roster on PostgreSQL: set up from nothing, used, and through a lost database."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from tests.interop.postgresql import PostgreSQL, on_postgresql, postgresql
from tests.interop.processes import Serving, eventually, fetch, serving

ASKED = 40


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    with postgresql(tmp_path_factory.mktemp("roster")) as running:
        yield running


@pytest.fixture(scope="module")
def server(database: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(on_postgresql(database, tmp_path_factory.mktemp("data"))) as running:
        yield running


@pytest.fixture(scope="module")
def made(server: Serving) -> dict[str, Any]:
    furnished: dict[str, Any] = server.installation.do("furnish")
    return furnished


def statuses(server: Serving, made: dict[str, Any], times: int = ASKED) -> set[int]:
    """Enough requests that every thread of every worker has answered some."""
    both = base64.b64encode(f"{made['login_name']}:{made['secret']}".encode()).decode()
    scope = "repository:acme/payments/api:pull"
    url = f"{server.installation.origin}/service/token?service=registry&scope={scope}"
    return {fetch(url, {"Authorization": f"Basic {both}"})[0] for _ in range(times)}


def test_what_the_workers_need_of_the_database_is_said_at_start(server: Serving) -> None:
    said = "2 workers (ROSTER_WORKERS), at most 22 connections to PostgreSQL, which lets "
    eventually(lambda: said in server.output, "it is said")


def test_broken_connections_are_replaced_without_a_failed_request(
    server: Serving, made: dict[str, Any], database: PostgreSQL
) -> None:
    assert statuses(server, made) == {200}
    database.break_connections()
    assert statuses(server, made) == {200}


def test_without_the_database_the_answer_is_503_and_later_200_again(
    server: Serving, made: dict[str, Any], database: PostgreSQL
) -> None:
    assert statuses(server, made) == {200}
    database.stop()
    assert statuses(server, made) == {503}
    assert fetch(f"{server.installation.origin}/livez")[0] == 200
    assert fetch(f"{server.installation.origin}/readyz")[0] == 503
    database.start()
    assert statuses(server, made) == {200}
    assert fetch(f"{server.installation.origin}/readyz")[0] == 200


@pytest.mark.usefixtures("made")
def test_no_worker_accepts_a_token_after_its_revocation_is_committed(server: Serving) -> None:
    installation = server.installation
    after = installation.do("end_and_ask", of="ending", origin=installation.origin, rounds=5)
    assert after == dict.fromkeys(after, [401] * 205)


@pytest.mark.usefixtures("made")
def test_jobs_wait_for_the_database_and_go_on(server: Serving, database: PostgreSQL) -> None:
    jobs = eventually(lambda: server.child("run_jobs"), "jobs")
    database.stop()
    eventually(lambda: "jobs wait for the database" in server.output, "they say so")
    database.start()
    invited = server.installation.do("invite", email="new@example.com")
    link = f"/invitations/{invited['uuid']}/"
    eventually(lambda: link in server.output, "the letter is printed")
    assert server.child("run_jobs") == jobs


def test_usage_is_written_with_the_same_statements(server: Serving, made: dict[str, Any]) -> None:
    installation = server.installation
    fresh = installation.do("robot_in", project="payments", name="counted")
    assert statuses(server, fresh, 25) == {200}
    installation.do("end", login_name=fresh["login_name"], how="disabled")
    assert statuses(server, fresh, 5) == {401}
    expected = {"registry accepted": 25, "registry robot disabled": 5}

    def seen() -> dict[str, Any]:
        found: dict[str, Any] = installation.do("seen", access_id=fresh["access_id"])
        return found

    eventually(lambda: seen()["counts"] == expected, "the counts are written")
    assert seen()["handed_over"] is True
    eventually(lambda: seen()["events"].count("token:refused") == 1, "one event")
