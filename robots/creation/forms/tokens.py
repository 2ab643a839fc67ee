"""The part of a robot's form that makes its first token."""

import uuid
from datetime import datetime
from typing import Any

from django import forms

from console import names
from robots.base.policy import OPEN, Policy
from robots.creation.services import FirstToken
from robots.models import Handover
from robots.policies.enforcement import policy_beside
from robots.policies.expiry_fields import ExpiryFormMixin

PREFIX, NAME = "token", "default"
# The robot's own end stands on the same page.
LABELS = {
    "expiry": "The token ends",
    "expiry_days": "Days until the token ends",
    "expiry_date": "The token's end",
}


class FirstTokenForm(ExpiryFormMixin):
    """Name, expiry and kind of secret; what else a token can have is its own form's."""

    name = forms.CharField(
        label="Name of the token",
        max_length=names.MAX_NAME,
        validators=[names.validate_name],
        initial=NAME,
    )
    kind = forms.ChoiceField(
        label="Kind of secret",
        choices=Handover.Kind.choices,
        initial=Handover.Kind.SIGNED,
        help_text="Compact fits password boxes that refuse long text.",
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("name", "expiry", "expiry_days", "expiry_date", "kind")

    def __init__(self, data: Any = None, *, policy: Policy = OPEN) -> None:  # noqa: ANN401 - as Form
        super().__init__(data, prefix=PREFIX, initial={"request_key": uuid.uuid4()})
        self.apply_policy(policy)
        for field, label in LABELS.items():
            self.fields[field].label = label

    def end_with(self, policy: Policy, robot_end: datetime | None) -> None:
        """What `policy` leaves to a token of a robot that ends then; before the form is validated."""
        self.apply_policy(policy_beside(policy, robot_end))

    def values(self) -> FirstToken:
        """What the service takes."""
        cleaned = self.cleaned_data
        return FirstToken(cleaned["name"], cleaned["expires_at"], cleaned["kind"])
