"""How much and how long the guarded client takes from a server that means ill. No test waits for a clock:
those servers never end, and a client that did not stop by itself would not come back.
"""

import gzip
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import pytest

from console.outgoing.client import GuardedClient
from console.outgoing.exchanges import MOST_BODY
from console.outgoing.faults import OutgoingFault
from tests.console.outgoing.conftest import Serve
from tests.console.outgoing.test_client import fault
from tests.https import Handler, Visit, answer

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"
BOMB = gzip.compress(bytes(50_000_000), compresslevel=1)
SHORT = 0.3


def endless(first: bytes, again: bytes) -> Handler:
    """Sends for ever, as fast as it is taken."""

    def send(visit: Visit) -> None:
        visit.send(first)
        while True:
            visit.send(again)

    return send


def dripping(first: bytes, again: bytes) -> Handler:
    """Sends a little for ever, often enough that no single wait is long."""

    def send(visit: Visit) -> None:
        pause = threading.Event()
        visit.send(first)
        while not pause.wait(SHORT / 20):
            visit.send(again)

    return send


def silent(visit: Visit) -> None:
    """Says nothing until the client goes."""
    visit.connection.recv(1)


def stopping(visit: Visit) -> None:
    """Says what will come, and no more."""
    visit.send(HEAD + b"content-length: 5\r\n\r\n")
    silent(visit)


@pytest.mark.parametrize(
    "body",
    [
        answer(200, b"x" * MOST_BODY),
        HEAD + b"\r\n" + b"x" * MOST_BODY,
        CHUNKED + b"%x\r\n" % MOST_BODY + b"x" * MOST_BODY + b"\r\n0\r\n\r\n",
    ],
    ids=["length", "until the end", "chunks"],
)
def test_so_much_is_taken(client: GuardedClient, serve: Serve, body: bytes) -> None:
    assert client.get(serve(body).url()).body == b"x" * MOST_BODY


ENDLESS = {
    "body until the end": (HEAD + b"\r\n", b"x" * 4096),
    "one chunk": (CHUNKED + b"fffffff\r\n", b"x" * 4096),
    "chunks": (CHUNKED, b"4\r\nabcd\r\n"),
    "chunks of one byte": (CHUNKED, b"1\r\na\r\n"),
    "length of a gigabyte": (HEAD + b"content-length: 1000000000\r\n\r\n", b"x" * 4096),
    "answers that are to come": (b"", b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"),
}


@pytest.mark.parametrize("parts", ENDLESS.values(), ids=ENDLESS)
def test_no_more_is(client: GuardedClient, serve: Serve, parts: tuple[bytes, bytes]) -> None:
    server = serve(endless(*parts))
    assert "answers with more than 256 KiB" in fault(client, server.url())


@pytest.mark.parametrize(
    "body",
    [
        answer(200, b"x" * (MOST_BODY + 1)),
        HEAD + b"\r\n" + b"x" * (MOST_BODY + 1),
        CHUNKED + b"%x\r\n" % (MOST_BODY + 1) + b"x" * (MOST_BODY + 1) + b"\r\n0\r\n\r\n",
    ],
    ids=["length", "until the end", "chunks"],
)
def test_a_byte_more_is_too_much(client: GuardedClient, serve: Serve, body: bytes) -> None:
    assert "answers with more than 256 KiB" in fault(client, serve(body).url())


@pytest.mark.parametrize(
    "sent",
    [
        CHUNKED + b"1\r\na\r\n" * 5000 + b"0\r\n\r\n",
        CHUNKED + (b"1;" + b"x" * 50_000 + b"\r\na\r\n") * 20 + b"0\r\n\r\n",
        b"HTTP/1.1 102 -\r\n\r\n" * 5000 + answer(),
        HEAD + b"x-long: " + b"x" * 100_000 + b"\r\ncontent-length: 0\r\n\r\n",
        HEAD + b"content-length: 1\r\n" + b"x-many: value\r\n" * 10_000 + b"\r\na",
    ],
    ids=["chunks", "extensions", "heads before it", "long header", "many headers"],
)
def test_too_much_around_a_small_body_is_not_taken(
    client: GuardedClient, serve: Serve, sent: bytes
) -> None:
    assert "too much around that" in fault(client, serve(sent).url())


NO_HTTP = {
    "long header": (HEAD + b"x-long: ", b"x" * 4096),
    "many headers": (HEAD, b"x-many: value\r\n"),
    "long first line": (b"HTTP/1.1 200 ", b"x" * 4096),
    "long size of a chunk": (CHUNKED, b"0" * 4096),
    "long extension of a chunk": (CHUNKED + b"4;", b"x" * 4096),
    "long trailers": (CHUNKED + b"0\r\n", b"x-many: value\r\n"),
    "no line at all": (b"", b"\0" * 4096),
}


@pytest.mark.parametrize("parts", NO_HTTP.values(), ids=NO_HTTP)
def test_heads_have_a_bound(
    client: GuardedClient, serve: Serve, parts: tuple[bytes, bytes]
) -> None:
    reason = fault(client, serve(endless(*parts)).url())
    assert "too much around that" in reason or "is not HTTP/1.1" in reason


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\r\n\r\n",
        b"HTTP/1.1",
        b"HTTP/2 200\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 99 Low\r\n\r\n",
        b"HTTP/1.1 1000 High\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n",
        HEAD + b"no colon\r\n\r\n",
        HEAD + b"space : before\r\n\r\n",
        HEAD + b"nul: \0\r\n\r\n",
        HEAD + b"content-length: 10\r\n\r\nshort",
        HEAD + b"content-length: -1\r\n\r\n",
        HEAD + b"content-length: 1\r\ncontent-length: 2\r\n\r\nab",
        HEAD + b"content-length: 0x2\r\n\r\nab",
        HEAD + b"transfer-encoding: gzip\r\n\r\n",
        HEAD + b"transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        CHUNKED + b"zz\r\nab\r\n0\r\n\r\n",
        CHUNKED + b"-1\r\n\r\n",
        CHUNKED + b"2\r\nabXX0\r\n\r\n",
        CHUNKED + b"2\r\nab\r\n",
        CHUNKED + b"ffffffffffffffffffffffff\r\nab",
    ],
)
def test_what_is_not_http_is_told(client: GuardedClient, serve: Serve, sent: bytes) -> None:
    assert "gives an answer that is not HTTP/1.1" in fault(client, serve(sent).url())


