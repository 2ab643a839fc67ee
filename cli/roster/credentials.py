"""Secrets by their shape alone: what Roster makes, told from anything else without asking anybody."""

import base64
import json
import re
import string
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from roster.shapes import Fields

# A secret that somebody pasted instead of a name.
SECRET = re.compile(r"(?:rbt|rsv)_[0-9A-Za-z]{8,}|\beyJ[\w-]{17,}")
COMPACT, SERVICE_SECRET = "compact", "service-secret"
SIGNED, ACCESS_TOKEN, REGISTRY_TOKEN = "signed", "access-token", "registry-token"
PREFIXES = {"rbt_": COMPACT, "rsv_": SERVICE_SECRET}
LENGTH, CHECK = 46, 6
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
MINTED = re.compile(r"[0-9A-Za-z]+")
JWT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
OWNER = re.compile(r"(robot|user)\|[0-9a-f-]{36}")
KEY_OF_SIGNED = "roster-"
UNKNOWN = (
    "Roster makes no secret of this shape; one that somebody chose and the key of a hand-over link"
    " look like any other word"
)
# Where files that Roster makes keep the secret.
FIELDS = ("token", "secret", "clientSecret", "client_secret")


def secret_in(text: str) -> str:
    """The secret of a file: all that is in it, or its field of JSON."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text.strip()
    fields = [found.get(name) for name in FIELDS] if isinstance(found, dict) else []
    return next((one for one in fields if isinstance(one, str)), text.strip())


def inspect(secret: str) -> Fields:
    """What can be told of a secret by itself; `fault` says why it is none that Roster made."""
    if kind := PREFIXES.get(secret[:4]):
        return _of_minted(kind, secret)
    if JWT.fullmatch(secret):
        return _of_signed(secret)
    return _faulty(None, UNKNOWN)


def _faulty(kind: str | None, fault: str, **more: object) -> Fields:
    return {"kind": kind, "well_formed": False, **more, "fault": fault}


def _of_minted(kind: str, secret: str) -> Fields:
    if len(secret) != LENGTH:
        return _faulty(kind, f"it has {len(secret)} characters instead of {LENGTH}")
    is_right = MINTED.fullmatch(secret[4:]) and secret[-CHECK:] == checksum(secret[:-CHECK])
    if not is_right:
        return _faulty(kind, "it was mistyped, or somebody else made it", checksum="wrong")
    return {"kind": kind, "well_formed": True, "checksum": "right"}


def checksum(text: str) -> str:
    """The CRC-32 of what stands before it, as six characters."""
    number, digits = zlib.crc32(text.encode()), ""
    while number:
        number, rest = divmod(number, len(BASE62))
        digits = BASE62[rest] + digits
    return digits.rjust(CHECK, "0")


def _of_signed(secret: str) -> Fields:
    header, claims = map(_members, secret.split(".")[:2])
    kind = _kind_of(header, claims)
    if kind is None:
        return _faulty(None, "it is a signed token (JWT) of a kind that Roster does not make")
    facts: Fields = {}
    for name, source, member, reading in _said_by(kind):
        given = (header if source == "header" else claims).get(member)
        try:
            facts[name] = reading(given)
        except (ValueError, TypeError, OverflowError, OSError):
            return _faulty(kind, f"what its {source} says as `{member}` is not what Roster writes")
    return {"kind": kind, "well_formed": True, **facts}


def claims_of(token: str) -> dict[str, Any]:
    """What a signed token (JWT) says, whoever signed it; empty where it is none."""
    return _members(token.split(".")[1]) if JWT.fullmatch(token) else {}


def _members(part: str) -> dict[str, Any]:
    """A part of a signed token; empty where it is none."""
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _kind_of(header: dict[str, Any], claims: dict[str, Any]) -> str | None:
    algorithm, key = header.get("alg"), str(header.get("kid"))
    if algorithm == "RS256" and key.startswith(KEY_OF_SIGNED):
        return SIGNED
    if algorithm == "ES256" and header.get("typ") == "at+jwt":
        return ACCESS_TOKEN
    return REGISTRY_TOKEN if algorithm == "ES256" and "access" in claims else None


Said = tuple[str, str, str, Callable[[Any], str | None]]


def _said_by(kind: str) -> list[Said]:
    """What a signed token of that kind says, where, and how it is read."""
    is_token = kind == SIGNED
    access_id: list[Said] = [("access_id", "claims", "jti", _access_id)]
    if not is_token:
        access_id = [("access_id", "claims", "client_id", _access_id)]
    return [
        ("issuer", "claims", "iss", _text),
        ("audience", "claims", "aud", _text),
        *(access_id if kind != REGISTRY_TOKEN else []),
        # Whoever pulls what is public is nobody.
        ("subject", "claims", "sub", _owner if is_token else _text),
        ("key_id", "header", "kid", _text),
        ("issued_at", "claims", "iat", _moment),
        ("expires_at", "claims", "exp", _end if is_token else _moment),
    ]


def _text(given: object) -> str:
    if isinstance(given, str):
        return given
    raise TypeError("no text")


def _access_id(given: object) -> str:
    return str(UUID(_text(given)))


def _owner(given: object) -> str:
    if OWNER.fullmatch(_text(given)):
        return str(given)
    raise ValueError("no owner")


def _moment(given: object) -> str:
    """Seconds since 1970 as the API writes a time."""
    if type(given) is not int:
        raise TypeError("no time")
    return datetime.fromtimestamp(given, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _end(given: object) -> str | None:
    return None if given is None else _moment(given)
