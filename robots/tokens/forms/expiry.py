"""The form that chooses anew when a token ends."""

from datetime import datetime
from typing import Any

from robots.base.policy import Policy
from robots.policies.expiry_fields import KEEP, KeptExpiryMixin


class TokenExpiryForm(KeptExpiryMixin):
    """Counted from now; at first the end stays as it is, so that nobody moves it by saving."""

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 - Django's own signature
        *,
        policy: Policy,
        ends_at: datetime | None = None,
    ) -> None:
        super().__init__(data, initial={"expiry": KEEP})
        self.keep_end(ends_at, policy)

    @property
    def is_kept(self) -> bool:
        """Whether the end is to stay as it is."""
        return bool(self.cleaned_data["expiry"] == KEEP)
