"""The forms that make a token."""

import uuid
from typing import Any

from django import forms

from console import names
from console.permissions.vocabulary import OFFERED
from robots.accounts.forms.addresses import NetworksFormMixin
from robots.accounts.forms.permission_grid import (
    GridPart,
    grid,
    permissions_among,
)
from robots.accounts.forms.permissions import Tick, permissions_field, ticks
from robots.base.policy import OPEN, PERSONAL, Policy
from robots.policies.expiry_fields import ExpiryFormMixin
from robots.tokens.forms.secrets import NewSecretFormMixin


class TokenForm(ExpiryFormMixin, NewSecretFormMixin, NetworksFormMixin):
    """Name, expiry and who gets the secret; its kind, an own one and narrowing under *More*."""

    name = forms.CharField(max_length=names.MAX_NAME, validators=[names.validate_name])
    permissions = permissions_field("Narrow to permissions")
    field_order = ("name", "expiry", "expiry_days", "expiry_date", "kind", "permissions")

    def __init__(self, data: Any = None, *, policy: Policy = OPEN) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(data, initial={"request_key": uuid.uuid4()})
        self.apply_policy(policy)

    def narrowing_ticks(self) -> list[Tick]:
        """The list for narrowing; nothing ticked means not narrowed."""
        return ticks(self["permissions"].value() or ())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["permissions"] = frozenset(cleaned.get("permissions") or ()) or None
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        taken = ("name", "expires_at", "permissions", "addresses", "network_mode")
        return {name: self.cleaned_data[name] for name in taken} | self.secret_values()


class PersonalTokenForm(TokenForm):
    """A person's own token: minted, shown here, and narrowed to any permissions there are."""

    permissions = permissions_among(label="Narrow to permissions")

    def __init__(self, data: Any = None) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(data, policy=PERSONAL)
        self.show_minted_alone()

    def narrowing_grid(self) -> list[GridPart]:
        """All permissions to tick: it narrows what the person may at any later time, too."""
        return grid(OFFERED, self["permissions"].value() or (), OFFERED)

    def secret_values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("kind", "request_key")}
