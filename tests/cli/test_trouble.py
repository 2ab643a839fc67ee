"""Whatever is wrong around it, the command ends with one line and never with a traceback."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shells import PROGRAM, Shell
from tests.cli.standins import Reply, StandIn

EMPTY: dict[str, Any] = {"results": [], "next": None}
ROBOT: dict[str, Any] = {
    "id": "id-0",
    "name": "ci",
    "path": "acme/ci",
    "project": None,
    "description": "x",
    "created_at": "",
}
CREATE = ("robot", "token", "create", "ci", "nightly", "-o", "-")
FOUND = Reply(body=EMPTY | {"results": [ROBOT]})
MADE = Reply(201, {"access_id": "an-id", "name": "nightly", "secret": "the-secret"})


def in_shell(shell: Shell, streams: str, *arguments: str, **environment: str) -> tuple[int, str]:
    """The exit code and what stands on stderr, with streams redirected as a shell does."""
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {streams}', "sh", *PROGRAM, *arguments],
        cwd=shell.home,
        env=shell.environment | environment,
        text=True,
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("streams", "why"), [(">&-", "Bad file descriptor"), (">/dev/full", "No space left on device")]
)
@pytest.mark.parametrize("arguments", [("robot", "list"), ("--help",), ("completion", "bash")])
def test_output_that_cannot_be_written(
    here: Shell, standin: StandIn, streams: str, why: str, arguments: tuple[str, ...]
) -> None:
    standin.will(FOUND)
    error = f"roster: error: cannot write to standard output: {why}\n"
    assert in_shell(here, streams, *arguments) == (1, error)


ROLE_TOKEN = ("create", "token", "-p", "payments", "--role", "deployer", "nightly")


@pytest.mark.parametrize("streams", [">&-", ">/dev/full"])
@pytest.mark.parametrize(
    "arguments",
    [
        CREATE,
        ROLE_TOKEN,
        ("api", "POST", "organizations/acme/robots/id-0/tokens/", "-f", "name=nightly"),
    ],
)
def test_no_token_is_made_for_an_output_that_takes_nothing(
    here: Shell, standin: StandIn, streams: str, arguments: tuple[str, ...]
) -> None:
    standin.will(FOUND)
    code, err = in_shell(here, streams, *arguments)
    assert (code, "cannot write to standard output" in err) == (1, True)
    assert not [it for it in standin.asked if it.method == "POST"]


class TakesTheReaderAway(list[Reply]):
    """The replies; whoever reads what the command prints goes before the last one is sent."""

    reader: int

    def __getitem__(self, index: Any) -> Any:
        os.close(self.reader)
        return super().__getitem__(index)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            CREATE,
            (
                "Nobody has the secret of token an-id now: refresh it, or delete it with"
                " `roster robot token delete acme/ci nightly`"
            ),
        ),
        (
            ROLE_TOKEN,
            (
                "Nobody has this token now: delete it with"
                " `roster delete token --project payments nightly`"
            ),
        ),
    ],
)
def test_a_token_that_cannot_be_printed_is_named(
    here: Shell, standin: StandIn, arguments: tuple[str, ...], said: str
) -> None:
    replies = TakesTheReaderAway([FOUND, MADE] if arguments is CREATE else [MADE])
    replies.reader, writer = os.pipe()
    standin.replies = replies
    done = subprocess.run(
        [*PROGRAM, *arguments],
        cwd=here.home,
        env=here.environment,
        text=True,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert done.returncode == 1
    assert done.stderr == f"roster: error: cannot write to standard output: Broken pipe. {said}\n"


@pytest.mark.parametrize(
    ("streams", "arguments", "error"),
    [
        (
            "<&-",
            ("project", "delete", "payments"),
            "refusing to prompt in non-interactive terminal",
        ),
        ("<&-", ("login", "-t", "-"), "there is no token on standard input"),
    ],
)
def test_a_closed_input(
    here: Shell, standin: StandIn, streams: str, arguments: tuple[str, ...], error: str
) -> None:
    standin.will(Reply(body={"slug": "payments"}))
    assert in_shell(here, streams, *arguments) == (1, f"roster: error: {error}\n")


def test_errors_that_nobody_can_read(here: Shell, standin: StandIn) -> None:
    standin.will(Reply(404))
    for streams in ("2>&-", "2>/dev/full", ">&- 2>&- <&-"):
        assert in_shell(here, streams, "robot", "list") == (1, "")


@pytest.mark.parametrize("charset", ["latin-1", "cp437"])
def test_a_terminal_without_these_characters(here: Shell, standin: StandIn, charset: str) -> None:
    standin.will(Reply(body=EMPTY | {"results": [ROBOT | {"description": "日本"}]}))
    ascii_ = {"PYTHONIOENCODING": charset}
    assert "\\u65e5\\u672c" in here.good("robot", "list", **ascii_)
    shown = here.good("robot", "list", "--format", "json", **ascii_)
    assert json.loads(shown)[0]["description"] == "日本"
    assert "could not find robot" in here("robot", "get", "日", **ascii_).error


SERVER = {"ROSTER_SERVER": "https://roster.invalid", "ROSTER_TOKEN": "abc", "NO_PROXY": ""}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SSL_CERT_FILE", "/nowhere", "there are no certificates to read in /nowhere"),
        ("SSL_CERT_FILE", "/etc/passwd", "there are no certificates to read in /etc/passwd"),
        ("SSL_CERT_FILE", "/", "there are no certificates to read in /"),
        ("SSL_CERT_DIR", "/nowhere", "cannot reach https://roster.invalid"),
        ("ROSTER_CA_BUNDLE", "/nowhere", "there are no certificates to read in /nowhere"),
        ("SSLKEYLOGFILE", "/nowhere/x", "cannot"),
        ("HTTPS_PROXY", "nonsense://x", "cannot use what HTTPS_PROXY says"),
        ("HTTPS_PROXY", "http://x:y", "cannot use what HTTPS_PROXY says"),
        ("HTTPS_PROXY", "socks5://x:1", "cannot use what HTTPS_PROXY says"),
        ("HTTPS_PROXY", "http://[::", "cannot use what HTTPS_PROXY says"),
        ("https_proxy", "http://u:the-password@[::", "cannot use what https_proxy says"),
        ("HTTPS_PROXY", "nonsense", "through the proxy of HTTPS_PROXY or ALL_PROXY"),
        ("ALL_PROXY", "x y", "proxy"),
        ("NO_PROXY", "[::", "cannot use what NO_PROXY says: that is no address"),
        ("ROSTER_SERVER", "nonsense", "nonsense is not the address of a server"),
        ("ROSTER_SERVER", "\udcff", "is not the address of a server"),
        ("ROSTER_TOKEN", "\udcff", "that is not a token"),
        ("ROSTER_ORGANIZATION", "\udcff", "cannot reach https://roster.invalid"),
        ("ROSTER_ORGANIZATION", "../..", "cannot reach https://roster.invalid"),
        ("ROSTER_PROFILE", "\udcff", "cannot reach https://roster.invalid"),
        ("ROSTER_TIMEOUT", "\udcff", "ROSTER_TIMEOUT: \\udcff is no number of seconds"),
        ("ROSTER_TIMEOUT", "1e3", "ROSTER_TIMEOUT: 1e3 is no number of seconds"),
        ("ROSTER_INSECURE", "nonsense", "cannot reach https://roster.invalid"),
        ("ROSTER_DEBUG", "nonsense", "cannot reach https://roster.invalid"),
        ("XDG_CONFIG_HOME", "/dev/null", "cannot reach https://roster.invalid"),
        ("HOME", "/dev/null", "cannot reach https://roster.invalid"),
        ("COLUMNS", "nonsense", "cannot reach https://roster.invalid"),
        ("TERM", "nonsense", "cannot reach https://roster.invalid"),
        ("LANG", "nonsense", "cannot reach https://roster.invalid"),
        ("PYTHON_KEYRING_BACKEND", "nonsense", "cannot reach https://roster.invalid"),
    ],
)
def test_nonsense_in_the_environment(shell: Shell, name: str, value: str, said: str) -> None:
    environment = SERVER | {"ROSTER_ORGANIZATION": "acme", name: value}
    ran = shell("robot", "list", **environment)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert said in ran.error
    assert "the-password" not in ran.err


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("robot", "get", "\udcff"), "characters that no address has"),
        (("robot", "list", "-q", "\udcff"), "characters that no address has"),
        (
            ("robot", "token", "create", "ci", "x", "-o", "~nobody-here/x"),
            "the home folder of nobody",
        ),
        (("api", "POST", "me/", "--input", "~nobody-here/x"), "the home folder of nobody"),
        (("api", "POST", "me/", "--input", "/"), "cannot read /"),
    ],
)
def test_nonsense_in_arguments(
    here: Shell, standin: StandIn, arguments: tuple[str, ...], error: str
) -> None:
    standin.will(FOUND)
    ran = here(*arguments)
    assert (ran.code, error in ran.error) == (1, True), ran


def folder(place: Path) -> None:
    place.unlink()
    place.mkdir()


def loop(place: Path) -> None:
    place.unlink()
    place.symlink_to(place)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (folder, "cannot read {}: Is a directory"),
        (loop, "cannot read {}: Too many levels of symbolic links"),
        (b"\xff\xfe", "{} is not UTF-8 text"),
        (b"\x00", "{}"),
        (b"current: [", "{}, line 1"),
        (b"current: 2027-02-30", "{}"),
        (b"[" * 100_000, "{}"),
        (b"&a [*a]", "{}: expected `current` and `profiles`"),
        (b"profiles: {default: {token: [1]}}", "{}: `default.token` has to be text"),
        (b"? [a]\n: b", "{}"),
        (b"!!python/object:os.system {}", "{}"),
    ],
)
def test_a_configuration_that_cannot_be_read(
    here: Shell, spoil: bytes | Callable[[Path], None], said: str
) -> None:
    if isinstance(spoil, bytes):
        here.config.write_bytes(spoil)
    else:
        spoil(here.config)
    for arguments in (("robot", "list"), ("profile", "list"), ("logout",)):
        ran = here(*arguments)
        assert (ran.code, ran.out, len(ran.err.splitlines())) == (1, "", 1)
        assert ran.error.startswith(said.format(here.config))


def test_a_question_that_1_answers_has_another_code_for_trouble(
    here: Shell, standin: StandIn
) -> None:
    yes = Reply(body={"allowed": True, "reason": "", "because": []})
    for reply in (Reply(500), Reply(401), Reply(404), Reply(body=b"<html>"), Reply(body={})):
        standin.will(reply)
        assert here("can-i", "artifact:pull", "payments/api").code == 3
    standin.will(yes)
    assert in_shell(here, ">/dev/full", "can-i", "artifact:pull", "payments/api")[0] == 3
    assert in_shell(here, "", "can-i", "artifact:pull", "payments/api")[0] == 0
    standin.will(Reply(body={"allowed": False, "reason": "", "because": []}))
    assert in_shell(here, "", "can-i", "artifact:pull", "payments/api")[0] == 1


def test_the_unexpected_is_a_line_and_with_debug_a_traceback(here: Shell, standin: StandIn) -> None:
    standin.will(Reply(body=EMPTY | {"results": [ROBOT | {"description": 5}]}))
    ran = here("robot", "list")
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert ran.error.startswith("this is a fault of the command, or the server is no Roster of its")
    assert ran.error.endswith("ROSTER_DEBUG=1 shows where")
    code, err = in_shell(here, "", "robot", "list", ROSTER_DEBUG="1")
    assert (code, err.splitlines()[0]) == (1, "Traceback (most recent call last):")
