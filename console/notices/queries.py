"""What somebody has under their bell, and what comes to them by e-mail."""

from functools import cached_property
from typing import Any, Protocol

from django.db.models import Q, QuerySet

from console.models import NoticeChoice, NoticeReader, Organization
from console.notices.kinds import OF_ACCOUNT, OF_ORGANIZATION, Kind
from console.permissions.decision import Viewer

# Beyond it nobody counts.
MOST_SHOWN = 99


class Reader(Viewer, Protocol):
    """A person whose bell it is."""

    @property
    def uuid(self) -> Any: ...  # noqa: ANN401 - a UUID; Django's stubs say so of no field


def readings_of(reader: Reader) -> QuerySet[NoticeReader]:
    """The notices of a person: about their account, and of organizations that they are still in."""
    seen = Q(notice__organization__in=reader.organization_ids()) | Q(notice__organization=None)
    own = NoticeReader.objects.filter(seen, person_uuid=reader.uuid)
    return own.select_related("notice__organization")


class Bell:
    """The bell in the frame of every page: asks nothing until it is drawn, and once then."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @cached_property
    def unread(self) -> int:
        """How many there are, or one more than is shown when there are more than that."""
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
