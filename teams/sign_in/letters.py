"""The e-mails about what a person signs in with."""

from django.utils import timezone

from console.http import current
from console.mail.letters import letter_from
from console.mail.outbox import Letter
from teams.models import User

SUBJECTS = {
    "user:factor-added": "Your Roster account has got",
    "user:factor-removed": "Your Roster account has lost",
}


def factor_letter(person: User, action: str, what: str) -> Letter:
    """That something was added or removed with which one signs in, which signs out everywhere else."""
    return _letter(person, f"{SUBJECTS[action]} {what}", signs_out=True)


def code_used_letter(person: User, left: int) -> Letter:
    """That a recovery code was used, and how many there are still."""
    return _letter(person, "A recovery code of your Roster account was used", left=left)


def _letter(person: User, subject: str, **context: object) -> Letter:
    return letter_from(
        "teams/sign_in/factor_letter.txt",
        person.email,
        subject=subject,
        person=person,
        now=timezone.now(),
        address=current.get().address,
        **context,
    )
