"""An installation without faults, and what `doctor` says of it."""

import io
import json
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as present
from django.core.management import CommandError, call_command
from pytest_django import Settings

from console.databases import clock
from console.models import JobLock
from tests.console.health.servers import Place, Talker
from tests.console.jobs.conftest import moved

__all__ = ["moved"]
Talk = Callable[..., Talker]


@pytest.fixture(autouse=True)
def site(settings: Settings) -> Iterator[Place]:
    """What stands at the address of the installation."""
    place = Place()
    settings.ROSTER_ORIGIN = f"http://127.0.0.1:{place.port}"
    yield place
    place.close()


@pytest.fixture
def talk() -> Iterator[Talk]:
    """Starts a server that talks, or hangs."""
    servers = list[Talker]()

    def start(greeting: bytes = b"", answer: bytes = b"", to: bytes = b"") -> Talker:
        servers.append(Talker(greeting, answer, to))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def all_jobs_ran() -> None:
    """Just now, and without a fault."""
    now = clock.now()
    JobLock.objects.bulk_create(
        JobLock(name=name, until=now, ran_at=now, tried_at=now) for name in present.JOBS
    )


Diagnosis = tuple[str, str]


class Doctor:
    """`manage.py doctor`: the exit code, and what is said of each check."""

    def __init__(self, *options: str) -> None:
        out = io.StringIO()
        self.code, self.summary = 0, ""
        try:
            call_command("doctor", "--format", "json", *options, stdout=out)
        except CommandError as end:
            self.code, self.summary = end.returncode, str(end)
        self.printed = out.getvalue()
        self.document = json.loads(self.printed)
        self.found: dict[str, Diagnosis] = {
            each["name"]: (each["state"], each["words"]) for each in self.document["checks"]
        }

    def says(self, name: str) -> Diagnosis:
        """The state of that check and its sentence."""
        return self.found[name]
