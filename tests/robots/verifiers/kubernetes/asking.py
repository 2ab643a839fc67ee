"""Asking as kube-apiserver asks: the TokenReview that it sends, with the secret of a cluster's service."""

import json
from collections.abc import Sequence
from typing import Any

from console.models import Organization, Service
from console.services.services import create_service, create_service_secret
from tests.conftest import Cast
from tests.front import Answer, ask
from tests.interop import api_server
from tests.interop.api_server import token_review

# As API servers ask, which say how long they wait.
URL = "/kubernetes/token-review?timeout=30s"
VERSION = "authentication.k8s.io/v1"
SENT: dict[str, Any] = {
    "CONTENT_TYPE": "application/json",
    "HTTP_ACCEPT": "application/json, */*",
    "HTTP_USER_AGENT": "kube-apiserver/v1.32.4 (linux/amd64) kubernetes/59526cd",
}
(ITSELF,) = api_server.ITSELF
REFUSED = {"authenticated": False, "error": "this token is not valid here"}


def register(cast: Cast, organization: Organization | None, **more: Any) -> Service:
    """A cluster, of the site where no organization is named."""
    values = {"name": "prod"} | more
    return create_service(
        actor=_changing(cast, organization), organization=organization, kind="cluster", **values
    )


def _changing(cast: Cast, organization: Organization | None) -> Any:
    """Who may change services there."""
    owners = {cast.organization: cast.owner, cast.other_organization: cast.stranger}
    return owners[organization] if organization else cast.operator


def proof(cast: Cast, service: Service) -> str:
    """The header of a cluster with a new secret."""
    minted = create_service_secret(actor=_changing(cast, service.organization), service=service)
    return f"Bearer {minted.plaintext.reveal()}"


def post(document: object, authorization: str | None, **extra: Any) -> Answer:
    body = document if isinstance(document, bytes) else json.dumps(document).encode() + b"\n"
    return ask(URL, "POST", body=body, authorization=authorization, **SENT | extra)


def reviewed(authorization: str, token: str, audiences: Sequence[str] | None = (ITSELF,)) -> Any:
    """The status of the answer."""
    answer = post(token_review(token, audiences or ()), authorization)
    assert answer.status == 200, answer.body
    return answer.json["status"]


def groups(authorization: str, token: str) -> list[str]:
    """Those of whoever comes with the token; nobody is in any."""
    found: list[str] = reviewed(authorization, token).get("user", {}).get("groups", [])
    return found
