"""What lists of tokens can be asked for."""

from rest_framework import serializers

from console.api.filters import Filters, NameField, SearchFilters, search_field
from console.organizations.filters import project_field
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
)

SEARCHED = (
    "Part of a token's name, or of its robot's login name or description; the access ID or the robot's id; "
    "an address or network that it was used from."
)
UNUSED = f"`never`, or a number of days up to {MAX_UNUSED_DAYS:,} without a use."


class TokenFilters(Filters):
    """Which tokens."""

    lookups = {"name": "name"}

    name = serializers.CharField(required=False, help_text="Exactly this name.")


class AllTokenFilters(SearchFilters):
    """Which tokens, in which order. Their state and end are those that take the robot's end into account."""

    lookups = {"name": "name"}

    q = search_field(SEARCHED)
    name = serializers.CharField(required=False, help_text="Exactly this name.")
    state = serializers.ChoiceField(list(TOKEN_STATES), required=False)
    kind = serializers.ChoiceField(list(TOKEN_KINDS), required=False)
    expiring = serializers.ChoiceField(list(TOKEN_ENDS), required=False)
    networks = serializers.ChoiceField(list(NETWORKS), required=False)
    unused = serializers.CharField(required=False, help_text=UNUSED)
    owner = serializers.ChoiceField(list(OWNERS), required=False)
    project = project_field()
    created_by = serializers.CharField(required=False, help_text="Exactly as a token says it.")
    seen_by = NameField(
        seer_email,
        help_text="A person's address or name; `left`: people who left; `nobody`: not received yet.",
    )
    sort = serializers.ChoiceField(list(TOKEN_ORDERS), required=False)

    def validate_unused(self, value: str) -> str:
        if value not in TOKEN_USES and not is_unused_days(value):
            raise serializers.ValidationError(UNUSED)
        return value
