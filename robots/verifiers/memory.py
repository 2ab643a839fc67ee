"""What services are, and what verifiers answered, remembered as long as nothing changes there.

Every change of an organization appends to its audit chain in the same transaction, so the link at the end of
the chain is the version of all that decides about its robots and services; the site has a chain, too. It is
read on each request, before anything that it stands for: a change counts from the next request on, in every
process. Ends of secrets are looked at each time.
"""

import hmac
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from console.databases.statements import Parameter, Statement
from console.models import AuditHead
from console.models.events import SITE

# A few thousand machines ask one process within this time; who asks less often asks the database.
MAX_SECONDS = 10.0
MAX_ROWS = 4096

Content = TypeVar("Content")
# The names of one or two audit chains, on which what is remembered stands; how they ended then.
Chains = tuple[str, ...]
Links = tuple[bytes, ...]


class EndRow(NamedTuple):
    """The end of an audit chain."""

    chain: str
    link: bytes


def _two_heads() -> QuerySet[AuditHead]:
    return AuditHead.objects.filter(Q(chain=Parameter("first")) | Q(chain=Parameter("second")))


ends_of_chains = Statement(EndRow, _two_heads)


def chain_of(organization: UUID | None) -> str:
    """The name of an organization's chain, or of the site's."""
    return organization.hex if organization else SITE


class Ends:
    """How audit chains end during one request: each is read once, before what it stands for.

    `at_once` they are read without waiting, or `WouldWait` is raised.
    """

    def __init__(self, *, at_once: bool = False) -> None:
        self._links: dict[str, bytes] = {}
        self._rows = ends_of_chains.rows_at_once if at_once else ends_of_chains.rows

    def of(self, chains: Chains) -> Links:
        """The links at their ends; empty for a chain that is not there."""
        if unread := [chain for chain in chains if chain not in self._links]:
            rows = self._rows(first=unread[0], second=unread[-1])
            self._links |= dict.fromkeys(unread, b"") | {row.chain: bytes(row.link) for row in rows}
        return tuple(self._links[chain] for chain in chains)


@dataclass(slots=True)
class Known(Generic[Content]):
    """What was found while its chains ended in `links`; at first, only the chains."""

    chains: Chains
    links: Links = ()
    content: Content | None = None
    until: float = field(default_factory=lambda: time.monotonic() + MAX_SECONDS)

    @property
    def was_read_first(self) -> bool:
        """Whether the chains are there, and their ends were read before what is known."""
        return bool(self.links) and all(self.links)


class Memory(Generic[Content]):
    """What this process was asked about lately, by what stands for it, the longest known first."""

    def __init__(self) -> None:
        self._key, self._lock = secrets.token_bytes(32), threading.Lock()
        self._known: dict[bytes, Known[Content]] = {}

    def mark_of(self, *parts: str) -> bytes:
        """What stands here for texts that may be secret."""
        return hmac.digest(self._key, "\0".join(parts).encode(), "sha256")

    def has(self, mark: bytes) -> bool:
        """Whether something is known of it, perhaps no more."""
        known = self._known.get(mark)
        return known is not None and known.content is not None

    def recall(self, mark: bytes, ends: Ends) -> Known[Content] | None:
        """What is known of it and still so; of what was known before, its chains as they end now.

        `None` for what did not come lately: on whose chains it stands has to be found out first.
        """
        known = self._known.get(mark)
        if known is None:
            return None
        links = ends.of(known.chains)
        if known.content and known.links == links and time.monotonic() < known.until:
            return known
        return Known(known.chains, links)

    def keep(
        self, mark: bytes, known: Known[Content] | None, content: Content, chains: Chains
    ) -> None:
        """Remember `content`, which stands on `chains`. `known` is what `recall` had said before it was
        found: without chains whose ends were read before, only their names are remembered.
        """
        kept = known if known and known.chains == chains else Known[Content](chains)
        if kept.was_read_first:
            kept.content = content
        with self._lock:
            self._known.pop(mark, None)
            self._known[mark] = kept
            self._drop_oldest()

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
