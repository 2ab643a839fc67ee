"""Where django-allauth asks us: nobody signs up by themselves, and every sign-in leaves a line."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from teams.models import User
from teams.services import note_about_account


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come by set-up link, by invitation or by command alone."""

    # A lock-out names the wait, and never whether the account exists.
    error_messages: ClassVar[dict[str, str]] = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": "Too many failed attempts. Wait five minutes, then try again."
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        note_about_account(user, "user:signed-in")

    def logout(self, request: HttpRequest) -> None:
        user = request.user if isinstance(request.user, User) else None
        super().logout(request)
        if user is not None:
            note_about_account(user, "user:signed-out")

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        note_about_account(user, "user:password-changed")
