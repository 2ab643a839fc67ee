"""Where django-allauth asks us: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come by set-up link, by invitation or by command alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
