"""How long the command waits for a server, what it says meanwhile, and when it gives up."""

import contextlib
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.cli.shells import PROGRAM, Shell
from tests.cli.standins import Reply, StandIn

Serve = Callable[[socket.socket], None]
EMPTY: dict[str, Any] = {"results": [], "next": None}
SHORT = ("--timeout", "0.5")


@contextlib.contextmanager
def serving(serve: Serve) -> Iterator[str]:
    """A server that does with each connection what it is told, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    threading.Thread(target=_served, args=(serve, connection), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def _served(serve: Serve, connection: socket.socket) -> None:
    with connection, contextlib.suppress(OSError):
        connection.recv(65536)
        serve(connection)


def hang(connection: socket.socket) -> None:
    connection.recv(1)


def drip(connection: socket.socket) -> None:
    """Bytes of an endless body, each soon enough for whoever waits for the next one alone."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"1\r\n \r\n")
        threading.Event().wait(0.05)


def pour(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n")
    while True:
        connection.sendall(b" " * 2**20)


def switch(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")


def hint(connection: socket.socket) -> None:
    """An answer after others of the kind that only announce one."""
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 3
    connection.sendall(
        early + b'HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n{"results":[],"next": null}'
    )


def stop_short(connection: socket.socket) -> None:
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"results":')


@pytest.mark.parametrize("serve", [hang, drip])
def test_a_server_that_takes_too_long_is_given_up(shell: Shell, serve: Serve) -> None:
    with serving(serve) as url:
        shell.log_in(url, "secret", "acme")
        for ran in (shell("robot", "list", *SHORT), shell("robot", "list", ROSTER_TIMEOUT="0.5")):
            assert ran.code == 1
            assert ran.error == f"{url} did not answer within 0.5 seconds (--timeout)"


def test_an_answer_without_end(shell: Shell) -> None:
    with serving(pour) as url:
        shell.log_in(url, "secret", "acme")
        ran = shell("robot", "list")
        assert ran.error == f"{url} does not answer like Roster; check the address"


def test_an_announced_answer_is_waited_for(shell: Shell) -> None:
    with serving(hint) as url:
        shell.log_in(url, "secret", "acme")
        assert shell.good("robot", "list") == "No robots found in acme\n"


@pytest.mark.parametrize("serve", [switch, stop_short])
def test_an_answer_that_breaks_off(shell: Shell, serve: Serve) -> None:
    with serving(serve) as url:
        shell.log_in(url, "secret", "acme")
        ran = shell("robot", "list", *SHORT)
        assert (ran.code, ran.error.startswith(f"the connection to {url} was lost: ")) == (1, True)


@contextlib.contextmanager
def listing(shell: Shell, url: str) -> Iterator[subprocess.Popen[str]]:
    """`roster robot list`, running."""
    shell.log_in(url, "secret", "acme")
    with subprocess.Popen(
        [*PROGRAM, "robot", "list"],
        cwd=shell.home,
        env=shell.environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        yield process


def word(process: subprocess.Popen[str]) -> str:
    assert process.stderr
    return process.stderr.readline()


def test_whoever_waits_long_is_told(shell: Shell, standin: StandIn) -> None:
    """The answer comes when the word has been read, whenever that is."""
    told = threading.Event()

    class Waiting(list[Reply]):
        def __len__(self) -> int:
            told.wait(60)
            return 1

    standin.replies = Waiting([Reply(body=EMPTY)])
    with listing(shell, standin.url) as process:
        said = word(process)
        told.set()
        out, err = process.communicate()
    assert said == f"roster: waiting for {standin.url}, for up to 60 seconds\n"
    assert (process.returncode, out, err) == (0, "No robots found in acme\n", "")


def test_a_server_that_comes_back_is_reached(shell: Shell) -> None:
    """Nobody listens until it says that it waits."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with listing(shell, f"http://127.0.0.1:{taken.getsockname()[1]}") as process:
            word(process)
            taken.listen()
            connection, _ = taken.accept()
            _served(hint, connection)
            out, _ = process.communicate()
    assert (process.returncode, out) == (0, "No robots found in acme\n")


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "1e400", "nan", "10000"])
def test_what_is_no_time(shell: Shell, nobody: str, seconds: str) -> None:
    shell.log_in(nobody, "secret", "acme")
    assert shell("robot", "list", "--timeout", seconds).code == 2
    ran = shell("robot", "list", ROSTER_TIMEOUT=seconds)
    assert ran.error == f"ROSTER_TIMEOUT: {seconds} is no number of seconds such as 60"
