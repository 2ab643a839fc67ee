"""Creating tokens in processes that die at any moment, each request sent again until it is answered.

Run in an installation of its own, as `actions` is: a function by name, JSON in and out. A process
dies by its own timer, whose signal nobody handles: no code of ours runs after it.
"""

import json
import os
import random
import re
import selectors
import signal
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from console.audit.recording import chain_of  # noqa: E402
from console.audit.verification import verify_chain  # noqa: E402
from console.models import Event, Organization  # noqa: E402
from robots.models import Robot, Secret, Token  # noqa: E402
from robots.usage.counters import Use  # noqa: E402
from robots.verifiers.authentication import authenticate  # noqa: E402
from robots.verifiers.credential import Credential  # noqa: E402
from teams.models import User  # noqa: E402
from tests.front import environ_of  # noqa: E402
from tests.wsgi import application  # noqa: E402

PROCESSES = 3
CSRF = "a" * 32
SECRET = re.compile(rb'id="secret"[^>]*>([^<]+)<')
HOST = settings.ROSTER_ORIGIN.removeprefix("http://")


@dataclass(frozen=True)
class Visit:
    """Where the form is, who sends it, and how long a process lives that is to die in a request."""

    path: str
    cookies: str
    seconds: float
    death_rate: float


@dataclass
class Answers:
    """What came back: the secrets that were shown for each request, and which were led elsewhere."""

    shown: dict[int, list[str]] = field(default_factory=dict)
    led: list[int] = field(default_factory=list)
    deaths: int = 0

    def take(self, line: bytes) -> int:
        """One answer; says of which request."""
        number, secret = json.loads(line)
        if secret is None:
            self.led.append(number)
        else:
            self.shown.setdefault(number, []).append(secret)
        return int(number)

    def count(self, status: int) -> None:
        """How a process ended."""
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            sys.exit("an answer was neither the secret nor the way to the token")
        self.deaths += os.WIFSIGNALED(status)


def post(number: int, visit: Visit, statuses: list[str]) -> Any:
    """The answer to the form, still open: the server has not taken it over yet."""
    kind = "signed" if number % 5 == 0 else "compact"
    fields = {"name": f"t{number}", "expiry": "never", "kind": kind}
    fields |= {"request_key": str(UUID(int=(number + 1) << 64)), "csrfmiddlewaretoken": CSRF}
    environ = environ_of(visit.path, "POST", urlencode(fields).encode(), None) | {
        "HTTP_COOKIE": visit.cookies,
        "HTTP_HOST": HOST,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
    }
    return application(environ, lambda status, headers: statuses.append(status[:3]))


def work(numbers: list[int], visit: Visit, out: int) -> None:
    """Send each form and say what came, if this process lives long enough."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for number in numbers:
        dies = random.random() < visit.death_rate
        signal.setitimer(signal.ITIMER_REAL, random.uniform(0.0005, visit.seconds) if dies else 0)
        statuses: list[str] = []
        answer = post(number, visit, statuses)
        found = SECRET.search(b"".join(answer))
        if statuses != ["200" if found else "302"]:
            os._exit(1)
        os.write(out, json.dumps([number, found and found[1].decode()]).encode() + b"\n")
        answer.close()
    os._exit(0)


def start(numbers: list[int], visit: Visit) -> tuple[int, int]:
    """Fork a process for these requests; its id, and where its answers come."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        work(numbers, visit, writing)
    os.close(writing)
    return pid, reading


def read_all(reading: int) -> list[bytes]:
    """Every whole line until the process is gone."""
    with os.fdopen(reading, "rb") as lines:
        return [line for line in lines if line.endswith(b"\n")]


def run(requests: int, death_rate: float) -> Answers:
    answers, visit = Answers(), signed_in(death_rate)
    selector = selectors.DefaultSelector()

    def begin(numbers: list[int]) -> None:
        pid, reading = start(numbers, visit)
        selector.register(reading, selectors.EVENT_READ, (pid, numbers))

    for slot in range(PROCESSES):
        begin(list(range(slot, requests, PROCESSES)))
    while selector.get_map():
        for key, _ in selector.select():
            selector.unregister(key.fd)
            pid, numbers = key.data
            answered = {answers.take(line) for line in read_all(key.fd)}
            answers.count(os.waitpid(pid, 0)[1])
            if left := [number for number in numbers if number not in answered]:
                begin(left)
    return answers


def signed_in(death_rate: float) -> Visit:
    """Everything is read once before anything is forked; the connection is not to be shared."""
    client = Client(headers={"Host": HOST})
    client.force_login(User.objects.get(email="owner@example.com"))
    path = f"{Robot.objects.get(name='builder').get_absolute_url()}tokens/new/"
    for number in range(3):
        fields = {"name": f"warm{number}", "expiry": "never", "kind": "signed"}
        begun = time.monotonic()
        answer = client.post(path, fields | {"request_key": str(uuid4())})
        seconds = time.monotonic() - begun
        assert answer.status_code == 200
    connection.close()
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"
    return Visit(path, cookies, seconds * 2, death_rate)


def create(requests: int, death_rate: float) -> dict[str, Any]:
    """Send that many forms; what was answered."""
    return vars(run(requests, death_rate))


def created(shown: dict[str, str]) -> dict[str, Any]:
    """What is written down of tokens `t<number>`, and how many of the secrets that were shown work."""
    tokens = Token.objects.filter(name__startswith="t", robot__name="builder")
    secrets = Secret.objects.filter(token__in=tokens)
    organization = Organization.objects.get(slug="acme")
    undelivered = secrets.filter(handed_over_at=None).values_list("token__name", flat=True)
    own = set(tokens.values_list("uuid", flat=True))
    told = Event.objects.filter(action="token:created").values_list("target_uuid", flat=True)
    return {
        "tokens": tokens.count(),
        "secrets": secrets.count(),
        "events": sum(uuid in own for uuid in told),
        "faults": [fault.text for fault in verify_chain(chain_of(organization))],
        "working": sum(_is_of(secret, f"t{number}") for number, secret in shown.items()),
        "undelivered": [int(name.removeprefix("t")) for name in undelivered],
    }


def _is_of(secret: str, name: str) -> bool:
    found = authenticate(None, secret, Use("test"))
    return isinstance(found, Credential) and Token.objects.get(uuid=found.access_id).name == name


if __name__ == "__main__":
    result = globals()[sys.argv[1]](**json.loads(sys.argv[2]))
    sys.stdout.write(f"\n{json.dumps(result)}\n")
