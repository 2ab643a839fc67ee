"""Examining what an older backup brought back, from the events since; ending it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError

from console.audit.evidence import Line, Told
from console.audit.older_database import Behind
from console.audit.recording import names
from console.audit.verification import Fault, missing
from console.errors import Conflict
from robots.restores import (
    keys,
    organizations,
    partners,
    people,
    places,
    robots,
    services,
    tokens,
    trusts,
    webhooks,
)
from robots.restores.claims import Claim, Claims, Revived

# In the order in which they are ended: what takes most with it first.
CLAIMS: dict[str, Claims] = (
    keys.CLAIMS
    | partners.CLAIMS
    | organizations.CLAIMS
    | services.CLAIMS
    | webhooks.CLAIMS
    | places.CLAIMS
    | robots.CLAIMS
    | tokens.CLAIMS
    | trusts.CLAIMS
    | people.CLAIMS
)
ORDER = {action: place for place, action in enumerate(CLAIMS)}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that works again, and the event that had ended it."""

    line: Line
    claim: Claim
    revived: Revived
    place: str

    @property
    def order(self) -> tuple[int, str, int]:
        """Which is ended first."""
        return ORDER[self.line.action], self.place.partition(":")[0], self.line.number

    def end(self) -> str:
        """End it, unless it has ended meanwhile with something else; in words why it could not be."""
        if not self.line.is_verified:
            return "the event could not be verified."
        still = self.claim.find() if self.claim.find else None
        try:
            if still:
                still.end()
        except (Conflict, PermissionDenied, ValidationError) as error:
            return " ".join(error.messages if isinstance(error, ValidationError) else [str(error)])
        return ""


def findings(told: Iterable[Told]) -> list[Finding]:
    """Everything that works again, in the order in which it is to be ended."""
    last: dict[tuple[object, ...], tuple[Line, Claim]] = {}
    for line in (line for chain in told for line in chain.lines):
        for claim in CLAIMS.get(line.action, _nothing)(line):
            last[claim.key] = line, claim
    called = names(sorted({line.chain for line, _ in last.values()}))
    found = [
        Finding(line, claim, revived, f"{called[line.chain]}:{line.number}")
        for line, claim in last.values()
        if claim.find and (revived := claim.find())
    ]
    return sorted(found, key=lambda each: each.order)


def _nothing(line: Line) -> Iterable[Claim]:
    return ()


def gaps(told: list[Told], behind: list[Behind]) -> Iterator[tuple[str, Fault]]:
    """What is wrong with the evidence, and what the checkpoints know of and it does not tell."""
    ends = {chain.chain: chain.end for chain in told}
    called = names(sorted({*ends, *(each.chain for each in behind)}))
    for chain in told:
        yield from ((called[chain.chain], fault) for fault in chain.faults)
    for each in behind:
        first = max(ends.get(each.chain, 0), min(each.here, each.seen - 1)) + 1
        if first <= each.seen:
            yield called[each.chain], Fault(first, missing(first, each.seen))
