"""The cast's token at its end, and the notices that went out about it."""

from datetime import UTC, datetime, timedelta

from console.models import OutgoingMail
from robots.models import NoticeSent, Token
from tests.conftest import Cast

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def ends(cast: Cast, ahead: timedelta, **columns: object) -> None:
    Token.objects.filter(pk=cast.token.pk).update(expires_at=NOW + ahead, **columns)


def days() -> list[int]:
    return list(NoticeSent.objects.order_by("id").values_list("days", flat=True))


def recipients() -> list[str]:
    return list(OutgoingMail.objects.order_by("recipient").values_list("recipient", flat=True))
