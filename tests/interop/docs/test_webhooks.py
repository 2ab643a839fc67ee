"""docs/webhooks.md: a webhook is made by its commands, and its receivers take what a running Roster sends."""

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from console.notices.kinds import TEST
from tests.https import Server, Visit, answer, authority
from tests.interop.docs.pages import Guide, Typist, typist_of, walks
from tests.interop.processes import Installation, eventually, free_port, require_tool, serving

RECEIVED = ("webhook-id", "webhook-timestamp", "webhook-signature")


@pytest.fixture
def port() -> int:
    """Where the page's receiver listens."""
    return free_port()


@pytest.fixture
def front(port: int) -> Iterator[Server]:
    """The proxy before it that ends TLS."""

    def forward(visit: Visit) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("POST", visit.target, visit.body, visit.headers)
        visit.send(answer(connection.getresponse().status))
        connection.close()

    server = Server(forward, authority().context())
    yield server
    server.close()


@pytest.fixture
def typist(prepared_data: Path, front: Server, port: int, tmp_path: Path) -> Iterator[Typist]:
    """Somebody of acme, at a Roster that may send to this machine."""
    for program in ("curl", "jq"):
        require_tool(program)
    allowed = {"ROSTER_OUTGOING_NETWORKS": "127.0.0.1"}
    allowed["ROSTER_OUTGOING_CA_FILE"] = str(authority().file)
    installation = Installation.copied(prepared_data, tmp_path / "roster", **allowed)
    with serving(installation):
        installation.do("furnish")
        secret = str(installation.do("personal_token")["secret"])
        places = {"https://hooks.example.com/roster": front.url("/roster"), "8080": str(port)}
        yield typist_of(installation, secret, tmp_path / "home", **places)


def secret_in(typist: Typist, name: str = "secret.txt") -> str:
    return (typist.home / name).read_text().strip()


def is_listening(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


@walks("webhooks.md")
def test_a_program_hears_what_happens(
    guide: Guide, typist: Typist, front: Server, port: int
) -> None:
    typist.follows(guide)
    typist.known["WEBHOOK_SECRET"] = secret_in(typist)
    (typist.home / "receiver.py").write_text(typist.translated(guide.take("python")))
    by_hand, sample = guide.take("python"), json.loads(guide.take("json"))
    assert json.loads(guide.take("json")).keys() == sample.keys()
    with typist.running("python receiver.py"):
        eventually(lambda: is_listening(port), "the receiver listens")
        typist.follows(guide)
        eventually(lambda: front.visits, "the test has come")
        (visit,) = front.visits
        log = typist.home / "log"
        eventually(lambda: TEST in log.read_text(), "the receiver believes it")
        eventually(lambda: _is_noted(typist), "Roster has noted the answer")
        typist.follows(guide)
    assert sample.keys() == json.loads(visit.body).keys()
    believes_what_was_sent_alone(typist, by_hand, visit)
    typist.follows(guide)
    for name in ("secret.txt", "new-secret.txt"):
        Webhook(secret_in(typist, name))
    assert secret_in(typist) != secret_in(typist, "new-secret.txt")


def _is_noted(typist: Typist) -> bool:
    webhook = json.loads((typist.home / "webhook.json").read_text())["id"]
    below = f"$ROSTER/api/v1/organizations/acme/webhooks/{webhook}/deliveries/"
    said = typist.types(f'curl --silent --oauth2-bearer "$ROSTER_TOKEN" "{below}"')
    return bool(json.loads(said)["results"][0]["state"] == "delivered")


def believes_what_was_sent_alone(typist: Typist, program: str, visit: Visit) -> None:
    (typist.home / "body.json").write_bytes(visit.body)
    sent = {name.upper().replace("-", "_"): visit.headers[name] for name in RECEIVED}
    typist.types(program, "python", **sent)
    (typist.home / "body.json").write_bytes(visit.body + b" ")
    with pytest.raises(AssertionError, match="somebody else sent this"):
        typist.types(program, "python", **sent)
