"""The e-mails that people get about their own accounts."""

from django.utils import timezone

from console.http import current
from console.mail.letters import letter_from
from console.mail.outbox import Letter
from teams.models import User


def password_changed_letter(person: User) -> Letter:
    """That the password was changed, from where, and what to do if it was somebody else."""
    return letter_from(
        "teams/users/password_changed_letter.txt",
        person.email,
        person=person,
        now=timezone.now(),
        address=current.get().address,
    )


def password_link_letter(person: User, url: str) -> Letter:
    """By which link they set a new password, because an operator sent it."""
    return letter_from("teams/users/password_link_letter.txt", person.email, person=person, url=url)
