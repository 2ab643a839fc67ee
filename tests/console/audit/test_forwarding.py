"""Copies of the audit log: each event in order, and at least once whatever dies on the way."""

import json
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as present_settings
from django.test import TestCase
from pytest_django import Settings

from console.audit.forwarding import forward as job
from console.audit.forwarding.forward import forward, waiting_since
from console.audit.recording import OPERATOR, changing, record
from console.configuration.collectors import SyslogAddress
from console.models import AuditForward, Event
from tests.conftest import Cast
from tests.https import Authority


def happen(cast: Cast, number: int, **after: Any) -> None:
    for count in range(number):
        with changing(cast.organization) as chain:
            values = {"count": count} | after
            record(chain, actor=OPERATOR, action="robot:updated", target=cast.robot, after=values)


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def numbers(entries: list[dict[str, Any]], chain: str) -> list[int]:
    return [entry["number"] for entry in entries if entry["chain"] == chain]


@pytest.fixture
def file(settings: Settings, tmp_path: Path) -> Path:
    settings.ROSTER_AUDIT_FILE = tmp_path / "audit.jsonl"
    return tmp_path / "audit.jsonl"


@pytest.mark.django_db
def test_the_file_has_every_event_once_and_in_the_order_of_its_chain(
    cast: Cast, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "BATCH", 3)
    happen(cast, 7)
    assert forward() == Event.objects.count()
    happen(cast, 1)
    assert (forward(), forward()) == (1, 0)
    entries = read(file)
    for chain in set(Event.objects.values_list("chain", flat=True)):
        known = Event.objects.filter(chain=chain).order_by("number")
        assert numbers(entries, chain) == list(known.values_list("number", flat=True))
    assert waiting_since("file") is None
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_a_line_says_what_standard_output_says(
    cast: Cast, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.INFO, "roster.audit"),
        TestCase.captureOnCommitCallbacks(execute=True),
    ):
        happen(cast, 1, name="ä")
    lines: list[Any] = [it.msg for it in caplog.records if it.name == "roster.audit"]
    (said,) = map(dict, lines)
    forward()
    chain = said["chain"]
    *_, written = [entry for entry in read(file) if entry["chain"] == chain]
    assert written.pop("timestamp") == written["created_at"]
    said.pop("timestamp")
    assert written == said


@pytest.mark.django_db
def test_a_file_that_was_moved_away_begins_anew(cast: Cast, file: Path) -> None:
    happen(cast, 1)
    forward()
    before = file.read_text()
    file.rename(file.with_suffix(".1"))
    happen(cast, 2)
    assert forward() == len(read(file)) == 2
    assert file.with_suffix(".1").read_text() == before


@pytest.mark.django_db
def test_what_was_written_by_half_is_written_whole_again(cast: Cast, file: Path) -> None:
    happen(cast, 2)
    file.write_text('{"event": "aud')
    forward()
    torn, *whole = file.read_text().splitlines()
    assert torn == '{"event": "aud'
    assert len([json.loads(line) for line in whole]) == Event.objects.count()


@pytest.mark.django_db
def test_a_place_that_takes_nothing_holds_up_no_other_and_is_told(
    cast: Cast, file: Path, settings: Settings
) -> None:
    settings.ROSTER_AUDIT_SYSLOG = SyslogAddress("unix", path=str(file.parent / "nobody"))
    happen(cast, 2)
    with pytest.raises(FileNotFoundError):
        forward()
    assert len(read(file)) == Event.objects.count()
    assert not AuditForward.objects.filter(destination="syslog").exists()
    assert waiting_since("syslog") == Event.objects.order_by("created_at")[0].created_at


class Collector:
    """A syslog server for streams. Of the first `torn` connections it reads a little and resets them."""

    def __init__(self, context: ssl.SSLContext | None = None, torn: int = 0) -> None:
        self.context, self.torn = context, torn
        self.received: list[bytes] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listening.accept()
                with closing(connection):
                    self._read(connection)

    def _read(self, connection: socket.socket) -> None:
        if self.torn:
            self.torn -= 1
            connection.recv(10)
            linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            return
        with suppress(ssl.SSLError):
            stream = self.context.wrap_socket(connection, True) if self.context else connection
            content = b""
            while piece := stream.recv(65536):
                content += piece
            self.received.append(content)
            if isinstance(stream, ssl.SSLSocket):
                stream.unwrap()
                stream.close()

    def messages(self) -> list[bytes]:
        found, content = [], b"".join(self.received)
        while content:
            length, _, content = content.partition(b" ")
            found.append(content[: int(length)])
            content = content[int(length) :]
        return found


