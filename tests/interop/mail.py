"""A mail server that takes letters, refuses them, or hangs."""

import email
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest

TAKES, REFUSES, HANGS, HANGS_AT_THE_END = "takes", "refuses", "hangs", "hangs at the end"
ANSWERS = {
    "EHLO": "250 mail.example",
    "MAIL": "250 yes",
    "RCPT": "250 yes",
    "DATA": "354 go on",
    "RSET": "250 yes",
    "QUIT": "221 bye",
}


class MailServer(ThreadingTCPServer):
    """Listens on a free port of 127.0.0.1. How it behaves may be changed while it runs."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.behaviour = TAKES
        self.letters: list[Message] = []
        self.is_held = threading.Event()  # somebody waits for an answer
        self.ending = threading.Event()

    def url(self, timeout: int) -> str:
        """For `ROSTER_EMAIL_URL`."""
        return f"smtp://127.0.0.1:{self.server_address[1]}/?timeout={timeout}"

    @property
    def recipients(self) -> list[str]:
        return sorted(str(letter["To"]) for letter in self.letters)


class _Session(StreamRequestHandler):
    """As much of SMTP (RFC 5321) as Python's client speaks."""

    server: MailServer

    def handle(self) -> None:
        if self.server.behaviour == HANGS:
            self._hang()
        if self.server.behaviour == REFUSES:
            self._say("554 no service")
            return
        self._say("220 mail.example")
        while line := self.rfile.readline():
            word = line.decode()[:4].strip().upper()
            self._say(ANSWERS.get(word, "500 what?"))
            if word == "DATA":
                self._take()

    def _take(self) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        self.server.letters.append(email.message_from_bytes(b"".join(lines)))
        if self.server.behaviour == HANGS_AT_THE_END:
            self._hang()
        self._say("250 taken")

    def _hang(self) -> None:
        self.server.is_held.set()
        self.server.ending.wait()

    def _say(self, line: str) -> None:
        if not self.server.ending.is_set():
            self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def running() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.ending.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with running() as server:
        yield server
