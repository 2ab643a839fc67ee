"""Forms for many things at once: which, and what else a change asks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from console.forms import parse_uuid
from console.names import MAX_NAME, MAX_SLUG
from robots.accounts.services.expiry import end_words, is_shorter
from robots.base.periods import MAX_DAYS
from robots.base.policy import Policy
from robots.base.states import is_longer
from robots.models import Robot
from robots.policies.enforcement import end_policy
from robots.policies.expiry_fields import KEEP, NEVER, ExpiryFormMixin, KeptExpiryMixin

MOST = 500
PRESET_DAYS, LONGER_DAYS = 90, 365


class TicksField(forms.TypedMultipleChoiceField):
    """Which are ticked, by UUID. Any will do: which there are for the actor, the database says."""

    def __init__(self, noun: str) -> None:
        self.noun = noun
        super().__init__(coerce=UUID, required=False, widget=forms.MultipleHiddenInput)

    def valid_value(self, value: str) -> bool:
        return parse_uuid(value) is not None

    def clean(self, value: Any) -> list[UUID]:  # noqa: ANN401 - Django's own signature
        ticked: list[UUID] = list(dict.fromkeys(super().clean(value)))
        if not ticked:
            raise forms.ValidationError(f"Nothing is ticked. Go back and tick {self.noun}s.")
        if len(ticked) > MOST:
            raise forms.ValidationError(f"Tick at most {MOST} {self.noun}s at a time.")
        return ticked


class TickedForm(forms.Form):
    """What is ticked in the list's own `field`, and whether its change was previewed and confirmed."""

    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    # The project in whose list they were ticked, or the filters of it; the way back leads there.
    within = forms.CharField(required=False, max_length=MAX_SLUG, widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, field: str, noun: str) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(data)
        self.fields[field] = TicksField(noun)


class ExtensionForm(ExpiryFormMixin):
    """When several are to end; earlier than now only if that is meant."""

    earlier = forms.BooleanField(label="Also shorten those that end later or never", required=False)
    # What it says until somebody chooses.
    USUAL: ClassVar = {"expiry": str(PRESET_DAYS)}


class RobotExtensionForm(KeptExpiryMixin):
    """When one robot is to end; earlier than now only if that is meant."""

    earlier = forms.BooleanField(label="Let it end earlier", required=False)

    def __init__(self, data: Any = None, *, robot: Robot) -> None:  # noqa: ANN401 - as above
        policy = end_policy(robot)
        self.robot = robot
        super().__init__(data, initial={"expiry": self._preset(policy)})
        self.keep_end(robot.expires_at, policy)

    def _preset(self, policy: Policy) -> str:
        """The first length that is longer than what it has; what never ends stays so."""
        now, longest = timezone.now(), policy.maximum_days or MAX_DAYS
        for days in (min(PRESET_DAYS, longest), min(LONGER_DAYS, longest)):
            if is_longer(self.robot.expires_at, now + timedelta(days=days)):
                return str(days)
        return KEEP

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        end = cleaned["expires_at"]
        if not self.errors and not cleaned["earlier"] and is_shorter(self.robot.expires_at, end):
            words = end_words(self.robot.expires_at, end)
            self.add_error("earlier", f"{words} Tick this if it is meant.")
        return cleaned

    @property
    def asks_whether_earlier(self) -> bool:
        """Whether the box belongs on the page."""
        return bool(self["earlier"].errors or self["earlier"].value())


class DeletionForm(forms.Form):
    """How many are deleted, typed; of a single one the name."""

    typed = forms.CharField(
        max_length=MAX_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, data: Any = None, *, names: Sequence[str]) -> None:  # noqa: ANN401 - as above
        super().__init__(data)
        self.expected = names[0] if len(names) == 1 else str(len(names))
        self.what = "name" if len(names) == 1 else "number"
        self.fields["typed"].label = f"Type {self.expected} to confirm"

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"]).strip()
        if typed != self.expected:
            raise forms.ValidationError(f"This is not the {self.what}. Type {self.expected}.")
        return typed


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
