"""The requests that the servers are loaded with."""

import http.client
import json
import random
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from bench.data import Dataset
from bench.load import Load, http_request
from bench.machine import HERE
from bench.peers import PASSWORD, USER, basic
from bench.server import Running

# People who look at pages while machines ask.
PEOPLE = 2
# More forms than one run can send: a form that came before is answered without a new token.
FORMS = 6_000


def _token_requests(logins: list[list[str]], service: str) -> list[bytes]:
    """One scope, pull and push, for each login; in an order that no cache of ours could follow."""
    found = []
    for user, secret, path in random.Random(7).sample(logins, len(logins)):
        scope = f"repository:{path}:pull,push"
        asked = f"/service/token?{urlencode({'service': service, 'scope': scope})}"
        found.append(http_request("GET", asked, basic(user, secret)))
    return found


def _page(known: dict[str, Any], path: str) -> Callable[[], list[bytes]]:
    request = http_request("GET", path, {"Cookie": known["cookies"]})
    return lambda: [request]


def _forms(known: dict[str, Any], kind: str) -> Callable[[], list[bytes]]:
    """Forms that make a token each, over many robots."""

    def form(number: int) -> bytes:
        fields = {
            "csrfmiddlewaretoken": known["csrf"],
            "name": f"form-{uuid.uuid4().hex}",
            "expiry": "never",
            "kind": kind,
            "request_key": str(uuid.uuid4()),
        }
        path = known["token forms"][number % len(known["token forms"])]
        return http_request("POST", path, {"Cookie": known["cookies"]}, urlencode(fields))

    return lambda: [form(number) for number in range(FORMS)]


def over_all(server: Running, dataset: Dataset) -> list[Load]:
    """What is measured over the large data, all of it in one organization."""
    known, port = dataset.known, server.port
    pages, robots = known["addresses"], known["addresses"]["robots"]
    found = f"{robots}?q={known['terms']['common']}"
    return [
        Load("the front alone (/livez)", port, lambda: [http_request("GET", "/livez")]),
        *over_part(server, dataset),
        token_load("registry token, login name + compact secret", port, known, "compact"),
        token_load("registry token, robot with 1,000 grants", port, known, "wide"),
        Load("robots, searched", port, _page(known, found)),
        Load("robot page", port, _page(known, pages["robot"])),
        Load("audit log", port, _page(known, pages["audit log"])),
        Load("sign-in page", port, lambda: [http_request("GET", pages["sign-in"])]),
        Load("token created through the page, signed", port, _forms(known, "signed"), strict=True),
        Load(
            "token created through the page, compact", port, _forms(known, "compact"), strict=True
        ),
    ]


def over_part(server: Running, dataset: Dataset) -> list[Load]:
    """What is also measured over the other data."""
    known = dataset.known
    listed = _page(known, known["addresses"]["robots"])
    return [
        token_load("registry token, access ID + signed secret", server.port, known, "signed"),
        Load("robots, first page", server.port, listed),
    ]


def token_load(name: str, port: int, known: dict[str, Any], kind: str) -> Load:
    """Registry tokens, each with one of the known secrets of a kind."""
    requests = _token_requests(known[kind], known["service"])
    return Load(name, port, lambda: requests)


def registries(servers: dict[str, Running], roster: Running, dataset: Dataset) -> list[Load]:
    """Container registries that ask nobody, an htpasswd file, and Roster once in 300 seconds."""
    known = dataset.known

    def with_token() -> list[bytes]:
        return [http_request("GET", "/v2/", {"Authorization": f"Bearer {_token(roster, known)}"})]

    def with_password() -> list[bytes]:
        return [http_request("GET", "/v2/", basic(USER, PASSWORD))]

    asked = {"nobody": with_password, "htpasswd": with_password, "token": with_token}
    names = {
        "nobody": "docker-registry that asks nobody",
        "htpasswd": "docker-registry, htpasswd, bcrypt 5",
        "token": "docker-registry, a token of Roster's",
    }
    return [Load(names[kind], server.port, asked[kind]) for kind, server in servers.items()]


def _token(server: Running, known: dict[str, Any]) -> str:
    user, secret, path = known["signed"][0]
    asked = {"service": known["service"], "scope": f"repository:{path}:pull,push"}
    connection = http.client.HTTPConnection(HERE, server.port, timeout=10)
    connection.request("GET", f"/service/token?{urlencode(asked)}", headers=basic(user, secret))
    token: str = json.loads(connection.getresponse().read())["token"]
    connection.close()
    return token


@contextmanager
def people(port: int, known: dict[str, Any], seconds: float) -> Iterator[None]:
    """`PEOPLE` who open one list after the other for so long."""
    command = [
        "wrk",
        "--threads",
        "1",
        "--connections",
        str(PEOPLE),
        "--duration",
        f"{seconds:.0f}s",
    ]
    command += ["--header", f"Cookie: {known['cookies']}", "--header", "X-Forwarded-For: 192.0.2.7"]
    command += [f"http://{HERE}:{port}{known['addresses']['robots']}"]
    reading = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    yield
    reading.wait()
