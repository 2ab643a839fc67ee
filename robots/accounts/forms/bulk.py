"""Forms for many robots at once: which, and what else a change asks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from console.forms import parse_uuid
from robots.policies.expiry_fields import NEVER, ExpiryFormMixin

MOST = 500


class TickedForm(forms.Form):
    """Which robots are ticked, and whether their change was previewed and confirmed."""

    robot = forms.TypedMultipleChoiceField(
        coerce=UUID, required=False, widget=forms.MultipleHiddenInput
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(data)
        # Any identifier will do: which robots there are for the actor, the database says.
        self.fields["robot"].valid_value = parse_uuid  # type: ignore[attr-defined] # a choice field

    def clean_robot(self) -> list[UUID]:
        ticked = list(dict.fromkeys(self.cleaned_data["robot"]))
        if not ticked:
            raise forms.ValidationError("Nothing is ticked. Go back and tick robot accounts.")
        if len(ticked) > MOST:
            raise forms.ValidationError(f"Tick at most {MOST} robot accounts at a time.")
        return ticked


class ExtensionForm(ExpiryFormMixin):
    """When robots are to end."""

    def __init__(self, data: Any = None) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(data, initial={"expiry": "90"})


class CountForm(forms.Form):
    """How many are deleted, typed."""

    count = forms.CharField(max_length=10, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, data: Any = None, *, expected: int) -> None:  # noqa: ANN401 - as above
        super().__init__(data)
        self.expected = str(expected)
        self.fields["count"].label = f"Type {expected} to confirm"

    def clean_count(self) -> str:
        count = str(self.cleaned_data["count"]).strip()
        if count != self.expected:
            raise forms.ValidationError(f"This is not the number. Type {self.expected}.")
        return count


def as_text(end: datetime | None) -> str:
    """A previewed end for a hidden field."""
    return end.isoformat() if end else NEVER


def previewed_end(text: str) -> datetime | None:
    """The end of a hidden field; one that is none of ours is over, which no service takes."""
    if text == NEVER:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    return found if found and timezone.is_aware(found) else timezone.now()
