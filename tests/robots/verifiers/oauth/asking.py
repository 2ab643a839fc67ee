"""Asking the OAuth endpoints, as a robot's program and as a resource server."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from console.models import Organization, Service
from console.services.services import create_service, create_service_secret
from robots.tokens.services.tokens import create_token
from tests.conftest import Cast
from tests.front import Answer, ask, basic
from tests.robots.verifiers.asking import part

FORM: dict[str, Any] = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
API = "https://api.example.com"
ORIGIN = "http://127.0.0.1:8000"
GRANT = {"grant_type": "client_credentials"}
Fields = dict[str, str] | Sequence[tuple[str, str]]


def post(path: str, fields: Fields, authorization: str | None = None, **extra: Any) -> Answer:
    body = urlencode(fields).encode()
    return ask(f"/oauth/{path}", "POST", body=body, authorization=authorization, **FORM | extra)


def register(cast: Cast, organization: Organization | None, **more: Any) -> Service:
    """A resource server, of the site where no organization is named."""
    actor = cast.owner if organization == cast.organization else cast.stranger
    if organization is None:
        actor = cast.operator
    values = {"name": "api", "audience": API} | more
    return create_service(actor=actor, organization=organization, kind="resource", **values)


def proof(cast: Cast, service: Service) -> str:
    """The header of a service with a new secret."""
    owners = {cast.organization.pk: cast.owner, cast.other_organization.pk: cast.stranger}
    actor = owners.get(service.organization_id or 0, cast.operator)
    minted = create_service_secret(actor=actor, service=service)
    return basic(str(service.uuid), minted.plaintext.reveal())


def login(cast: Cast, secret: str = "") -> str:
    return basic(cast.robot.login_name, secret or cast.secret)


def request(cast: Cast, **fields: str) -> Answer:
    """A request for an access token by the cast's robot."""
    return post("token", GRANT | fields, login(cast))


def access_token(cast: Cast, **fields: str) -> str:
    answer = request(cast, **fields)
    assert answer.status == 200, answer.body
    token: str = answer.json["access_token"]
    return token


def claims(token: str) -> dict[str, Any]:
    found: dict[str, Any] = part(token, 1)
    return found


def introspect(authorization: str, token: str) -> Any:
    answer = post("introspect", {"token": token}, authorization)
    assert answer.status == 200, answer.body
    return answer.json


def signed(cast: Cast) -> str:
    """One more token of the robot, signed."""
    return create_token(actor=cast.owner, robot=cast.robot, name="signed").plaintext.reveal()


def fault(answer: Answer) -> tuple[int, str]:
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status, answer.json["error"]
