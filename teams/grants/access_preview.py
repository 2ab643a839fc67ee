"""What somebody stops holding when they leave, for the pages that ask before it happens."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from console.models import Organization
from console.permissions.decision import Actor, Held, Viewer, decide
from console.permissions.vocabulary import with_implied
from teams.grants.services import reach_of
from teams.models import AccessGrant, Team, TeamGrant
from teams.models.teams import UNNAMED_TEAM

SHOWN = 100


@dataclass(frozen=True, slots=True)
class LostGrant:
    """A grant that ends for somebody, and what still gives them all of it, if anything does."""

    grant: AccessGrant
    kept_by: str


@dataclass(frozen=True, slots=True)
class AccessPreview:
    """The first of them, and how many others there are."""

    rows: list[LostGrant]
    more: int


def access_preview(
    actor: Actor, organization: Organization, ending: Iterable[AccessGrant], viewer: Viewer
) -> AccessPreview:
    """What `actor` loses when the grants `ending` no longer reach them, as `viewer` may know it."""
    grants = list(ending)
    gone = {grant.uuid for grant in grants}
    held = _named_for(viewer, organization, actor.grants_on(organization.target))
    left = [own for own in held if own.uuid not in gone]
    rows = [LostGrant(grant, _kept_by(actor, left, grant)) for grant in grants[:SHOWN]]
    return AccessPreview(rows, max(0, len(grants) - SHOWN))


def _named_for(viewer: Viewer, organization: Organization, held: list[Held]) -> list[Held]:
    """`held`, where a secret team stands without its name for whom it is secret from."""
    teams = Team.objects.hidden_from(viewer, organization)
    hidden = set(TeamGrant.objects.filter(team__in=teams).values_list("uuid", flat=True))
    return [replace(own, source=UNNAMED_TEAM) if own.uuid in hidden else own for own in held]


def _kept_by(actor: Actor, left: list[Held], grant: AccessGrant) -> str:
    permissions, _ = grant.conferred
    reach = reach_of(grant)
    decisions = [
        decide(left, permission, reach, actor.limits) for permission in with_implied(permissions)
    ]
    return decisions[0].reason if decisions and all(decisions) else ""
