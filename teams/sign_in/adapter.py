"""Where django-allauth asks us: nobody signs up by themselves, and every sign-in leaves a line."""

from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.conf import settings
from django.http import HttpRequest

from console.mail import outbox
from teams.models import User
from teams.users.services import note_about_account


@dataclass(frozen=True, slots=True)
class Site:
    """What allauth's letters call this installation."""

    name: str = "Roster"

    @property
    def domain(self) -> str:
        return urlsplit(settings.ROSTER_ORIGIN).netloc


def _at_origin(url: str) -> str:
    parts = urlsplit(url)
    return settings.ROSTER_ORIGIN + urlunsplit(("", "", parts.path, parts.query, ""))


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth is not typed
    """Accounts come by set-up link, by invitation or by command alone."""

    # A lock-out names the wait, and never whether the account exists.
    error_messages: ClassVar[dict[str, str]] = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": "Too many failed attempts. Wait five minutes, then try again."
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox: no page waits for a mail server. Every link is one to `ROSTER_ORIGIN`,
        whatever the request says that it is for.
        """
        links = {name: _at_origin(url) for name, url in context.items() if name.endswith("_url")}
        given = {"request": current.request, "email": email, "current_site": Site()}
        given |= context | links
        message = self.render_mail(template_prefix, email, given)
        outbox.put(outbox.Letter(email, message.subject, str(message.body)))

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        note_about_account(user, "user:signed-in")

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        if user.is_authenticated:
            note_about_account(user, "user:signed-out")

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        note_about_account(user, "user:password-changed")
