"""Programs that go on while something breaks: one makes tokens and ends them, others ask with them.

Each keeps what it was told. A change counts from its answer on; one without an answer may have come or not.
"""

import base64
import http.client
import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.interop.processes import Installation, eventually

SCOPE = "repository:acme/payments/api:pull"
QUESTION = f"/service/token?service=registry&scope={SCOPE}"
# Longer than any answer takes that is given in the end.
PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.02
ASKERS = 2
Answer = tuple[int, dict[str, str], bytes]
NOBODY: Answer = (0, {}, b"")


def ask(
    installation: Installation,
    path: str,
    authorization: str = "",
    method: str = "GET",
    document: object = None,
) -> Answer:
    """Status, headers and body; `NOBODY` where the connection is refused or cut off."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", installation.port, timeout=PATIENCE_SECONDS
    )
    headers = {"Authorization": authorization} if authorization else {}
    body = None
    if document is not None:
        headers["Content-Type"], body = "application/json", json.dumps(document)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        named = {name.lower(): value for name, value in answer.headers.items()}
        return answer.status, named, answer.read()
    except (OSError, http.client.HTTPException):
        return NOBODY
    finally:
        connection.close()


def login(secret: str) -> str:
    """The header of a robot that sends its secret; as a user name any will do that is the robot's."""
    return f"Bearer {secret}"


@dataclass
class Told:
    """What programs were answered."""

    # The secrets that work, those that were ended, and those of which nobody said what became of them.
    working: dict[str, str] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    doubted: dict[str, str] = field(default_factory=dict)
    # How often which status came, to whom.
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    # Answers that must not be, in words.
    wrong: list[str] = field(default_factory=list)

    def take(self, who: str, answer: Answer, expected: set[int]) -> int:
        """Note an answer; those that nobody has to expect are told to come back, or cut off."""
        status, headers, body = answer
        self.statuses[who, status] += 1
        if status == 503 and "retry-after" not in headers:
            self.wrong.append(f"{who}: 503 does not say when to come back")
        if status not in expected | {0, 503}:
            self.wrong.append(f"{who}: {status} {body[:300].decode(errors='replace')}")
        return status

    def answers(self, who: str, *statuses: int) -> int:
        """How often these statuses came."""
        return sum(self.statuses[who, status] for status in statuses)


class Traffic:
    """The programs, until they are stopped."""

    def __init__(self, installation: Installation) -> None:
        self.installation, self.told = installation, Told()
        made = installation.do("furnish")
        self.login_name, self.kept = made["login_name"], made["secret"]
        self.owner = login(installation.do("personal_token")["secret"])
        robots = "/api/v1/organizations/acme/robots/"
        _, _, found = ask(installation, robots, self.owner)
        (robot,) = json.loads(found)["results"]
        self.tokens = f"{robots}{robot['id']}/tokens/"
        self.made = 0
        self.stopped = threading.Event()
        programs = [self.change, *[self.question] * ASKERS]
        self.threads = [threading.Thread(target=self.go_on, args=(each,)) for each in programs]

    def go_on(self, step: Callable[[], object]) -> None:
        """Repeat it until nobody wants it any more; what breaks in it is what must not be."""
        try:
            while not self.stopped.wait(PAUSE_SECONDS):
                step()
        except Exception as fault:  # noqa: BLE001 - the test has to hear of it
            self.told.wrong.append(f"a program broke: {fault!r}")

    def change(self) -> None:
        """Make a token; end the one that has been there for the longest when there are some."""
        self.create()
        if len(self.told.working) > 5:
            self.end(next(iter(self.told.working)))

    def create(self) -> None:
        self.made += 1
        wanted = {"name": f"t{self.made}", "kind": "compact"}
        answer = ask(self.installation, self.tokens, self.owner, "POST", wanted)
        if self.told.take("creation", answer, {201}) == 201:
            made = json.loads(answer[2])
            self.told.working[made["access_id"]] = made["secret"]

    def end(self, access_id: str) -> None:
        """End a token, and ask with it at once when it was ended."""
        secret = self.told.doubted[access_id] = self.told.working.pop(access_id)
        path = f"{self.tokens}{access_id}/"
        answer = ask(self.installation, path, self.owner, "DELETE")
        if self.told.take("end", answer, {204}) == 204:
            self.told.ended[access_id] = self.told.doubted.pop(access_id)
            self.told.take("ended", self.token(secret), {401})

    def question(self) -> None:
        """Ask with a token that works, one that was ended and one that never was."""
        self.told.take("kept", self.token(self.kept), {200})
        if ended := list(self.told.ended.values()):
            self.told.take("ended", self.token(random.choice(ended)), {401})
        self.told.take("invented", self.token("rst_" + "0" * 40), {401})

    def token(self, secret: str) -> Answer:
        """What a registry's client is answered that comes with this secret."""
        both = base64.b64encode(f"{self.login_name}:{secret}".encode()).decode()
        return ask(self.installation, QUESTION, f"Basic {both}")

    def flows(self, changes: int = 10) -> None:
        """Wait until so many changes more were acknowledged, and questions answered."""
        before = self._counted()
        eventually(
            lambda: all(
                now - then >= changes for now, then in zip(self._counted(), before, strict=True)
            ),
            f"changes and answers: {self.told.statuses} {self.told.wrong}",
        )

    def _counted(self) -> list[int]:
        told = self.told
        return [told.answers("creation", 201), told.answers("end", 204), told.answers("kept", 200)]

    def fails(self, who: str = "creation", times: int = 3) -> None:
        """Wait until so many were not answered, or told to come back."""
        before = self.told.answers(who, 0, 503)
        eventually(
            lambda: self.told.answers(who, 0, 503) - before >= times,
            f"the fault is noticed: {self.told.statuses}",
        )

    def stop(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def require_kept(self) -> None:
        """Nothing was answered wrongly, what was acknowledged is there, and the audit log has it once."""
        told = self.told
        assert told.wrong == []
        works = {name: self.token(secret)[0] for name, secret in told.working.items()}
        assert works == dict.fromkeys(works, 200)
        ended = {name: self.token(secret)[0] for name, secret in told.ended.items()}
        assert ended == dict.fromkeys(ended, 401)
        own = self.installation
        events = own.do("changes_of", targets=[*told.working, *told.ended])
        made, both = ["token:created"], ["token:created", "token:deleted"]
        assert events == {name: both if name in ended else made for name in events}
        verified = own.manage("verify_audit")
        assert verified.returncode == 0, verified.stdout + verified.stderr


@contextmanager
def traffic(installation: Installation) -> Iterator[Traffic]:
    """Programs that are at work; they stop at the end."""
    going = Traffic(installation)
    for thread in going.threads:
        thread.start()
    try:
        going.flows()
        yield going
    finally:
        going.stop()


def lines(output: str) -> list[dict[str, Any]]:
    """The lines of a log that are objects; a full disk cuts some off."""
    whole = (line for line in output.splitlines() if line.startswith("{") and line.endswith("}"))
    return [json.loads(line) for line in whole]


def require_calm(output: str) -> None:
    """What is said of faults is short, has no traceback, and is not said for each request."""
    assert "Traceback" not in output, output[output.index("Traceback") - 2000 :][:6000]
    faults = [line for line in lines(output) if line["level"].lower() in {"warning", "error"}]
    assert max(map(len, map(str, faults)), default=0) < 1_000
    seconds = Counter((line["event"], line.get("timestamp", "")[:19]) for line in faults)
    # Each worker may say it, and a second is cut in two by the clock.
    assert max(seconds.values(), default=0) <= 8, seconds.most_common(3)
