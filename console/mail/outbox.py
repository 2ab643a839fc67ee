"""E-mail that goes out after the change it is about is committed: a table, and a job that sends.

A letter may hold a link that is a secret until it is used, so its text is sealed under the keyring
while it waits and gone once it was sent or given up.
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from console import keyring, measures
from console.jobs.attempts import claim, may_go_on
from console.models import OutgoingMail

SEALING = "outbox:v1"
FIRST_WAIT = timedelta(minutes=1)
MAX_ATTEMPTS = 10
BATCH = 100

logger = structlog.get_logger("roster.outbox")


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail in plain text."""

    to: str
    subject: str
    body: str


def put(letter: Letter) -> OutgoingMail:
    """Let `letter` go out once the transaction is committed. Without a mail server it is kept nowhere."""
    number = keyring.current()
    mail = OutgoingMail(
        recipient=letter.to, subject=letter.subject, root_number=number, due_at=timezone.now()
    )
    mail.sealed = keyring.encrypt(SEALING, number, letter.body.encode(), str(mail.uuid))
    mail.full_clean()
    if settings.ROSTER_SENDS_MAIL:
        mail.save()
    return mail


def send_due() -> int:
    """Send what is due, oldest first, and say how many went out. A failure waits longer each time."""
    if not settings.ROSTER_SENDS_MAIL:
        return 0
    now = timezone.now()
    due = OutgoingMail.objects.filter(sent_at=None, due_at__lte=now, attempts__lt=MAX_ATTEMPTS)
    sent = 0
    for mail in due.order_by("due_at", "id")[:BATCH]:
        if not may_go_on(now):
            break
        wait = FIRST_WAIT * 2**mail.attempts
        sent += claim(mail, OutgoingMail.objects.filter(sent_at=None), wait) and _send(mail)
    return sent


def _send(mail: OutgoingMail) -> bool:
    body = keyring.decrypt(SEALING, mail.root_number, bytes(mail.sealed), str(mail.uuid)).decode()
    # The same letter whenever it is tried: what came twice can be told from two.
    headers = {"Message-ID": f"<{mail.uuid}@{urlsplit(settings.ROSTER_ORIGIN).hostname}>"}
    try:
        EmailMessage(mail.subject, body, to=[mail.recipient], headers=headers).send()
    except OSError as error:  # smtplib's errors are OSErrors, too
        measures.attempted(measures.MAIL_ATTEMPTS, is_success=False)
        _note_failure(mail, error)
        return False
    measures.attempted(measures.MAIL_ATTEMPTS, is_success=True)
    OutgoingMail.objects.filter(pk=mail.pk).update(sent_at=timezone.now(), sealed=b"")
    return True


def _note_failure(mail: OutgoingMail, error: OSError) -> None:
    given_up = mail.attempts >= MAX_ATTEMPTS
    if given_up:
        with transaction.atomic():
            OutgoingMail.objects.filter(pk=mail.pk).update(sealed=b"")
            import_string(settings.LETTER_GIVEN_UP)(mail)
    logger.warning(
        "mail given up" if given_up else "mail not sent",
        mail=str(mail.uuid),
        error=type(error).__name__,
        attempts=mail.attempts,
    )
