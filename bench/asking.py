"""What verifiers are asked, and what goes on beside it."""

import http.client
import json
import random
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlencode

from bench.load import Load, http_request
from bench.machine import HERE
from bench.peers import basic
from tests.interop import slow
from tests.interop.api_server import token_review

PULL = "artifact:pull"
CLIENT = "192.0.2.7"
SECOND = 1.0


class Asking:
    """The requests over one data set, one for each login that is known, in an order that no cache follows."""

    def __init__(self, known: dict[str, Any]) -> None:
        self.known = known
        logins = known["compact"]
        self.logins = random.Random(7).sample(logins, len(logins))

    def front(self, name: str, port: int) -> Load:
        """What asks nothing."""
        return Load(name, port, lambda: [http_request("GET", "/livez")])

    def registry(self, name: str, port: int) -> Load:
        """A registry token: one scope, pull and push."""
        service = self.known["service"]
        made = [
            http_request(
                "GET",
                "/service/token?"
                + urlencode({"service": service, "scope": f"repository:{path}:pull,push"}),
                basic(user, secret),
            )
            for user, secret, path in self.logins
        ]
        return Load(name, port, lambda: made)

    def oauth(self, name: str, port: int) -> Load:
        """An access token for the resource server."""
        body = urlencode(
            {"grant_type": "client_credentials", "audience": self.known["services"]["audience"]}
        )
        made = [
            http_request("POST", "/oauth/token", basic(user, secret), body)
            for user, secret, _ in self.logins
        ]
        return Load(name, port, lambda: made)

    def introspection(self, name: str, port: int) -> Load:
        """The resource server asks about the robots' own tokens."""
        services = self.known["services"]
        client = basic(services["client"], services["secret"])
        made = [
            http_request("POST", "/oauth/introspect", client, urlencode({"token": secret}))
            for _, secret, _ in self.logins
        ]
        return Load(name, port, lambda: made)

    def review(self, name: str, port: int) -> Load:
        """A cluster's API server asks who comes with the robots' own tokens."""
        cluster = {"Authorization": f"Bearer {self.known['services']['cluster']}"}
        asked, kind = "/kubernetes/token-review?timeout=30s", "application/json"
        made = [
            http_request("POST", asked, cluster, json.dumps(token_review(secret)), kind)
            for _, secret, _ in self.logins
        ]
        return Load(name, port, lambda: made)

    def verification(self, name: str, port: int) -> Load:
        """A proxy names the permission itself."""
        service = self.known["services"]["proxy"]
        made = [
            self._proxied(
                "/auth/verify?"
                + urlencode({"service": service, "permission": PULL, "resource": path}),
                user,
                secret,
                path,
            )
            for user, secret, path in self.logins
        ]
        return Load(name, port, lambda: made)

    def question(self, name: str, port: int) -> Load:
        """A proxy before a registry passes on what its client asks for."""
        asked = f"/auth/registry?{urlencode({'service': self.known['services']['proxy']})}"
        made = [self._proxied(asked, *login) for login in self.logins]
        return Load(name, port, lambda: made)

    def _proxied(self, asked: str, user: str, secret: str, path: str) -> bytes:
        """As nginx asks."""
        original = {
            "X-Original-Method": "GET",
            "X-Original-URI": f"/v2/{path}/manifests/latest",
            "X-Real-IP": CLIENT,
        }
        return http_request("GET", asked, basic(user, secret) | original)


@contextmanager
def changes(port: int, known: dict[str, Any]) -> Iterator[None]:
    """Somebody makes a token each second, which moves the organization's audit chain."""
    over = threading.Event()
    acting = threading.Thread(target=_change, args=(port, known, over))
    acting.start()
    try:
        yield
    finally:
        over.set()
        acting.join()


def _change(port: int, known: dict[str, Any], over: threading.Event) -> None:
    forms = known["token forms"]
    while not over.wait(SECOND):
        fields = {
            "csrfmiddlewaretoken": known["csrf"],
            "name": f"form-{uuid.uuid4().hex}",
            "expiry": "never",
            "kind": "compact",
            "request_key": str(uuid.uuid4()),
        }
        headers = {
            "Cookie": known["cookies"],
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": CLIENT,
        }
        connection = http.client.HTTPConnection(HERE, port, timeout=20)
        connection.request("POST", random.choice(forms), urlencode(fields), headers)
        status = connection.getresponse().status
        connection.close()
        if status >= 400:  # the figures would be of something else
            raise SystemExit(f"a change was answered {status}")


@contextmanager
def slow_clients(port: int) -> Iterator[None]:
    """50 bodies come a byte at a time, and 500 connections ask for nothing."""
    with ExitStack() as held:
        held.enter_context(slow.idle(port))
        held.enter_context(slow.senders(port))
        yield
