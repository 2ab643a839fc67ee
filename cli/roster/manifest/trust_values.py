"""What a trust's fields may hold, by the server's own rules as far as they need no data of its."""

import json
from contextlib import suppress

from roster.manifest.documents import Mapping
from roster.manifest.values import Reader, Wrong, permissions, text
from roster.moments import length
from roster.shapes import Json

LONGEST_WORD, LONGEST_KEYS = 500, 64 * 1024
MAX_CONDITIONS, LONGEST_CLAIM, LONGEST_VALUE = 20, 200, 500
# What is checked of every token anyway.
JUDGED_APART = frozenset({"iss", "aud", "exp", "iat", "nbf", "jti"})
PART_ENDS = (":", "/")
LEAST_SECONDS, MOST_SECONDS = 300, 3600
# The parts of a JWK that only a private one has.
PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth"})


def word(value: Json) -> str:
    """An issuer or an audience: one word, as tokens have it."""
    found = text(value)
    if not found or not found.isprintable() or " " in found:
        raise Wrong("has to be visible characters without spaces")
    if len(found) > LONGEST_WORD:
        raise Wrong(f"has {len(found)} characters; use at most {LONGEST_WORD}")
    return found


def keys(value: Json) -> str:
    """Public keys; a private one is not even shown as a difference."""
    found = text(value)
    if len(found) > LONGEST_KEYS:
        raise Wrong(f"has {len(found)} characters; use at most {LONGEST_KEYS}")
    if "PRIVATE KEY-----" in found or _is_private(found):
        raise Wrong("holds a private key; replace that one, and put its public key here")
    return found


def _is_private(found: str) -> bool:
    with suppress(ValueError, RecursionError):
        document = json.loads(found)
        inside = document.get("keys") if isinstance(document, dict) else None
        several = [document, *(inside if isinstance(inside, list) else [])]
        return any(isinstance(one, dict) and bool(PRIVATE & one.keys()) for one in several)
    return False


def conditions(value: Json) -> dict[str, str]:
    """What claims have to be, by their names."""
    if not isinstance(value, dict):
        raise Wrong("has to be a mapping of claims to what they have to be")
    if not value:
        raise Wrong("is empty; say which job, project or account is let in")
    if len(value) > MAX_CONDITIONS:
        raise Wrong(f"has {len(value)} claims; use at most {MAX_CONDITIONS}")
    for claim, said in value.items():
        if fault := _fault(claim, said):
            raise Wrong(fault, value.lines[claim] if isinstance(value, Mapping) else 0)
    return dict(value)


def _fault(claim: str, said: Json) -> str:
    if not _is_plain(claim, LONGEST_CLAIM):
        return f"has a claim {claim!r}; its name is 1 to {LONGEST_CLAIM} visible characters"
    if claim in JUDGED_APART:
        return f"has {claim}, which is checked anyway"
    if not isinstance(said, str):
        return f"has no text for {claim}; put numbers, true and false in quotes"
    if not _is_plain(said, LONGEST_VALUE):
        return f"has {said!r} for {claim}; use 1 to {LONGEST_VALUE} visible characters"
    if "*" in said and not said.partition("*")[0].endswith(PART_ENDS):
        return f"has {said!r} for {claim}; what comes before the first * ends in : or /"
    return ""


def _is_plain(said: str, longest: int) -> bool:
    return 0 < len(said) <= longest and said.isprintable() and said == said.strip()


def lifetime(value: Json) -> str | int:
    """How long a login lasts: `15m`, or seconds where these make no minutes."""
    found = length(value.strip().lower()) if isinstance(value, str) else value
    if isinstance(found, bool) or not isinstance(found, int):
        raise Wrong("has to be a time such as 15m, or a number of seconds")
    if not LEAST_SECONDS <= found <= MOST_SECONDS:
        raise Wrong("has to be 5m to 60m")
    return found if found % 60 else f"{found // 60}m"


def narrowing(value: Json) -> list[str] | None:
    """Permissions, or null for all that the robot has."""
    return None if value is None else permissions(value)


def in_seconds(lasting: str | int) -> int:
    """A lifetime as the API takes it."""
    return lasting if isinstance(lasting, int) else 60 * int(lasting.removesuffix("m"))


def as_rows(claims: dict[str, str]) -> list[dict[str, str]]:
    """Conditions as the API takes them."""
    return [{"claim": claim, "value": value} for claim, value in claims.items()]


FIELDS: dict[str, Reader] = {
    "issuer": word,
    "audience": word,
    "keys": keys,
    "conditions": conditions,
    "lifetime": lifetime,
    "permissions": narrowing,
}
