"""Which stored secret somebody came with."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from console import keyring
from robots.base.credentials import PURPOSE, matches
from robots.secrets import own_secrets


class StoredSecret(own_secrets.OwnSecret, Protocol):
    """A stored secret: Roster's own have a digest, those that people chose a slow hash."""

    @property
    def digest(self) -> str | None: ...


Row = TypeVar("Row", bound=StoredSecret)


def right_one(rows: Sequence[Row], secret: str, address: str) -> Row | None:
    """The one of `rows` whose secret this is. Raises `TooMany` as `own_secrets.right_one` does."""
    minted = next((row for row in rows if _matches(row, secret)), None)
    own = [row for row in rows if row.digest is None]
    return minted or (own_secrets.right_one(own, secret, address) if own else None)


def _matches(row: StoredSecret, secret: str) -> bool:
    key = keyring.key(PURPOSE.decode(), row.root_number)
    return row.digest is not None and matches(secret, row.digest, key)
