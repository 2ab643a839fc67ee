"""What a deletion ends, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.http import Request
from teams.models import AccessGrant, Team

SHOWN = 50


@dataclass(frozen=True, slots=True)
class EndingGrant:
    """A grant that goes."""

    holder: str
    what: str
    where: str


@dataclass(frozen=True, slots=True)
class DeletionPreview:
    """The first grants that go, and how many there are."""

    rows: list[EndingGrant]
    count: int

    @property
    def has_more(self) -> bool:
        return self.count > len(self.rows)


def deletion_preview(request: Request, grants: Sequence[AccessGrant]) -> DeletionPreview:
    """`grants` for a page: a secret team stands there without its name for whom it is secret from."""
    shown = grants[:SHOWN]
    hidden = Team.objects.hidden_from(request.viewer, request.organization)
    rows = [
        EndingGrant(grant.shown_holder(hidden), grant.what, grant.scope_label) for grant in shown
    ]
    return DeletionPreview(rows, len(grants))
