"""The links of the audit log: what is signed of an event, of the end of a chain, and how.

A link is HMAC-SHA-256 under the keyring over the previous link and the event's canonical JSON (keys
sorted, no white space, ASCII), so whoever can write the table still cannot re-make a chain. The end
of a chain has a seal of its own, or a cut tail would only need the end written anew.

What is linked has a format, whose number is in each event: old events verify by the fields of their time.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from console import keyring

PURPOSE = "audit-chain:v1"
SEAL_PURPOSE = "audit-head:v1"
# A long chain says the same names over and over.
REMEMBERED = 4096

_quoted = json.encoder.encode_basestring_ascii
_encoded = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
_common = lru_cache(REMEMBERED)(_quoted)


def _identity(value: UUID | str | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):  # SQLite's, 32 digits
        return f'"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"'
    return f'"{value}"'


def _moment(value: datetime) -> str:
    # SQLite's come without their zone, which is UTC.
    return f'"{value.isoformat()}{"" if value.tzinfo else "+00:00"}"'


def _values(value: dict[str, Any] | str) -> str:
    return value if isinstance(value, str) else _encoded(value)


def canonical(stored: str) -> str:
    """The canonical form of a JSON text that a database has put into its own."""
    return _encoded(json.loads(stored))


# What writes the value of each field of an event, in the order of the canonical JSON.
ENCODERS: dict[str, Callable[[Any], str]] = {
    "action": _common,
    "actor_kind": _common,
    "actor_label": _common,
    "actor_uuid": _identity,
    "address": _common,
    "after": _values,
    "before": _values,
    "chain": _common,
    "created_at": _moment,
    "format": str,
    "number": str,
    "organization_slug": _common,
    "request_id": _quoted,
    "root_number": str,
    "target_kind": _common,
    "target_label": _quoted,
    "target_uuid": _identity,
    "token_uuid": _identity,
    "uuid": _identity,
}
LINKED_FIELDS = tuple(ENCODERS)
# The fields that came with each format; later formats have them, too. What a format links never
# changes once it was released: one field more is one format more.
NEW_IN: dict[int, tuple[str, ...]] = {
    # Version 0.1.0, whose events do not say their format.
    1: (
        *("action", "actor_kind", "actor_label", "actor_uuid", "address", "after", "before"),
        *("chain", "created_at", "number", "organization_slug", "request_id", "root_number"),
        *("target_kind", "target_label", "target_uuid", "token_uuid", "uuid"),
    ),
    2: ("format",),
}
FORMAT = max(NEW_IN)
FORMAT_AT = LINKED_FIELDS.index("format")


@dataclass(frozen=True, slots=True)
class Layout:
    """How the canonical JSON of one format is written from `LINKED_FIELDS`."""

    fields: tuple[str, ...]
    template: str
    writers: tuple[tuple[int, Callable[[Any], str]], ...]


def _layout(number: int) -> Layout:
    linked = {name for added in range(1, number + 1) for name in NEW_IN[added]}
    fields = tuple(name for name in LINKED_FIELDS if name in linked)
    template = "{" + ",".join(f'"{name}":%s' for name in fields) + "}"
    places = tuple((LINKED_FIELDS.index(name), ENCODERS[name]) for name in fields)
    return Layout(fields, template, places)


LAYOUTS = {number: _layout(number) for number in NEW_IN}


def body(row: Sequence[Any]) -> bytes:
    """The canonical JSON of an event, given its `LINKED_FIELDS` as a model has them or as a driver
    gives them, texts of JSON canonical; what stands behind them is not part of it.

    Raises `LookupError` for a format that this version does not know.
    """
    layout = LAYOUTS[row[FORMAT_AT]]
    written = [write(row[place]) for place, write in layout.writers]
    return (layout.template % tuple(written)).encode()


def link(previous: bytes, row: Sequence[Any], key: bytes) -> bytes:
    """The link that follows `previous` for the event of `row`, under the key of its root."""
    return hmac.digest(key, previous + body(row), hashlib.sha256)


def key(root_number: int) -> bytes:
    """The key of links that are made under this root."""
    return keyring.key(PURPOSE, root_number)


def seal(chain: str, number: int, last: bytes, root_number: int) -> bytes:
    """What shows that Roster ended `chain` at `number` with the link `last`."""
    message = f"{chain}:{number}:".encode() + last
    return hmac.digest(keyring.key(SEAL_PURPOSE, root_number), message, hashlib.sha256)
