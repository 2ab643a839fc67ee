"""Forms of webhooks. Rules live on the model; forms shape input."""

from datetime import timedelta
from itertools import groupby
from typing import Any
from uuid import uuid4

from django import forms

from console.models import Webhook
from console.notices.kinds import Kind
from console.pages.cards import Card, Choices, cards, pairs
from console.permissions.decision import Actor
from console.webhooks.log_readers import offered_to
from console.webhooks.queries import offered_at


class WebhookForm(forms.ModelForm[Webhook]):
    """What of a webhook may change."""

    kinds = forms.MultipleChoiceField(label="What it is told", widget=forms.CheckboxSelectMultiple)
    active = forms.BooleanField(label="Send messages to it", required=False, initial=True)

    class Meta:
        model = Webhook
        fields = ("name", "description", "url")
        help_texts = {
            "url": "Where messages are sent by POST. HTTPS alone; a redirect counts as a failure.",
        }
        widgets = {
            "description": forms.TextInput,
            "url": forms.URLInput(attrs={"placeholder": "https://example.com/hooks/roster"}),
        }

    def __init__(self, *args: Any, viewer: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        organization = self.instance.organization
        offered = offered_at(organization)
        self.offered = offered_to(viewer, organization, offered, self.instance.kinds)
        self.leaves_out = len(self.offered) < len(offered)
        self.fields["kinds"].choices = [  # type: ignore[attr-defined] # of a choice field
            (kind.name, kind.label) for kind in self.offered
        ]
        if self.instance.pk:
            self.initial["kinds"] = self.instance.kinds
            self.initial["active"] = self.instance.is_active

    @property
    def groups(self) -> list[tuple[str, list[tuple[Kind, bool]]]]:
        """The kinds by their headings, and which of them are ticked."""
        ticked = self["kinds"].value() or []
        return [
            (group, [(kind, kind.name in ticked) for kind in kinds])
            for group, kinds in groupby(self.offered, lambda kind: kind.group)
        ]


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
