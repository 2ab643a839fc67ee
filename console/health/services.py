"""What operators set going: a job before its time, a letter before its next try."""

from django.utils import timezone

from console.audit.recording import changing, record
from console.errors import Conflict
from console.health.queries import waiting_mail
from console.jobs.running import Job, ask_for
from console.models import OutgoingMail
from console.permissions.operators import require_operator
from console.scanning.services import SiteActor


class Outbox:
    """All letters that wait, as what an event is about."""

    uuid = None

    def __str__(self) -> str:
        return "all letters that wait"


def ask_for_job(*, actor: SiteActor, job: Job) -> None:
    """Let a scheduler run the job at its next look, after any run that is under way."""
    with changing(None) as chain:
        require_operator(actor)
        ask_for(job)
        record(chain, actor=actor, action="job:asked-for", target=job)


def retry_letter(*, actor: SiteActor, letter: OutgoingMail) -> None:
    """Let the next try of a letter that waits be due now."""
    with changing(None) as chain:
        require_operator(actor)
        if not waiting_mail().filter(pk=letter.pk).update(due_at=timezone.now()):
            raise Conflict("The letter has been sent or given up meanwhile.")
        record(chain, actor=actor, action="mail:retried", target=letter)


def retry_letters(*, actor: SiteActor) -> int:
    """The same of every letter that waits for later; how many that were."""
    with changing(None) as chain:
        require_operator(actor)
        now = timezone.now()
        number = waiting_mail().filter(due_at__gt=now).update(due_at=now)
        if number:
            record(
                chain,
                actor=actor,
                action="mail:retried",
                target=Outbox(),
                after={"letters": number},
            )
    return number
