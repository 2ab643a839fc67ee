"""The form that chooses anew when a token ends."""

from typing import Any

from robots.forms.expiry import ExpiryFormMixin
from robots.policy import Policy


class TokenExpiryForm(ExpiryFormMixin):
    """Counted from now."""

    def __init__(self, data: Any = None, *, policy: Policy) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(data)
        self.hold_to(policy)
