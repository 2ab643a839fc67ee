"""What the database said of a robot's secret, remembered for as long as nothing changes there.

Every change of an organization appends to its audit chain in the same transaction, so the link at the end of
the chain is the version of all that decides about its robots. It is read on each request, before anything
that it stands for: a change counts from the next request on, in every process. What is remembered are rows,
never a decision. Secret, ends, networks, and the service that asks are looked at each time.
"""

import hmac
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import NamedTuple

from console.databases.statements import Parameter, Statement
from console.models import AuditHead
from console.permissions.decision import Held, Target
from robots.verifiers.hot_queries import SecretRow

# A few thousand machines ask one process within this time; who asks less often asks the database.
MAX_SECONDS = 10.0
MAX_SECRETS = 4096
# Of one secret: how many places, and at each how many grants.
MAX_PLACES = 16
MAX_GRANTS = 64

# What is at a path, if there is anything, and what the owner of a token holds there.
Holding = tuple[Target | None, list[Held]]


class EndRow(NamedTuple):
    """The end of an audit chain."""

    link: bytes


end_of_chain = Statement(EndRow, lambda: AuditHead.objects.filter(chain=Parameter("chain")))


@dataclass(slots=True)
class Known:
    """A secret's row, and what its owner holds, since its chain ended in `link`; at first, only the chain."""

    chain: str
    link: bytes = b""
    row: SecretRow | None = None
    until: float = field(default_factory=lambda: time.monotonic() + MAX_SECONDS)
    places: dict[str, Holding] = field(default_factory=dict)
    grants: list[Held] | None = None

    def keep(self, path: str, holding: Holding) -> None:
        """Remember what is held at a path in the secret's own organization."""
        if len(self.places) < MAX_PLACES and len(holding[1]) <= MAX_GRANTS:
            self.places[path] = holding

    def keep_grants(self, grants: list[Held]) -> None:
        """Remember what is held anywhere in it."""
        if len(grants) <= MAX_GRANTS:
            self.grants = grants


class Memory:
    """What this process knows of the secrets that came lately, the longest known first."""

    def __init__(self) -> None:
        self._key, self._lock = secrets.token_bytes(32), threading.Lock()
        self._known: dict[bytes, Known] = {}

    def mark_of(self, username: str | None, secret: str) -> bytes:
        """What stands here for a user name and a secret; a NUL is in no secret."""
        named = "" if username is None else f":{username}"
        return hmac.digest(self._key, f"{secret}\0{named}".encode(), "sha256")

    def recall(self, mark: bytes) -> Known | None:
        """What is known of it and still so; of what was known before, its chain as it ends now.

        `None` for what did not come lately: whose it is has to be found out first.
        """
        known = self._known.get(mark)
        if known is None:
            return None
        ends = end_of_chain.rows(chain=known.chain)
        link = bytes(ends[0].link) if ends else b""
        if known.row and known.link == link and time.monotonic() < known.until:
            return known
        return Known(known.chain, link)

    def keep(self, mark: bytes, known: Known | None, row: SecretRow) -> Known | None:
        """Remember the row of a robot's secret that was let in. `known` is what `recall` had said before the
        row was read: without a chain that it had the end of, only the chain is remembered.
        """
        if row.token__robot__organization__uuid is None or (known and known.row):
            return known
        if known is None:
            known = Known(row.token__robot__organization__uuid.hex)
        elif known.link:
            known.row = row
        with self._lock:
            self._known.pop(mark, None)
            self._known[mark] = known
            self._drop_oldest()
        return known

    def forget(self) -> None:
        """Everything."""
        with self._lock:
            self._known.clear()

    def _drop_oldest(self) -> None:
        now = time.monotonic()
        while self._known:
            oldest = next(iter(self._known))
            if len(self._known) <= MAX_SECRETS and self._known[oldest].until >= now:
                return
            del self._known[oldest]


memory = Memory()
