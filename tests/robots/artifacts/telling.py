"""Telling Roster what a registry does, as the distribution project's registry 2.8 says it."""

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils import timezone

from console.models import Organization, Service
from console.services.services import create_service, create_service_secret
from robots.artifacts.envelope import read_envelope
from robots.artifacts.noting import note_events
from tests.conftest import Cast
from tests.front import Answer, ask

URL = "/service/events"
KIND = "application/vnd.docker.distribution.events.v1+json"
IMAGE = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
LAYER = "application/octet-stream"
PATH = "acme/payments/api"
Event = dict[str, Any]


def digest_of(number: int) -> str:
    return f"sha256:{number:064x}"


def event(
    action: str = "push",
    tag: str = "1",
    digest: str = digest_of(1),
    *,
    path: str = PATH,
    actor: str = "robot_acme.payments+ci",
    at: datetime | None = None,
    **target: Any,
) -> Event:
    """One event about a manifest; each call has an id of its own."""
    about = {"mediaType": IMAGE, "size": 500, "length": 500, "repository": path}
    about |= {"digest": digest, "tag": tag, "url": f"http://localhost/v2/{path}/manifests/{digest}"}
    return {
        "id": str(uuid4()),
        "timestamp": (at or timezone.now()).isoformat(),
        "action": action,
        "target": {name: value for name, value in (about | target).items() if value != ""},
        "request": {
            "id": str(uuid4()),
            "addr": "192.0.2.9:40000",
            "host": "registry.example.com",
            "method": {"push": "PUT", "pull": "GET"}.get(action, "DELETE"),
            "useragent": "containers/5.23.1 (github.com/containers/image)",
        },
        "actor": {"name": actor} if actor else {},
        "source": {"addr": "host:5000", "instanceID": str(uuid4())},
    }


def note(*events: Event) -> None:
    """What follows when the registry of the environment has told of these."""
    service = Service.objects.get(from_environment=True)
    envelope = read_envelope(json.dumps({"events": events}).encode(), timezone.now())
    assert note_events(service, envelope.events)["counted"] == len(events)


class Registry:
    """A registry with a secret: of the environment, of the site, or of an organization."""

    def __init__(self, cast: Cast, organization: Organization | None = None) -> None:
        owners = {cast.organization: cast.owner, cast.other_organization: cast.stranger}
        actor = owners[organization] if organization else cast.operator
        self.service = Service.objects.filter(from_environment=True).get()
        if organization:
            of: Any = {"actor": actor, "organization": organization}
            self.service = create_service(**of, name="told", host="told.example.com")
        minted = create_service_secret(actor=actor, service=self.service)
        self.secret = minted.plaintext.reveal()

    def send(self, *events: Any) -> Answer:
        return self.post({"events": list(events)})

    def post(self, document: Any, **extra: Any) -> Answer:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        extra = {"CONTENT_TYPE": KIND} | extra
        return ask(URL, "POST", body=body, authorization=f"Bearer {self.secret}", **extra)

    def tells(self, *events: Any, **expected: int) -> None:
        """It is taken, and comes to that; all of them count where nothing else is said."""
        answer = self.send(*events)
        assert answer.status == 200, answer.body
        came_to = dict.fromkeys(("counted", "repeated", "ignored", "unreadable"), 0)
        assert answer.json == came_to | (expected or {"counted": len(events)})
