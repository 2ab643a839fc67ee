"""Secrets as people copy them, and names that only look a little like one."""

import base64
import json

from console.minted_secrets import mint
from console.models.service_secrets import SERVICE_PREFIX
from robots.tokens.services.tokens import create_token
from tests.conftest import Cast

NAMES = [
    "payments",
    "robot_acme.payments+ci",
    "Bearer of bad news",
    "basic auth",
    "eyJ",
    "rbt_",
    "rsv_",
    "payments/api-gateway-service-production",
    "018f2f0e-7c11-7b3a-9d3c-2f5e8a1b0c4d",
    "owner@example.com",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "RoleUpdateServiceOfProduction",
    "ThisIsAVeryLongCamelCaseNameOfSomething",
    "aGVsbG8gd29ybGQsIHRoaXMgaXMgdGV4dA==",
]


def encoded(login: str, secret: str) -> str:
    return base64.b64encode(f"{login}:{secret}".encode()).decode()


def shapes(cast: Cast) -> dict[str, str]:
    """The cast's secrets as people copy them."""
    signed = create_token(actor=cast.owner, robot=cast.robot, name="signed").plaintext.reveal()
    basic = encoded(cast.robot.login_name, cast.secret)
    service = mint(SERVICE_PREFIX).reveal()
    return {
        "compact": cast.secret,
        "signed": signed,
        "of a service": service,
        "with blanks": f"  {cast.secret}\n",
        "first half": signed[: len(signed) // 2],
        "without its end": cast.secret[:20],
        "bearer": f"Authorization: Bearer {signed}",
        "small bearer": f"authorization: bearer {'x' * 20}",
        "basic": f"Basic {basic}",
        "base64": basic,
        "basic with an own secret": f"Basic {encoded(cast.robot.login_name, 'Sommer-2026')}",
        "line of .env": f"ROSTER_TOKEN={cast.secret}",
        "download": json.dumps({"name": "ci", "secret": cast.secret}),
        "own secret in a download": json.dumps({"username": "robot_x", "password": "Sommer-2026"}),
        "docker": json.dumps({"auths": {"registry.example.com": {"auth": basic}}}),
        **encodings({"compact": cast.secret, "signed": signed, "service's": service}),
    }


def encodings(secrets: dict[str, str]) -> dict[str, str]:
    """Each in base64, behind so many bytes that it begins at each place of three."""
    return {
        f"{kind} behind {login}": encoded(login, secret)
        for login in ("", "a", "ab", "abc", "abc@example.com")
        for kind, secret in secrets.items()
    }
