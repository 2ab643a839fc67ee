"""django-allauth's forms about passwords, in our words and where they have to behave in another way."""

from typing import Any, ClassVar

from allauth.account import forms as allauth
from django.db import transaction
from django.http import HttpRequest

from teams.models import User

# No row has this key.
NOBODY = 0
EMAIL, NEW, AGAIN = "E-mail address", "New password", "New password again"


class Worded:
    """Our labels; no placeholder says them once more, and no link stands before a field in the tab order."""

    labels: ClassVar[dict[str, str]]
    fields: dict[str, Any]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for name, label in self.labels.items():
            self.fields[name].label, self.fields[name].help_text = label, ""
            self.fields[name].widget.attrs.pop("placeholder", None)


class LoginForm(Worded, allauth.LoginForm):  # type: ignore[misc] # allauth is not typed
    """Signing in by a password; browsers offer passkeys in the first field as well."""

    labels: ClassVar[dict[str, str]] = {
        "login": EMAIL,
        "password": "Password",
        "remember": "Stay signed in when the browser is closed",
    }

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"


class ReauthenticateForm(Worded, allauth.ReauthenticateForm):  # type: ignore[misc] # as above
    """A fresh sign-in by the password."""

    labels: ClassVar[dict[str, str]] = {"password": "Password"}


class ChangePasswordForm(Worded, allauth.ChangePasswordForm):  # type: ignore[misc] # as above
    """Another password, by whoever knows the one there is."""

    labels: ClassVar[dict[str, str]] = {
        "oldpassword": "Current password",
        "password1": NEW,
        "password2": AGAIN,
    }


class SetPasswordForm(Worded, allauth.SetPasswordForm):  # type: ignore[misc] # as above
    """A first password."""

    labels: ClassVar[dict[str, str]] = {"password1": NEW, "password2": AGAIN}


class ResetPasswordKeyForm(Worded, allauth.ResetPasswordKeyForm):  # type: ignore[misc] # as above
    """Another password, by a link."""

    labels: ClassVar[dict[str, str]] = {"password1": NEW, "password2": AGAIN}


class ResetPasswordForm(Worded, allauth.ResetPasswordForm):  # type: ignore[misc] # as above
    """Asking for a link to set a new password."""

    labels: ClassVar[dict[str, str]] = {"email": EMAIL}
    users: list[User]

    def save(self, request: HttpRequest, **options: Any) -> str:
        """Put the letter out. Where there is no account it is written and thrown away, so that neither the
        answer nor how long it takes says which it was.
        """
        is_known = bool(self.users)
        self.users = self.users or [User(pk=NOBODY, email=self.cleaned_data["email"])]
        with transaction.atomic():
            email: str = super().save(request, **options)
            transaction.set_rollback(not is_known)
        return email
