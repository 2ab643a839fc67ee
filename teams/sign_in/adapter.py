"""Where django-allauth asks us: nobody signs up by themselves, and every sign-in leaves a line."""

from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context as current
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from console import measures
from console.mail import outbox
from console.reauthentication import lacks_factor
from teams.models import User
from teams.sign_in import refusals, tries
from teams.sign_in.refusals import Refusal
from teams.sign_in.services.familiar import note_where
from teams.users.services import note_about_account, set_password

# What a fresh sign-in may be by.
PASSWORD = "reauthenticate"  # noqa: S105 - what django-allauth calls it
AGAIN = {
    PASSWORD: "Use your password",
    "mfa_reauthenticate": "Use a code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}


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


def _account(credentials: dict[str, Any]) -> str:
    """The account that somebody wants in to, as accounts are written."""
    return str(credentials.get("email") or "").strip().lower()


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth is not typed
    """Accounts come by set-up link, by invitation or by command alone."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "E-mail address or password is not right.",
        "enter_current_password": "That is not your current password.",
        "incorrect_password": "That is not your password.",
        "too_many_login_attempts": "Too many failed attempts. Wait a minute, then try again.",
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

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Take a try, which allauth gives back when the password is right."""
        account = _account(credentials)
        try:
            self._login_failed_rl_usage = tries.take(request, account)
        except tries.LockedOut as locked_out:
            refusals.note(Refusal.LOCKED_OUT, account)
            raise ValidationError(locked_out.words, code="too_many_login_attempts") from locked_out

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        refusals.note(Refusal.PASSWORD, _account(credentials))

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        refusals.note(Refusal.DISABLED, user.email)
        answer: HttpResponse = super().respond_user_inactive(request, user)
        return answer

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        # Nobody is asked a second time for what they gave a moment ago.
        record_authentication(request, user, "signed_in", reauthenticated=True)
        measures.SIGN_INS.labels("accepted").inc()
        note_about_account(user, "user:signed-in")
        note_where(user)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """The first is asked for: where the password is not enough a passkey, if there is one, or a code."""
        methods = super().get_reauthentication_methods(user)
        if user.is_authenticated and lacks_factor(current.request):
            methods = [method for method in reversed(methods) if method["id"] != PASSWORD]
        return [method | {"description": AGAIN[method["id"]]} for method in methods]

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        if user.is_authenticated:
            note_about_account(user, "user:signed-out")

    def set_password(self, user: User, password: str) -> None:
        set_password(actor=user, user=user, password=password)
        tries.forget(current.request, user.email)
