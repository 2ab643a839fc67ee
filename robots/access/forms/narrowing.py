"""The form that narrows grants of a robot account to what was used of them."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from console.forms import parse_uuid

SEEN = re.compile(r"([0-9a-f-]{36})\.([0-9a-f]{16})")
MAX_GRANTS = 1000


class SeenGrantsField(forms.Field):
    """Grants by UUID, each with the fingerprint of what was shown: `018f….3fa9…`, several of them."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> dict[UUID, str]:  # noqa: ANN401 - Django's own signature
        """By UUID its fingerprint. What has another shape is an error for all."""
        texts = super().clean(value)
        found = [match for text in texts[:MAX_GRANTS] if (match := SEEN.fullmatch(text))]
        seen = {uuid: match[2] for match in found if (uuid := parse_uuid(match[1]))}
        if len(seen) != len(set(texts)):
            raise ValidationError("Choose among the grants that are shown.")
        return seen


class NarrowingForm(forms.Form):
    """Which grants; at first all of them."""

    grant = SeenGrantsField(label="Grants", error_messages={"required": "Tick at least one grant."})

    # With nothing ticked a browser would send no field at all.
    shown = forms.CharField(required=False, max_length=1, widget=forms.HiddenInput, initial="1")

    @property
    def ticked(self) -> set[str]:
        """The UUIDs of those that came ticked, whatever they were shown as."""
        texts = self["grant"].data or () if self.is_bound else ()
        return {text.partition(".")[0] for text in texts}
