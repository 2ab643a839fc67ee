"""What of an organization's tokens to show."""

from django import forms
from django.http import QueryDict

from console import names
from console.forms import filter_choice, filter_text
from console.http import Visit
from console.organizations.queries import project_slug
from robots.queries.filters import NETWORKS
from robots.queries.people import seer_email
from robots.queries.token_filters import (
    MAX_UNUSED_DAYS,
    OWNERS,
    TOKEN_ENDS,
    TOKEN_KINDS,
    TOKEN_ORDERS,
    TOKEN_STATES,
    TOKEN_USES,
    is_unused_days,
    unused_words,
)


class UseField(forms.ChoiceField):
    """Never used, or unused for any number of days, of which one is suggested."""

    def valid_value(self, value: str) -> bool:
        return super().valid_value(value) or is_unused_days(value)


class TokenFilterForm(forms.Form):
    """Text, what else has to fit, and the order. What rows show can be written as they show it."""

    q = forms.CharField(required=False, max_length=255, validators=[names.validate_line])
    state = filter_choice(TOKEN_STATES, "Any state", "State")
    sort = forms.ChoiceField(required=False, choices=[(key, key) for key in TOKEN_ORDERS])
    kind = filter_choice(TOKEN_KINDS, "Any kind", "Kind")
    expiring = filter_choice(TOKEN_ENDS, "Any end", "Expiry")
    unused = UseField(
        label="Use",
        required=False,
        choices=[("", "Any use"), *TOKEN_USES.items()],
        error_messages={
            "invalid_choice": f"Write never, or a number of days up to {MAX_UNUSED_DAYS:,}."
        },
    )
    networks = filter_choice(NETWORKS, "Any networks", "Networks")
    owner = filter_choice(OWNERS, "Any owner", "Owner")
    project = filter_text("Project", 100)
    created_by = filter_text("Created by", 255)
    seen_by = filter_text("Seen by", 254)

    def __init__(self, data: QueryDict, request: Visit) -> None:
        super().__init__(data)
        self.request = request
        chosen = self.data.get("unused", "")
        if is_unused_days(chosen) and chosen not in TOKEN_USES:
            added = (chosen, unused_words(chosen))
            self.fields["unused"].choices = [*self.fields["unused"].choices, added]  # type: ignore[attr-defined] # a choice field

    def clean_project(self) -> str:
        text = self.cleaned_data["project"]
        return project_slug(self.request, text) if text else ""

    def clean_created_by(self) -> str:
        return str(self.cleaned_data["created_by"]).lower()

    def clean_seen_by(self) -> str:
        text = self.cleaned_data["seen_by"]
        return seer_email(self.request, text) if text else ""
