"""Jobs that have a token of their own: a robot account that trusts their issuer, and where they log in."""

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from robots.models import Trust
from tests.cli.shells import Shell
from tests.robots.trusts.foreign import Issuer

REGISTRY = "registry.example.com"


@dataclass(frozen=True)
class Workplace:
    """A server that answers as in the product, a trust there, and its issuer."""

    url: str
    trust: Trust
    issuer: Issuer

    def token(self, **claims: Any) -> str:
        """A new token of the job."""
        return self.issuer.token(self.trust.audience, **claims)

    def gets_in(self, username: str, password: str) -> bool:
        """Whether the registry's token service takes this login, for a pull."""
        asked = urlencode({"service": "registry", "scope": "repository:acme/payments/api:pull"})
        answer = httpx.get(f"{self.url}/service/token?{asked}", auth=(username, password))
        return bool(answer.status_code == 200 and actions(answer.json()["token"]))


def claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def actions(token: str) -> list[Any]:
    found: list[Any] = claims(token)["access"]
    return found


def log_in(shell: Shell, job: Workplace, *arguments: str, **environment: str) -> str:
    """What a login with the job's own token says."""
    return shell.good("login", "--oidc", "--server", job.url, *arguments, **environment)
