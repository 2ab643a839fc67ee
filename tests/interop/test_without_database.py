"""What is said while the database does not answer: to machines, to people, in the log, on a terminal."""

import json
import urllib.request
from collections import Counter
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests.interop.asking import token_status
from tests.interop.console import Console, Refused
from tests.interop.postgresql import PostgreSQL, on_postgresql, postgresql
from tests.interop.processes import Installation, Serving, serving

PASSWORD = "a long enough phrase"
COMMANDS = (
    "serve",
    "migrate",
    "run_jobs --list",
    "run_jobs --once",
    "verify_audit",
    "keyring",
    "registry_bundle",
    "rotate_signing_key registry",
    "account_link owner@example.com",
    "demo",
)
ROUNDS = 25


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    with postgresql(tmp_path_factory.mktemp("away")) as running:
        yield running


@pytest.fixture(scope="module")
def server(database: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    own = on_postgresql(database, tmp_path_factory.mktemp("data"))
    own.environment["ROSTER_WORKERS"] = "1"
    with serving(own) as running:
        yield running


@pytest.fixture(scope="module")
def made(server: Serving) -> dict[str, str]:
    """A robot in acme/payments."""
    furnished: dict[str, str] = server.installation.do("furnish")
    return furnished


def ask(url: str, headers: dict[str, str], body: bytes | None = None) -> tuple[int, Message, bytes]:
    request = urllib.request.Request(url, body, headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def calls_of_the_api(origin: str, secret: str) -> Iterator[tuple[int, Message, bytes]]:
    bearer = {"Authorization": f"Bearer {secret}"}
    robots = f"{origin}/api/v1/organizations/acme/robots/"
    yield ask(f"{origin}/api/v1/me/", bearer)
    yield ask(robots, bearer)
    document = {"Content-Type": "application/json"} | bearer
    yield ask(robots, document, json.dumps({"name": "new"}).encode())


def is_unavailable_in_the_api(answer: tuple[int, Message, bytes]) -> bool:
    status, headers, body = answer
    assert (status, headers["Content-Type"]) == (503, "application/problem+json"), body
    assert headers["Retry-After"] == "2"
    title: str = json.loads(body)["title"]
    return title == "Not available"


def test_machines_and_people_are_told_to_come_back(
    server: Serving, made: dict[str, str], database: PostgreSQL
) -> None:
    own, origin = server.installation, server.installation.origin
    email = own.do("organization", slug="globex", password=PASSWORD)["owner"]
    console = Console(origin, "globex", email, PASSWORD)
    session = "; ".join(f"{cookie.name}={cookie.value}" for cookie in console.cookies)
    database.stop()
    try:
        before = len(server.output)
        for _ in range(ROUNDS):
            assert all(map(is_unavailable_in_the_api, calls_of_the_api(origin, made["secret"])))
            assert is_unavailable_in_the_api(ask(f"{origin}/api/v1/me/", {"Cookie": session}))
            assert token_status(own, made) == 503
            with pytest.raises(Refused, match="The database does not answer") as refused:
                console.page("robots/")
            assert refused.value.status == 503
            assert ask(f"{origin}/readyz", {})[0] == 503
        said = server.output[before:]
    finally:
        database.start()
    require_brief(said)


def require_brief(said: str) -> None:
    """A line of each kind in a second at most, and none that is long."""
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    faults = [line for line in lines if line["level"] in {"warning", "error"}]
    assert faults
    assert max(len(line) for line in said.splitlines()) < 1_000
    assert "Traceback" not in said
    seconds = Counter((line["event"], line["timestamp"][:19]) for line in faults)
    # Two that are a second apart may fall into the same one once timestamps are cut.
    assert max(seconds.values()) <= 2


def test_what_cannot_be_written_is_not_a_fault_of_ours(
    server: Serving, made: dict[str, str], database: PostgreSQL
) -> None:
    own = server.installation
    email = own.do("organization", slug="initech", password=PASSWORD)["owner"]
    console = Console(own.origin, "initech", email, PASSWORD)
    console.page("projects/new/")
    database.run("ALTER DATABASE postgres SET default_transaction_read_only = on")
    database.break_connections()
    try:
        before = len(server.output)
        with pytest.raises(Refused, match="The database does not answer") as refused:
            console.send("projects/new/", slug="another", name="Another")
        assert refused.value.status == 503
        assert "Traceback" not in server.output[before:]
        assert own.refusal("rotate_signing_key", "registry").startswith(
            "roster: error: the database does not answer: cannot execute"
        )
    finally:
        database.run("ALTER DATABASE postgres RESET default_transaction_read_only", writing=True)
        database.break_connections()
    assert token_status(own, made) == 200


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_says_one_line(tmp_path: Path, prepared_data: Path, command: str) -> None:
    own = away(prepared_data, tmp_path)
    assert "the database does not answer: " in own.refusal(*command.split())


def away(prepared_data: Path, tmp_path: Path) -> Installation:
    """One whose database is on a port where nobody listens."""
    return Installation.copied(
        prepared_data,
        tmp_path / "roster",
        ROSTER_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nowhere",
        ROSTER_KEYRING_FILE=str(tmp_path / "roster" / "keyring.json"),
        ROSTER_SECRET_KEY="only-for-tests-" * 4,
    )


def test_a_command_shows_where_a_fault_comes_from_when_asked(
    tmp_path: Path, prepared_data: Path
) -> None:
    done = away(prepared_data, tmp_path).manage("run_jobs", "--list", "--traceback")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


@pytest.mark.parametrize("command", ["run_jobs --list", "keyring", "verify_audit"])
def test_a_database_that_nobody_has_set_up_is_said(tmp_path: Path, command: str) -> None:
    own = Installation(tmp_path / "roster")
    assert own.manage("keyring", "--init").returncode == 0
    line = own.refusal(*command.split())
    assert line == (
        "roster: error: the database lacks tables of this version of Roster;"
        " `serve` or `migrate` makes them"
    )
