"""What a deletion ends, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.http import Request
from teams.models import AccessGrant, Team, TeamGrant
from teams.models.teams import UNNAMED_TEAM

SHOWN = 50


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
    hidden = Team.objects.hidden_from(request.viewer, request.organization)
    rows = [EndingGrant(_holder(grant, hidden), grant.what, grant.scope_label) for grant in shown]
    return EndingGrants(rows, len(grants))


def _holder(grant: AccessGrant, hidden: set[int]) -> str:
    is_hidden = isinstance(grant, TeamGrant) and grant.team_id in hidden
    return UNNAMED_TEAM if is_hidden else str(grant.holder)
