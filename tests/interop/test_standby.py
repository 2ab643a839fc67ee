"""A primary and a standby that lags: nothing is granted from the latter, and a fail-over is followed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.interop.asking import token_status
from tests.interop.postgresql import PostgreSQL, Standby, on_postgresql, postgresql, standby
from tests.interop.processes import Installation, eventually, fetch, serving

ASKED = 20


@pytest.fixture
def primary(tmp_path: Path) -> Iterator[PostgreSQL]:
    with postgresql(tmp_path) as running:
        yield running


@pytest.fixture
def own(primary: PostgreSQL, tmp_path: Path) -> Installation:
    """Prepared on the primary."""
    installation = on_postgresql(primary, tmp_path / "roster")
    installation.do("prepare")
    return installation


@pytest.fixture
def follower(own: Installation, primary: PostgreSQL, tmp_path: Path) -> Iterator[Standby]:
    with standby(tmp_path, primary) as running:
        yield running


def usual(*servers: PostgreSQL) -> str:
    hosts = ",".join(f"127.0.0.1:{server.port}" for server in servers)
    return f"postgresql://postgres@{hosts}/postgres"


def libpq(*servers: PostgreSQL) -> str:
    ports = ",".join(str(server.port) for server in servers)
    return (
        f"postgresql://postgres@/postgres?host=127.0.0.1,127.0.0.1&port={ports}"
        "&target_session_attrs=read-write"
    )


@pytest.mark.parametrize("url", [usual, libpq])
def test_a_revoked_token_is_granted_by_no_standby_and_after_a_fail_over_neither(
    own: Installation,
    primary: PostgreSQL,
    follower: Standby,
    url: Callable[..., str],
) -> None:
    own.environment["ROSTER_DATABASE_URL"] = url(follower, primary)
    with serving(own) as server:
        revoked, kept = own.do("furnish"), own.do("robot_in", project="payments", name="kept")
        assert {token_status(own, made) for made in (revoked, kept)} == {200}
        follower.hold_back()
        own.do("end", login_name=revoked["login_name"], how="token deleted")
        assert {token_status(own, revoked) for _ in range(ASKED)} == {401}
        primary.stop()
        assert {token_status(own, made) for made in [revoked, kept] * ASKED} == {503}
        status, body = fetch(f"{own.origin}/readyz")
        assert (status, b'"database"' in body) == (503, True)
        follower.promote()
        eventually(lambda: token_status(own, kept) == 200, "the new primary answers")
        assert {token_status(own, revoked) for _ in range(ASKED)} == {401}
        eventually(server.is_ready, "it is ready again")


def test_a_server_over_a_standby_alone_does_not_start(own: Installation, follower: Standby) -> None:
    own.environment["ROSTER_DATABASE_URL"] = follower.url
    for command in ("serve", "run_jobs --list"):
        line = own.refusal(*command.split())
        assert "the database does not answer" in line
        assert "server is in hot standby mode" in line


def test_a_primary_that_takes_nothing_is_not_ready(own: Installation, primary: PostgreSQL) -> None:
    with serving(own) as server:
        primary.run("ALTER DATABASE postgres SET default_transaction_read_only = on")
        primary.break_connections()
        status, body = fetch(f"{own.origin}/readyz")
        assert (status, body) == (503, b'{"status":"unavailable","failed":["database"]}')
        server.require_said("the database takes nothing: it is a standby, or read-only")
