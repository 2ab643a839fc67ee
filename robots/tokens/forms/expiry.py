"""The form that chooses anew when a token ends."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from robots.base.policy import Policy, lifetime_verdict
from robots.policies.expiry_fields import NEVER, ExpiryFormMixin


class TokenExpiryForm(ExpiryFormMixin):
    """Counted from now. The present end is preset where it may be, so that nobody moves it by saving."""

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 - Django's own signature
        *,
        policy: Policy,
        ends_at: datetime | None = None,
    ) -> None:
        self.present = ends_at
        super().__init__(data, initial=self._preset(policy))
        self.apply_policy(policy)

    def _preset(self, policy: Policy) -> dict[str, Any]:
        now = timezone.now()
        if self.present is None:
            return {} if lifetime_verdict(policy, now, None) else {"expiry": NEVER}
        if self.present > now:
            return {"expiry": "date", "expiry_date": self.present.date()}
        return {}

    def _end_of(self, day: date | None) -> datetime | None:
        """The day on which it ends already is not another end."""
        if self.present and day == self.present.date() and self.present > timezone.now():
            return self.present
        return super()._end_of(day)
