"""What somebody has under their bell, and what comes to them by e-mail."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from console.models import NoticeChoice, NoticeReader, Organization
from console.models.events import MACHINES
from console.notices.kinds import OF_ACCOUNT, OF_ORGANIZATION, Kind
from console.paging import CountOf
from console.permissions.decision import Actor, Viewer
from console.permissions.vocabulary import Permission

# Beyond it nobody counts.
MOST_SHOWN = 99


class Reader(Viewer, Protocol):
    """A person whose bell it is."""

    @property
    def uuid(self) -> Any: ...  # noqa: ANN401 - a UUID; Django's stubs say so of no field


def readings_of(reader: Reader) -> QuerySet[NoticeReader]:
    """The notices of a person: about their account, and of organizations that they are still in."""
    own = _readings(reader.uuid, reader.organization_ids())
    return own.select_related("notice__organization")


def _readings(person: Any, organizations: Any) -> QuerySet[NoticeReader]:  # noqa: ANN401 - values, or parts of a statement
    seen = Q(notice__organization__in=organizations) | Q(notice__organization=None)
    return NoticeReader.objects.filter(seen, person_uuid=person)


def unread_count(person: Any, organizations: Any) -> CountOf:  # noqa: ANN401 - as above
    """How many are unread, as a value within another question; one more than is shown at most."""
    unread = _readings(person, organizations).filter(read_at=None)
    return CountOf(unread.order_by().values("pk")[: MOST_SHOWN + 1])


def require_bell(actor: Actor) -> None:
    """Raise for whoever has no bell, or came with a token that is not for reading what was told.

    Notices say what the audit log says, so a narrowed token opens them with its permission.
    """
    if actor.actor_kind in MACHINES:
        raise PermissionDenied("A robot account has no notices.")
    narrowing = actor.limits.permissions
    if narrowing is not None and Permission.EVENT_READ not in narrowing:
        raise PermissionDenied(f"A narrowed token needs {Permission.EVENT_READ} to read notices.")


def require_to_mark(actor: Actor) -> None:
    """The same for whoever marks notices as read: a token that only reads clears no warning."""
    require_bell(actor)
    if actor.limits.permissions is not None:
        raise PermissionDenied("A narrowed token marks no notices as read: use one that is not.")


class Bell:
    """The bell in the frame of every page.

    `listed` are the person's organizations as they were asked for the account menu: each says how many are
    unread. For somebody who is in none, one query is made once the bell is drawn.
    """

    def __init__(self, reader: Reader, listed: Sequence[Organization]) -> None:
        self._reader, self._listed = reader, listed

    @cached_property
    def unread(self) -> int:
        """How many there are, or one more than is shown when there are more than that."""
        if self._listed:
            return self._listed[0].unread_notices
        unread = readings_of(self._reader).filter(read_at=None).order_by()
        return unread.values("pk")[: MOST_SHOWN + 1].count()

    @property
    def words(self) -> str:
        return f"{MOST_SHOWN}+" if self.unread > MOST_SHOWN else str(self.unread)


def kinds_at(organization: Organization | None) -> list[Kind]:
    """What there is to choose of: an organization's kinds, or those about one's own account."""
    return OF_ORGANIZATION if organization else OF_ACCOUNT


def chosen_by(reader: Reader, organization: Organization | None) -> list[str]:
    """The names of the kinds that come to a person by e-mail."""
    choices = NoticeChoice.objects.filter(person_uuid=reader.uuid, organization=organization)
    said = dict(choices.values_list("kind", "by_email"))
    return [kind.name for kind in kinds_at(organization) if said.get(kind.name, kind.by_email)]
