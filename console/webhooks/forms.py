"""Forms of webhooks. Rules live on the model; forms shape input."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms

from console.models import Webhook
from console.notices.kinds import OF_ORGANIZATION, Kind
from console.pages.cards import Card, Choices, cards, pairs

KINDS = [(kind.name, kind.label) for kind in OF_ORGANIZATION]


class WebhookForm(forms.ModelForm[Webhook]):
    """What of a webhook may change."""

    kinds = forms.MultipleChoiceField(
        label="Notices", choices=KINDS, widget=forms.CheckboxSelectMultiple
    )
    active = forms.BooleanField(label="Send notices to it", required=False, initial=True)

    class Meta:
        model = Webhook
        fields = ("name", "url")
        help_texts = {
            "url": "Where messages are sent by POST. HTTPS alone; a redirect counts as a failure.",
        }
        widgets = {"url": forms.URLInput(attrs={"placeholder": "https://example.com/hooks/roster"})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["kinds"] = self.instance.kinds
            self.initial["active"] = self.instance.is_active

    @property
    def ticks(self) -> list[tuple[Kind, bool]]:
        """The kinds, and which of them are ticked."""
        ticked = self["kinds"].value() or []
        return [(kind, kind.name in ticked) for kind in OF_ORGANIZATION]


class NewWebhookForm(WebhookForm):
    """A new webhook: it is active, and has a secret."""

    active = None  # type: ignore[assignment] # Django's way to leave a field out
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class WebhookSecretForm(forms.Form):
    """A new secret, and when the one before ends."""

    OVERLAPS: Choices = (
        ("24", "After 24 hours", "Messages are signed with both until then."),
        ("168", "After 7 days", "Where it takes longer to put the new one everywhere."),
        ("0", "Now", "Whoever has the old one can sign nothing that is still believed."),
    )

    overlap = forms.ChoiceField(choices=pairs(OVERLAPS), initial="24")
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    @property
    def overlaps(self) -> list[Card]:
        return cards(self.OVERLAPS, self["overlap"].value())

    @property
    def lasting(self) -> timedelta:
        """What was chosen."""
        return timedelta(hours=int(self.cleaned_data["overlap"]))