@pytest.fixture
def collect() -> Iterator[Callable[..., Collector]]:
    made: list[Collector] = []

    def start(**options: Any) -> Collector:
        made.append(Collector(**options))
        return made[-1]

    yield start
    for each in made:
        each.listening.shutdown(socket.SHUT_RDWR)
        each.listening.close()
        each.thread.join()


def require_all(messages: list[bytes]) -> None:
    """They are RFC 5424, and have every event in the order of its chain."""
    entries = []
    for message in messages:
        head, _, text = message.decode().partition(" - audit - ")
        priority, moment, host, name = head.split(" ")
        assert (priority, host, name) == ("<110>1", present_settings.ALLOWED_HOSTS[0], "roster")
        entries.append(json.loads(text))
        assert moment.endswith("Z")
        assert moment.startswith(entries[-1]["created_at"][:19])
    for chain in set(Event.objects.values_list("chain", flat=True)):
        known = Event.objects.filter(chain=chain).order_by("number")
        assert numbers(entries, chain) == list(known.values_list("number", flat=True))


@pytest.mark.django_db
def test_a_server_on_tcp_gets_messages_by_their_length(
    cast: Cast, settings: Settings, collect: Callable[..., Collector]
) -> None:
    server = collect()
    settings.ROSTER_AUDIT_SYSLOG = SyslogAddress("tcp", "127.0.0.1", server.port)
    happen(cast, 3, text="line\nbreak ü")
    forward()
    require_all(server.messages())


@pytest.mark.django_db
def test_what_a_connection_lost_is_sent_again(
    cast: Cast, settings: Settings, collect: Callable[..., Collector]
) -> None:
    server = collect(torn=2)
    settings.ROSTER_AUDIT_SYSLOG = SyslogAddress("tcp", "127.0.0.1", server.port)
    happen(cast, 3)
    for _ in range(2):
        with pytest.raises(OSError):  # noqa: PT011 - a reset, or a pipe that is broken
            forward()
    assert not AuditForward.objects.exists()
    forward()
    require_all(server.messages())


@pytest.mark.django_db
def test_over_tls_the_server_has_to_be_who_it_says(
    cast: Cast,
    settings: Settings,
    tmp_path: Path,
    collect: Callable[..., Collector],
) -> None:
    for name in ("known", "other"):
        (tmp_path / name).mkdir()
    known, other = Authority(tmp_path / "known"), Authority(tmp_path / "other")
    settings.ROSTER_OUTGOING_CA_FILE = known.file
    happen(cast, 2)
    stranger = collect(context=other.context("localhost"))
    settings.ROSTER_AUDIT_SYSLOG = SyslogAddress("tls", "localhost", stranger.port)
    with pytest.raises(ssl.SSLCertVerificationError):
        forward()
    server = collect(context=known.context("localhost"))
    settings.ROSTER_AUDIT_SYSLOG = SyslogAddress("tls", "localhost", server.port)
    forward()
    require_all(server.messages())
    assert stranger.received == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["udp", "unix"])
def test_a_datagram_carries_an_event_and_of_a_long_one_the_rest(
    cast: Cast, settings: Settings, tmp_path: Path, kind: str
) -> None:
    family = socket.AF_UNIX if kind == "unix" else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as server:
        path = str(tmp_path / "log")
        server.bind(path if kind == "unix" else ("127.0.0.1", 0))
        port = 0 if kind == "unix" else server.getsockname()[1]
        settings.ROSTER_AUDIT_SYSLOG = SyslogAddress(kind, "127.0.0.1", port, path * (not port))
        forward_past()
        happen(cast, 1)
        happen(cast, 1, text="x" * 70_000)
        forward()
        texts = [server.recv(65_536).decode().partition(" - audit - ")[2] for _ in range(2)]
    short, long = map(json.loads, texts)
    assert short["after"] == {"count": 0}
    assert (long["shortened"], "after" in long, long["number"]) == (
        True,
        False,
        short["number"] + 1,
    )


def forward_past() -> None:
    """What has happened before is none of the test's."""
    for event in Event.objects.order_by("number"):
        AuditForward.objects.update_or_create(
            destination="syslog", chain=event.chain, defaults={"number": event.number}
        )
