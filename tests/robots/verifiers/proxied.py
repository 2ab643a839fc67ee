"""Asking as proxies ask: a request as the server hands it over, with the headers of each kind of proxy."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from console.models import Organization, Service
from console.services.services import create_service
from console.serving import calling, endpoints
from console.serving.heads import read_head
from robots.models import Robot, Token
from robots.tokens.services.tokens import create_token
from tests.conftest import Cast
from tests.console.serving.asking import scope_of
from tests.factories import RobotGrantFactory
from tests.front import basic

PEER, CLIENT = "192.0.2.80", "198.51.100.9"
KINDS = ("nginx", "traefik", "caddy", "envoy", "haproxy")
Pairs = list[tuple[str, str]]
# Method, URI and address in each one's words; Envoy says the first two with its own request.
HEADERS = {
    "nginx": ("X-Original-Method", "X-Original-URI", "X-Real-IP"),
    "traefik": ("X-Forwarded-Method", "X-Forwarded-Uri", "X-Forwarded-For"),
    "caddy": ("X-Forwarded-Method", "X-Forwarded-Uri", "X-Forwarded-For"),
    "haproxy": ("X-HAProxy-Method", "X-HAProxy-Uri", "X-HAProxy-Address"),
    "envoy": ("", "", "X-Envoy-External-Address"),
}


@dataclass(frozen=True)
class Reply:
    """What the proxy gets."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def reason(self) -> str:
        return str(json.loads(self.body)["errors"][0]["message"])


@dataclass(frozen=True)
class Known:
    """A robot of the organization, and a token of it."""

    cast: Cast
    robot: Robot
    token: Token
    secret: str

    @property
    def login(self) -> str:
        return basic(self.robot.login_name, self.secret)

    def hold(self, where: str, permissions: Collection[str]) -> None:
        """Let it hold just these in o, the organization, p, its project, or r, its repository."""
        places = {
            "organization": self.cast.organization,
            "project": self.cast.project,
            "repository": self.cast.repository,
        }
        self.robot.grants.all().delete()
        if permissions:
            kept = dict(list(places.items())[: "opr".index(where) + 1])
            RobotGrantFactory(robot=self.robot, permissions=set(permissions), **kept)


def known_of(cast: Cast) -> Known:
    """The organization's own robot, which holds nothing yet, with a token."""
    robot = cast.organization_robot
    minted = create_token(actor=cast.owner, robot=robot, name="front", kind="compact")
    return Known(cast, robot, minted.token, minted.plaintext.reveal())


def register(cast: Cast, organization: Organization | None, **more: Any) -> Service:
    """A proxy's service, called `front` and nginx unless told."""
    actor = cast.owner if organization == cast.organization else cast.stranger
    if organization is None:
        actor = cast.operator
    values = {"name": "front", "host": "registry.example.com", "proxy": "nginx"} | more
    return create_service(actor=actor, organization=organization, kind="proxy", **values)


def send(
    target: str, headers: Iterable[tuple[str, str]], method: str = "GET", peer: str = PEER
) -> Reply:
    """One request, with headers as they stand on the wire."""
    head = read_head(scope_of(target, method, headers, peer))
    handler = endpoints.routes()[head.target]
    answer = calling.answer(handler, head, b"", calling.caller_of(handler, head))
    said = {name.decode().lower(): value.decode() for name, value in answer.headers}
    return Reply(answer.status, said, answer.body)


def said_by(proxy: str, method: str, uri: str, client: str = CLIENT) -> Pairs:
    """The headers in which a proxy says what was asked."""
    values = zip(HEADERS[proxy], (method, uri, client), strict=True)
    return [(name, value) for name, value in values if name]


def question(
    method: str,
    uri: str,
    authorization: str | None = None,
    *,
    proxy: str = "nginx",
    service: str = "acme/front",
    more: Pairs | None = None,
) -> Reply:
    """What `/auth/registry` says of a client's request."""
    target = f"/auth/registry?service={service}"
    headers = said_by(proxy, method, uri) + (more or [])
    if authorization is not None:
        headers.append(("Authorization", authorization))
    if proxy == "envoy":
        return send(f"{target}&original={uri}", headers, method)
    return send(target, headers)


def verification(
    authorization: str | None, permission: str, resource: str, service: str = "acme/front"
) -> Reply:
    """What `/auth/verify` says of a client, behind nginx."""
    query = urlencode({"service": service, "permission": permission, "resource": resource})
    headers = said_by("nginx", "GET", "/")
    if authorization is not None:
        headers.append(("Authorization", authorization))
    return send(f"/auth/verify?{query}", headers)
