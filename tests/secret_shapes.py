"""Secrets as Roster mints them, hundreds of each kind, and what only looks like one."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from console.minted_secrets import mint
from console.models.service_secrets import SERVICE_PREFIX
from robots.base.credentials import mint_compact, mint_signed
from robots.base.jwt import Signer
from robots.models import SigningKey
from robots.secrets import signing_keys

FOLDER = Path(__file__).parent.parent / "deploy" / "secret-scanning"
COMPACT, SIGNED, SERVICE = "roster_compact_token", "roster_signed_token", "roster_service_secret"
EACH = 300
ORIGINS = (
    "http://a",
    "http://127.0.0.1:8000",
    "https://roster.a-rather-long-name.example.com:8443",
)
ENDS = (None, datetime(2099, 1, 1, tzinfo=UTC))


@cache
def patterns() -> dict[str, Any]:
    """The published ones, by the name that a partner gives them."""
    return {each["type"]: each for each in json.loads((FOLDER / "patterns.json").read_text())}


def searched(kind: str) -> str:
    """The pattern with its bounds, as scanners search for it that know one expression alone."""
    shape = patterns()[kind]
    behind = shape["after"].removeprefix(r"\z|")
    return rf"({shape['pattern']})(?:{behind}|$)"


def found(kind: str, text: str) -> list[str]:
    return re.findall(searched(kind), text)


def compact() -> list[str]:
    return [mint_compact().reveal() for _ in range(EACH)]


def of_services() -> list[str]:
    return [mint(SERVICE_PREFIX).reveal() for _ in range(EACH)]


def signed(*signers: Signer) -> list[str]:
    """By several keys, of robots and people, with and without an end, of short and long origins."""
    return [
        mint_signed(
            signers[number % len(signers)],
            access_id=uuid4(),
            subject=f"{('robot', 'user')[number % 2]}|{uuid4()}",
            issuer=ORIGINS[number % len(ORIGINS)],
            expires_at=ENDS[number // 2 % len(ENDS)],
        ).reveal()
        for number in range(EACH)
    ]


@cache
def all_minted() -> dict[str, list[str]]:
    """By kind; the signed ones by three keys as the product makes them, which asks the keyring's database."""
    rows = [signing_keys.make(SigningKey.Purpose.ROBOT_TOKENS) for _ in range(3)]
    signers = [signing_keys._identity(row).signer for row in rows]
    return {COMPACT: compact(), SIGNED: signed(*signers), SERVICE: of_services()}


def near_misses(kind: str, secret: str) -> Iterator[str]:
    """What is one character away from a secret, and others that look like one."""
    yield secret[:-1]
    yield f"{secret}A"
    yield secret[1:]
    yield secret.upper()
    yield f"{secret[:-8]}.{secret[-7:]}"
    yield f"{secret[:9]} {secret[9:]}"
    if kind == SIGNED:
        head, body, signature = secret.split(".")
        yield f"{head}.{signature}.{body}"
        yield f"{head}.{body}"
        yield f"eyJhbGciOiJSUzI1NiJ9.{body}.{signature}"
    else:
        yield secret.replace("_", "-", 1)
        yield f"{secret[:20]}_{secret[21:]}"
