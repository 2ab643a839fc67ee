"""Changes to what somebody has read, and to what comes to them by e-mail."""

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone

from console.audit.recording import changing, record
from console.models import NoticeChoice, Organization
from console.notices.queries import Reader, chosen_by, kinds_at, readings_of
from console.permissions.decision import require
from console.permissions.vocabulary import Permission


def mark_read(reader: Reader, notice: UUID) -> int:
    """Take one notice from the unread ones; how many that were."""
    unread = readings_of(reader).filter(notice__uuid=notice, read_at=None)
    return unread.update(read_at=timezone.now())


def mark_all_read(reader: Reader, last: int) -> int:
    """The same for all that were there when the page was made: those up to the row of that id."""
    unread = readings_of(reader).filter(pk__lte=last, read_at=None)
    return unread.update(read_at=timezone.now())


def choose_letters(
    *, actor: Reader, organization: Organization | None, kinds: Collection[str]
) -> list[str]:
    """Let notices of these kinds, of an organization or about one's own account, come by e-mail, and no
    others. They stand under the bell either way.
    """
    offered = [kind.name for kind in kinds_at(organization)]
    if unknown := sorted(set(kinds) - set(offered)):
        raise ValidationError({"kinds": f"There is no kind {unknown[0]}."})
    with changing(organization) as chain:
        if organization:
            require(actor, Permission.ORGANIZATION_READ, organization)
        before = chosen_by(actor, organization)
        wanted = [name for name in offered if name in kinds]
        if wanted != before:
            _write(actor, organization, offered, wanted)
            record(
                chain,
                actor=actor,
                action="notices:chosen",
                target=actor,
                before={"by_email": before},
                after={"by_email": wanted},
            )
    return wanted


def _write(
    actor: Reader, organization: Organization | None, offered: list[str], wanted: list[str]
) -> None:
    for name in offered:
        NoticeChoice.objects.update_or_create(
            person_uuid=actor.uuid,
            organization=organization,
            kind=name,
            defaults={"by_email": name in wanted},
        )
