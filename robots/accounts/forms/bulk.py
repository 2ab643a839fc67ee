"""Forms for many robots at once: which, and what else a change asks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from console.forms import parse_uuid
from console.names import MAX_SLUG
from robots.accounts.services.expiry import end_words, is_shorter
from robots.base.policy import OPEN, Policy
from robots.models import Robot
from robots.policies.enforcement import end_policy
from robots.policies.expiry_fields import NEVER, ExpiryFormMixin

MOST = 500
PRESET_DAYS = 90


class TickedForm(forms.Form):
    """Which robots are ticked, and whether their change was previewed and confirmed."""

    robot = forms.TypedMultipleChoiceField(
        coerce=UUID, required=False, widget=forms.MultipleHiddenInput
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    # The project in whose list they were ticked; the way back leads there.
    within = forms.CharField(required=False, max_length=MAX_SLUG, widget=forms.HiddenInput)

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

    def __init__(self, data: Any = None, policy: Policy = OPEN) -> None:  # noqa: ANN401 - Django's own signature
        longest = policy.maximum_days or PRESET_DAYS
        super().__init__(data, initial={"expiry": str(min(PRESET_DAYS, longest))})
        self.apply_policy(policy)


class RobotExtensionForm(ExtensionForm):
    """When one robot is to end; earlier than now only if that is meant."""

    earlier = forms.BooleanField(label="Let it end earlier", required=False)

    def __init__(self, data: Any = None, *, robot: Robot) -> None:  # noqa: ANN401 - as above
        super().__init__(data, end_policy(robot))
        self.robot = robot

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        end = cleaned["expires_at"]
        if not self.errors and not cleaned["earlier"] and is_shorter(self.robot, end):
            self.add_error("earlier", f"{end_words(self.robot, end)} Tick this if it is meant.")
        return cleaned

    @property
    def asks_whether_earlier(self) -> bool:
        """Whether the box belongs on the page."""
        return bool(self["earlier"].errors or self["earlier"].value())


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
