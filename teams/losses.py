"""What somebody stops holding when they leave, for the pages that ask before it happens."""

from collections.abc import Iterable
from dataclasses import dataclass

from console.models import Organization
from console.permissions import Actor, Held, decide, with_implied
from teams.models import AccessGrant
from teams.services.grants import reach_of

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Loss:
    """A grant that ends for somebody, and what still gives them all of it, if anything does."""

    grant: AccessGrant
    kept_by: str


@dataclass(frozen=True, slots=True)
class Losses:
    """The first of them, and how many more there are."""

    rows: list[Loss]
    more: int


def losses(actor: Actor, organization: Organization, ending: Iterable[AccessGrant]) -> Losses:
    """What `actor` loses when the grants `ending` no longer reach them."""
    grants = list(ending)
    gone = {grant.uuid for grant in grants}
    left = [held for held in actor.grants_on(organization.target) if held.uuid not in gone]
    rows = [Loss(grant, _kept_by(actor, left, grant)) for grant in grants[:SHOWN]]
    return Losses(rows, max(0, len(grants) - SHOWN))


def _kept_by(actor: Actor, left: list[Held], grant: AccessGrant) -> str:
    permissions, _ = grant.conferred
    reach = reach_of(grant)
    decisions = [
        decide(left, permission, reach, actor.limits) for permission in with_implied(permissions)
    ]
    return decisions[0].reason if decisions and all(decisions) else ""
