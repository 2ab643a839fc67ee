"""Taking another issuer's token: once, whoever asks and wherever, and recorded."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from console.audit.recording import EventActor, changing, record
from robots.models import Trust, UsedAssertion
from robots.trusts.assertions import LEEWAY_SECONDS, Assertion

# Whoever's clock is late would take a token for longer than it is remembered.
KEPT_LONGER = timedelta(seconds=2 * LEEWAY_SECONDS)


class AlreadyUsed(Exception):
    """Somebody came with this token before."""


class TrustGone(Exception):
    """The trust was deleted or changed since it was read."""


def note_use(robot: EventActor, trust: UUID, assertion: Assertion, audience: str) -> None:
    """Mark the token as used by the trust of that UUID, with its event, or raise one of the above.

    `audience` is the service that the robot's access token will be for.
    """
    found = Trust.objects.living().with_robot().filter(token__uuid=trust).first()
    if found is None:
        raise TrustGone
    with changing(found.robot.organization) as chain:
        if not Trust.objects.living().filter(pk=found.pk).exists():
            raise TrustGone
        _mark(assertion)
        after = {
            "issuer": assertion.issuer,
            "subject": assertion.subject,
            "jti_digest": assertion.digest,
            "audience": audience,
        }
        record(chain, actor=robot, action="trust:used", target=found, after=after)


def _mark(assertion: Assertion) -> None:
    end = datetime.fromtimestamp(assertion.expires_at, UTC) + KEPT_LONGER
    try:
        with transaction.atomic():
            UsedAssertion.objects.create(digest=assertion.digest, expires_at=end)
    except IntegrityError as fault:
        raise AlreadyUsed from fault