def test_what_follows_an_answer_is_not_taken(client: GuardedClient, serve: Serve) -> None:
    server = serve(answer(200, "first") + answer(200, "second"))
    assert client.get(server.url()).body == b"first"


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "deflate", "br", "zstd", "identity, gzip", "x"])
def test_nothing_compressed_is_taken(client: GuardedClient, serve: Serve, coding: str) -> None:
    """A bomb is not even read."""
    server = serve(answer(200, BOMB, Content_Encoding=coding))
    assert "compresses its answer" in fault(client, server.url())


def test_an_answer_may_say_that_it_is_plain(client: GuardedClient, serve: Serve) -> None:
    server = serve(answer(200, "plain", Content_Encoding="Identity"))
    assert client.get(server.url()).body == b"plain"


SLOW: dict[str, Handler] = {
    "nothing": silent,
    "head that drips": dripping(HEAD, b"x-a: b\r\n"),
    "header that drips": dripping(HEAD + b"x-a: ", b"b"),
    "answers to come that drip": dripping(b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    "body that drips": dripping(HEAD + b"\r\n", b"b"),
    "chunks that drip": dripping(CHUNKED, b"1\r\na\r\n"),
    "body that does not come": stopping,
}


@pytest.mark.parametrize("handler", SLOW.values(), ids=SLOW)
def test_all_of_it_has_one_deadline(client: GuardedClient, serve: Serve, handler: Handler) -> None:
    server = serve(handler)
    reason = fault(replace(client, seconds=SHORT), server.url())
    assert reason.endswith("has not answered in full within 0.3 s.")


def test_a_handshake_has_no_time_of_its_own(client: GuardedClient, serve: Serve) -> None:
    hurried = replace(client, seconds=SHORT)
    with socket.create_server(("127.0.0.1", 0)) as silent_listener:
        url = f"https://127.0.0.1:{silent_listener.getsockname()[1]}/"
        assert "within 0.3 s" in fault(hurried, url)


def test_a_handshake_that_drips_has_none_either(client: GuardedClient, serve: Serve) -> None:
    """A record of 16 KiB that a server begins to answer with, a byte at a time."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            connection, _ = listener.accept()
            visit = Visit(connection, "", b"", None)
            with connection, suppress(OSError):
                dripping(b"\x16\x03\x03\x40\x00", b"\x02")(visit)

        threading.Thread(target=drip, daemon=True).start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        assert "within 0.3 s" in fault(replace(client, seconds=SHORT), url)


def test_sending_has_none_either(client: GuardedClient, serve: Serve) -> None:
    """The server takes what is sent as slowly as it can without stopping."""

    def sip(visit: Visit) -> None:
        pause = threading.Event()
        while not pause.wait(SHORT / 20):
            visit.connection.recv(1)

    server = serve(sip, reads_bodies=False)
    with pytest.raises(OutgoingFault, match=r"within 0\.3 s"):
        replace(client, seconds=SHORT).post(server.url(), bytes(50_000_000))


def test_a_resolver_that_hangs_is_left_behind(client: GuardedClient) -> None:
    end = threading.Event()

    def hanging(_: str) -> Sequence[str]:
        end.wait()
        return []

    hurried = replace(client, resolve=hanging, seconds=SHORT)
    assert "within 0.3 s" in fault(hurried, "https://slow.example/")
    end.set()


def test_several_requests_may_share_a_deadline(client: GuardedClient, serve: Serve) -> None:
    server, slow = serve(), serve(silent)
    shared = replace(client, seconds=SHORT).with_deadline()
    assert "within 0.3 s" in fault(shared, slow.url())
    assert "within 0.3 s" in fault(shared, server.url())
    assert server.visits == []
    assert client.get(server.url()).status == 200


def test_connections_are_closed_whatever_came(client: GuardedClient, serve: Serve) -> None:
    closed = threading.Event()

    def wait_for_the_end(visit: Visit) -> None:
        visit.send(answer(302))
        if not visit.connection.recv(1):
            closed.set()

    with pytest.raises(OutgoingFault):
        client.get(serve(wait_for_the_end).url())
    assert closed.wait(30)
