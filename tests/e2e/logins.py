"""Logging in with a secret as a machine does: over HTTP, at the service that the registry asks."""

from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from robots.usage import counters, flush
from tests.front import basic

TARGET = "/service/token?service=registry"


@dataclass(frozen=True, slots=True)
class Logins:
    """The service of the server that the browser visits."""

    origin: str

    def status(self, name: object, secret: str) -> int:
        """What the service answers to this user name and password."""
        headers = {"Authorization": basic(str(name), secret)}
        try:
            with urlopen(Request(f"{self.origin}{TARGET}", headers=headers)) as answer:
                return int(answer.status)
        except HTTPError as refusal:
            with refusal:
                return refusal.code

    def expect(self, name: object, *, works: str = "", refused: str = "") -> None:
        """One secret logs in under that name, another does not; what both did is written down."""
        if works:
            assert self.status(name, works) == 200
        if refused:
            assert self.status(name, refused) == 401
        flush.flush()


def forget_uses() -> None:
    """What an earlier test used is not counted in the next one."""
    counters.take()
