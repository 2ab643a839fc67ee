"""What the server and its commands show to a person at a terminal, and what to a program."""

import json
import re
from pathlib import Path

import pytest

from tests.interop.processes import Installation, fetch, serving
from tests.interop.terminals import Terminal, at_terminal

OWNER = ("create_owner", "--email=mika@example.com", "--organization=acme", "--password-stdin")
REQUEST = r"\d\d:\d\d:\d\d  {status}  {method} +{path}  \d+ ms"
RULE = "─" * 72


@pytest.fixture
def new(tmp_path: Path) -> Installation:
    """One that was never started."""
    return Installation(tmp_path / "roster", NO_COLOR="1")


@pytest.fixture
def own(prepared_data: Path, tmp_path: Path) -> Installation:
    """One that was started before, and in which nobody has an account."""
    return Installation.copied(prepared_data, tmp_path / "roster", NO_COLOR="1")


def test_the_start_ends_with_address_and_link_in_a_frame(new: Installation) -> None:
    with at_terminal(new, "serve") as terminal:
        terminal.wait_for("/setup/")
        terminal.wait_for(f"{RULE}\n\n")
        _, frame, after = terminal.shown.split(RULE)
    assert after.strip() == ""
    assert frame.splitlines()[1] == f"  Roster is served at {new.origin}/"
    link = frame.splitlines()[-1]
    assert re.fullmatch(rf"  {new.origin}/setup/[0-9a-f]+/", link), (
        "alone, so that it is copied whole"
    )
    assert "{" not in terminal.shown


def test_a_request_is_one_short_line_without_what_its_link_opens(own: Installation) -> None:
    with at_terminal(own, "serve") as terminal:
        terminal.wait_for("Roster is served at")
        for path in ("sign-in/", "o/acme/robots/", "password/4-c0ffee-the-key/", "of/nobody/"):
            fetch(f"{own.origin}/{path}")
        terminal.wait_for("no such page")
        lines = terminal.shown.rpartition(RULE)[2].strip().splitlines()
    assert_request(lines[0], 200, "/sign-in/")
    assert any(
        re.fullmatch(REQUEST.format(status=302, method="GET", path="/o/acme/robots/"), it)
        for it in lines
    )
    assert_request(lines[-1], 404, "no such page")
    assert any("/password/<uidb36>-<key>/" in line for line in lines)
    assert "the-key" not in terminal.shown
    assert not [line for line in lines if len(line) > 120]


def assert_request(line: str, status: int, path: str) -> None:
    assert re.fullmatch(REQUEST.format(status=status, method="GET", path=path), line), line


def test_colours_where_the_terminal_takes_them(own: Installation) -> None:
    del own.environment["NO_COLOR"]
    assert "\x1b[32m200\x1b[0m" in asked(own)
    assert "\x1b" not in asked(own, TERM="dumb")
    assert "\x1b" not in asked(own, NO_COLOR="1")


def asked(installation: Installation, **environment: str) -> str:
    """What a terminal shows of a page that somebody opens."""
    before = dict(installation.environment)
    installation.environment |= environment
    with at_terminal(installation, "serve") as terminal:
        terminal.wait_for("Roster is served at")
        fetch(f"{installation.origin}/sign-in/")
        terminal.wait_for("/sign-in/")
    installation.environment = before
    return terminal.shown


def test_a_letter_is_readable_and_apart(own: Installation) -> None:
    own.do("organization", slug="acme", password="a long enough phrase")
    with at_terminal(own, "serve") as terminal:
        terminal.wait_for("Roster is served at")
        made = own.do("invite", email="new@example.com")
        terminal.wait_for(f"/invitations/{made['uuid']}/")
        terminal.wait_for(f"{RULE}\n\n")
    letter = next(part for part in terminal.shown.split(RULE) if "/invitations/" in part)
    assert letter.splitlines()[1].startswith("  Letter to new@example.com: ")
    assert not re.search(r"(Content-Type|MIME-Version|Message-ID):", terminal.shown)


def test_commands_say_what_they_did_and_nothing_else(own: Installation) -> None:
    assert ran(own, *OWNER, typed="a long enough phrase\n") == "mika@example.com owns acme\n"
    shown = ran(own, "demo")
    assert "{" not in shown
    assert len(shown.splitlines()) < 12, shown
    assert "No migrations to apply." in ran(own, "migrate")


def ran(installation: Installation, *arguments: str, typed: str = "") -> str:
    terminal = Terminal(installation, *arguments, typed=typed)
    assert terminal.ends() == 0, terminal.shown
    return terminal.shown


def test_json_at_a_terminal_that_asks_for_it(own: Installation) -> None:
    shown = asked(own, ROSTER_LOG_FORMAT="json")
    requests = [json.loads(line) for line in shown.splitlines() if line.startswith("{")]
    (request,) = [line for line in requests if line["event"] == "request"]
    assert (request["route"], request["status"]) == ("/sign-in/", 200)
    assert RULE not in shown


def test_text_where_no_terminal_is(own: Installation) -> None:
    own.environment["ROSTER_LOG_FORMAT"] = "text"
    del own.environment["NO_COLOR"]
    with serving(own) as server:
        fetch(f"{own.origin}/sign-in/")
        server.require_said("/sign-in/")
    line = next(line for line in server.output.splitlines() if "/sign-in/" in line)
    assert_request(line, 200, "/sign-in/")


def test_json_without_a_terminal(own: Installation) -> None:
    with serving(own) as server:
        fetch(f"{own.origin}/sign-in/")
        server.require_said("/sign-in/")
    line = next(line for line in server.output.splitlines() if "/sign-in/" in line)
    assert json.loads(line)["event"] == "request"


def test_another_format_is_refused_in_words(own: Installation) -> None:
    own.environment["ROSTER_LOG_FORMAT"] = "pretty"
    result = own.manage("keyring")
    assert result.returncode == 1
    assert "ROSTER_LOG_FORMAT" in result.stderr
    assert "`json`, `text`" in result.stderr
