"""What a deletion ends, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.http import Request
from teams.models import AccessGrant, Team, TeamGrant

SHOWN = 50
SECRET = "a secret team"  # noqa: S105 - a team that only its members see


@dataclass(frozen=True, slots=True)
class EndingGrant:
    """A grant that goes."""

    holder: str
    what: str
    where: str


@dataclass(frozen=True, slots=True)
class EndingGrants:
    """The first grants that go, and how many there are."""

    rows: list[EndingGrant]
    count: int

    @property
    def has_more(self) -> bool:
        return self.count > len(self.rows)


def ending(request: Request, grants: Sequence[AccessGrant]) -> EndingGrants:
    """`grants` for a page: a secret team stands there without its name for whom it is secret from."""
    shown = grants[:SHOWN]
    teams = {grant.team_id for grant in shown if isinstance(grant, TeamGrant)}
    visible = Team.objects.visible_to(request.viewer, request.organization).filter(pk__in=teams)
    seen = set(visible.values_list("pk", flat=True)) if teams else set()
    rows = [
        EndingGrant(
            SECRET
            if isinstance(grant, TeamGrant) and grant.team_id not in seen
            else str(grant.holder),
            grant.what,
            grant.scope_label,
        )
        for grant in shown
    ]
    return EndingGrants(rows, len(grants))
