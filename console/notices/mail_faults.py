"""Telling operators' programs of letters that were given up."""

from django.urls import reverse

from console.models import OutgoingMail
from console.notices.kinds import MAIL_GIVEN_UP
from console.notices.telling import News, tell


def tell_of_letter(letter: OutgoingMail) -> None:
    """Tell of one letter. Nobody has it under the bell: the page of letters lists them all."""
    title = f"The letter to {letter.recipient} was given up"
    path = f"{reverse('console:letter-list')}?show=failed"
    tell(MAIL_GIVEN_UP, None, News(letter, title, path, [], {"attempts": letter.attempts}))
