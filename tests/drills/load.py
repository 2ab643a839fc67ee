"""What goes on while servers are replaced: verifiers are asked, pages looked at, tokens made."""

import base64
import http.client
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from tests.drills.versions import Balancer
from tests.interop.console import Console, Refused
from tests.interop.processes import PATIENCE_SECONDS, eventually

STATIC = re.compile(r'"(/static/[^"]+\.(?:css|js))"')
PAGES = ("", "projects/", "robots/", "users/", "audit-log/", "settings/", "settings/services/")
PATH = "/v2/acme/payments/api/manifests/latest"


@dataclass(frozen=True)
class Known:
    """Whoever asks: a robot account's login, and services with their secrets."""

    login_name: str
    secret: str
    robot: str
    robot_login: str
    service: str
    service_secret: str


@dataclass
class Load:
    """Everything that is asked again and again, until it is told to stop."""

    balancer: Balancer
    console: Console
    known: Known
    counts: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    created: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    answered_by: set[str] = field(default_factory=set)
    stopping: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        kinds: tuple[tuple[Callable[[], None], float], ...] = (
            *((self.registry_token, 0.05), (self.forward_auth, 0.05), (self.introspection, 0.05)),
            *((self.page, 0.2), (self.creation, 1.0)),
        )
        threads = [threading.Thread(target=self._repeat, args=kind) for kind in kinds]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopping.set()
            for thread in threads:
                thread.join()

    def goes_on(self, times: int = 15) -> None:
        """Wait until each kind was asked so often again."""
        before = dict(self.counts)

        def enough() -> bool:
            kinds = ("registry_token", "forward_auth", "introspection", "page")
            fewer = dict.fromkeys(kinds, times) | {"creation": 3}
            return all(
                self.counts.get(kind, 0) - before.get(kind, 0) >= wanted
                for kind, wanted in fewer.items()
            )

        eventually(enough, f"everything is asked again: {self.counts}, {self.faults[:3]}")

    def _repeat(self, ask: Callable[[], None], pause: float) -> None:
        name = ask.__name__
        while not self.stopping.is_set():
            try:
                ask()
            except (AssertionError, OSError, http.client.HTTPException, ValueError) as fault:
                self.faults.append(f"{name}: {type(fault).__name__} {str(fault)[:1000]}")
            self.counts[name] = self.counts.get(name, 0) + 1
            self.stopping.wait(pause)

    def registry_token(self) -> None:
        login = basic(self.known.login_name, self.known.secret)
        path = "/service/token?service=registry&scope=repository:acme/payments/api:pull"
        answer = self._ask(self.balancer.origin, path, {"Authorization": login})
        token = str(json.loads(answer)["token"])
        assert claims(token)["access"], token

    def forward_auth(self) -> None:
        headers = {"X-Original-Method": "GET", "X-Original-URI": PATH, "X-Real-IP": "192.0.2.9"}
        login = basic(self.known.login_name, self.known.secret)
        path = "/auth/registry?service=acme/front"
        self._ask(self.balancer.asked_by_proxies, path, headers | {"Authorization": login})

    def introspection(self) -> None:
        login = basic(self.known.service, self.known.service_secret)
        headers = {"Authorization": login, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"token": self.known.secret}).encode()
        assert json.loads(self._ask(self.balancer.origin, "/oauth/introspect", headers, body))[
            "active"
        ]

    def page(self) -> None:
        """The next page, as somebody who stays signed in, with what it asks for besides."""
        path = PAGES[self.counts.get("page", 0) % len(PAGES)]
        page = self.console.page(path)
        assert "Acme Works" in page, "signed out"
        assets = set(STATIC.findall(page))
        assert assets, page
        for asset in assets:
            self._ask(self.balancer.origin, asset, {})

    def creation(self) -> None:
        """A token; while tables are changed it may be refused, if that is said and nothing is made."""
        name = f"made-{self.counts.get('creation', 0)}"
        try:
            made = self.console.token(f"robots/{self.known.robot}/tokens/new/", name=name)
        except Refused as refusal:
            if refusal.status != 503:
                raise
            self.refused.add(name)
        else:
            self.created[name] = made["secret"]

    def _ask(
        self, origin: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> bytes:
        """What is answered with 200. A verifier that has no answer in time says so with 503, for which those
        who ask are made: as long as a table is locked, and on a busy machine. Nothing else is a yes.
        """
        answers: list[tuple[int, bytes]] = []

        def settled() -> bool:
            answers.append(self._answer(origin, path, headers, body))
            return answers[-1][0] != 503

        eventually(settled, f"{path} is answered")
        status, content = answers[-1]
        assert status == 200, f"{path}: {status} {content[:300]!r}"
        return content

    def _answer(
        self, origin: str, path: str, headers: dict[str, str], body: bytes | None
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=PATIENCE_SECONDS)
        connection.request("POST" if body else "GET", path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if by := answer.getheader("X-Answered-By"):
            self.answered_by.add(by)
        return answer.status, content


def basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def claims(token: str) -> dict[str, object]:
    """What a token says, signature aside."""
    part = token.split(".")[1]
    found: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found
