"""What the database said of a robot's secret or of a service, remembered as long as nothing changes there.

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
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from console.databases.statements import Parameter, Statement
from console.models import AuditHead
from console.models.events import SITE
from console.permissions.decision import Held, Target
from console.permissions.vocabulary import Permissions

# A few thousand machines ask one process within this time; who asks less often asks the database.
MAX_SECONDS = 10.0
MAX_ROWS = 4096
# Of one secret: how many places, and at each how many grants.
MAX_PLACES = 16
MAX_GRANTS = 64

Row = TypeVar("Row", bound=NamedTuple)
# What is at a path, if there is anything, and what the owner of a token holds there.
Holding = tuple[Target | None, list[Held]]


class EndRow(NamedTuple):
    """The end of an audit chain."""

    link: bytes


end_of_chain = Statement(EndRow, lambda: AuditHead.objects.filter(chain=Parameter("chain")))


def chain_of(organization: UUID | None) -> str:
    """The name of an organization's chain, or of the site's."""
    return organization.hex if organization else SITE


class Ends:
    """How audit chains end during one request: each is read once, before what it stands for."""

    def __init__(self) -> None:
        self._links: dict[str, bytes] = {}

    def of(self, chain: str) -> bytes:
        """The link at the end of a chain; empty for one that is not there."""
        if chain not in self._links:
            rows = end_of_chain.rows(chain=chain)
            self._links[chain] = bytes(rows[0].link) if rows else b""
        return self._links[chain]


@dataclass(slots=True)
class Known(Generic[Row]):
    """A row since its chain ended in `link`; at first, only the chain. Of a robot's secret, also what the
    robot holds: at some places, and anywhere in its organization.
    """

    chain: str
    link: bytes = b""
    row: Row | None = None
    until: float = field(default_factory=lambda: time.monotonic() + MAX_SECONDS)
    places: dict[str, Holding] = field(default_factory=dict)
    permissions: Permissions | None = None

    def keep_place(self, path: str, holding: Holding) -> None:
        """Remember what is held at a path in the secret's own organization."""
        if len(self.places) < MAX_PLACES and len(holding[1]) <= MAX_GRANTS:
            self.places[path] = holding


class Memory(Generic[Row]):
    """The rows that this process was asked about lately, by what stands for them, the longest known first."""

    def __init__(self) -> None:
        self._key, self._lock = secrets.token_bytes(32), threading.Lock()
        self._known: dict[bytes, Known[Row]] = {}

    def mark_of(self, username: str | None, secret: str) -> bytes:
        """What stands here for a user name and a secret; a NUL is in no secret."""
        named = "" if username is None else f":{username}"
        return hmac.digest(self._key, f"{secret}\0{named}".encode(), "sha256")

    def recall(self, mark: bytes, ends: Ends) -> Known[Row] | None:
        """What is known of it and still so; of what was known before, its chain as it ends now.

        `None` for what did not come lately: whose it is has to be found out first.
        """
        known = self._known.get(mark)
        if known is None:
            return None
        link = ends.of(known.chain)
        if known.row and known.link == link and time.monotonic() < known.until:
            return known
        return Known(known.chain, link)

    def keep(self, mark: bytes, known: Known[Row] | None, row: Row, chain: str) -> Known[Row]:
        """Remember a row. `known` is what `recall` had said before it was read: without a chain whose end was
        read before, only the chain is remembered.
        """
        if known and known.row:
            return known
        known = known or Known(chain)
        if known.link:
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
            if len(self._known) <= MAX_ROWS and self._known[oldest].until >= now:
                return
            del self._known[oldest]
