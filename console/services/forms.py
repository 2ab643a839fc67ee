"""Forms of services. Rules live on the model; forms shape input."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms

from console.models import Service
from console.pages.cards import Card, Choices, cards, pairs
from console.services.services import ENVIRONMENTS

PERSONAL_TOKENS: Choices = (
    (
        "none",
        "Refused",
        "Robot accounts alone are let in. People use the token of a robot account.",
    ),
    ("pull", "Pull", "With their own API tokens people pull what they may pull in Roster."),
    ("all", "All that the person may do", "Their API tokens push and delete as well, as they may."),
)
# A cluster's own rules say what somebody may do there.
IN_CLUSTERS: Choices = (
    PERSONAL_TOKENS[0],
    (
        "all",
        "Let in",
        "With their own API tokens people are users of the cluster, in the groups of their teams.",
    ),
)
# What a service of a kind has beside what all of them have.
OWN: dict[str, tuple[str, ...]] = {
    Service.Kind.REGISTRY: ("host", "uses_x5c"),
    Service.Kind.RESOURCE: ("audience", "exempt_from_addresses"),
    Service.Kind.PROXY: ("proxy", "host"),
    Service.Kind.CLUSTER: ("audience", "exempt_from_addresses"),
}
AUDIENCE_OF_CLUSTER = (
    "One of those that the API server asks for: its --api-audiences. Without one, a robot account's token is"
    " good at the API server, whatever it asks for."
)
OF_SOME = {name for names in OWN.values() for name in names}


class ServiceSettingsForm(forms.ModelForm[Service]):
    """What of a service may change."""

    class Meta:
        model = Service
        fields: tuple[str, ...] = ("description", *sorted(OF_SOME), "personal_tokens")
        labels = {
            "uses_x5c": "Each token carries its certificate",
            "exempt_from_addresses": "Tokens that are limited to networks are good here",
        }
        help_texts = {
            "host": "Where clients reach it. It stands in the logins that people take away.",
            "uses_x5c": "Registry 2 recognizes Roster by it. Registry 3 can have the keys in a file instead.",
            "proxy": "What it says of a request is believed in this proxy's own headers alone.",
            "audience": "What access tokens for it are addressed to, like https://api.example.com. Without"
            " one it is the name by which it asks.",
            "exempt_from_addresses": "Roster does not see the client when its service asks, so it cannot"
            " tell whether the client is in such a network.",
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in OF_SOME - {*self._own}:
            del self.fields[name]
        for name in {"host", "proxy"} & {*self.fields}:
            self.fields[name].required = True
        if "proxy" in self.fields:
            self.fields["proxy"] = forms.ChoiceField(
                choices=[("", "Choose one"), *Service.Proxy.choices],
                help_text=self.fields["proxy"].help_text,
            )
        if self._is_cluster:
            self.fields["audience"].help_text = AUDIENCE_OF_CLUSTER
        choices = pairs(self._personal)
        self.fields["personal_tokens"] = forms.ChoiceField(choices=choices, initial="none")

    @property
    def _is_cluster(self) -> bool:
        return self.instance.kind == Service.Kind.CLUSTER

    @property
    def _personal(self) -> Choices:
        return IN_CLUSTERS if self._is_cluster else PERSONAL_TOKENS

    @property
    def _own(self) -> tuple[str, ...]:
        if self.instance.from_environment:
            return tuple(name for name in OWN[self.instance.kind] if name not in ENVIRONMENTS)
        return OWN[self.instance.kind]

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The fields of its kind."""
        return [self[name] for name in self._own]

    @property
    def personal_choices(self) -> list[Card]:
        return cards(self._personal, self["personal_tokens"].value())


class ServiceForm(ServiceSettingsForm):
    """A new service."""

    class Meta(ServiceSettingsForm.Meta):
        fields = ("name", *ServiceSettingsForm.Meta.fields)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        place = self.instance.organization
        called = f"{place.slug}/ and this name" if place else "this name"
        self.fields["name"].help_text = f"It asks as {called}. It never changes."


class ServiceSecretForm(forms.Form):
    """A new secret, and when the one before it ends."""

    OVERLAPS: Choices = (
        ("24", "After 24 hours", "Time to put the new one everywhere."),
        ("168", "After 7 days", "Where that takes longer."),
        ("0", "Now", "What still asks with it is refused from the next request on."),
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
