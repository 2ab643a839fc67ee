"""The form that chooses anew when a token ends."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from robots.forms.expiry import ExpiryFormMixin
from robots.policy import Policy


class TokenExpiryForm(ExpiryFormMixin):
    """Counted from now. An end that is ahead is preset, so that nobody takes it off by saving."""

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 - Django's own signature
        *,
        policy: Policy,
        ends_at: datetime | None = None,
    ) -> None:
        preset: dict[str, Any] = {}
        if ends_at is not None and ends_at > timezone.now():
            preset = {"expiry": "date", "expiry_date": ends_at.date()}
        super().__init__(data, initial=preset)
        self.hold_to(policy)
