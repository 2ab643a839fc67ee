"""The links of the audit log: what is signed of an event, of the end of a chain, and how.

A link is HMAC-SHA-256 under the keyring over the previous link and the event's canonical JSON (keys
sorted, no white space, ASCII), so whoever can write the table still cannot re-make a chain. The end
of a chain has a seal of its own, or a cut tail would only need the end written anew.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from console import keyring

PURPOSE = "audit-chain:v1"
SEAL_PURPOSE = "audit-head:v1"
# In the order of the canonical JSON.
LINKED_FIELDS = (
    "action",
    "actor_kind",
    "actor_label",
    "actor_uuid",
    "address",
    "after",
    "before",
    "chain",
    "created_at",
    "number",
    "organization_slug",
    "request_id",
    "root_number",
    "target_kind",
    "target_label",
    "target_uuid",
    "token_uuid",
    "uuid",
)
NUMBERS = {"number", "root_number"}
TEMPLATE = (
    "{" + ",".join(f'"{name}":{"%d" if name in NUMBERS else "%s"}' for name in LINKED_FIELDS) + "}"
)
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


def body(row: Sequence[Any]) -> bytes:
    """The canonical JSON of an event, given its `LINKED_FIELDS` as a model has them or as a driver
    gives them, texts of JSON canonical. Written out because it is what verifying a million costs.
    """
    (
        action,
        actor_kind,
        actor_label,
        actor_uuid,
        address,
        after,
        before,
        chain,
        created_at,
        number,
        slug,
        request_id,
        root_number,
        target_kind,
        target_label,
        target_uuid,
        token_uuid,
        uuid,
        *_,
    ) = row
    return (
        TEMPLATE
        % (
            _common(action),
            _common(actor_kind),
            _common(actor_label),
            _identity(actor_uuid),
            _common(address),
            _values(after),
            _values(before),
            _common(chain),
            _moment(created_at),
            number,
            _common(slug),
            _quoted(request_id),
            root_number,
            _common(target_kind),
            _quoted(target_label),
            _identity(target_uuid),
            _identity(token_uuid),
            _identity(uuid),
        )
    ).encode()


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
