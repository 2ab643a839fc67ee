"""django-allauth's forms, where they have to behave in another way."""

from typing import Any

from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from django.db import transaction
from django.http import HttpRequest

from teams.models import User

# No row has this key.
NOBODY = 0


class ResetPasswordForm(AllauthResetPasswordForm):  # type: ignore[misc] # allauth is not typed
    """Asking for a link to set a new password."""

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
