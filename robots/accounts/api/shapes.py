"""What is said about robots, and what of them is asked and changed."""

from typing import Any, ClassVar

from rest_framework import serializers

from console.api.filters import NameField, SearchFilters, search_field
from console.api.serializers import MAX_ITEMS, StrictBooleanField, StrictCharField
from console.network_modes import NetworkMode
from console.organizations.filters import project_field
from robots.base.robot_texts import ROBOT_TEXTS, TEXT_FILTERS, RobotText
from robots.base.states import State
from robots.policies.expiry_input import ExpiryInput
from robots.queries.filter_names import label_text, responsible_email, team_name
from robots.queries.filters import ENDS, LEVELS, NETWORKS, ORDERS, STATES, USES

NETWORK_MODES = [mode.value for mode in NetworkMode]


def network_mode_field() -> serializers.ChoiceField:
    """What becomes of a use from outside `addresses`."""
    return serializers.ChoiceField(
        NETWORK_MODES,
        required=False,
        help_text="`enforce`, which is what something new has, refuses what comes from outside `addresses`;"
        " `observe` lets it in and counts it.",
    )


class BriefRobotSerializer(serializers.Serializer[Any]):
    """A robot's names."""

    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    login_name = serializers.CharField()
    path = serializers.CharField()


class RobotSerializer(serializers.Serializer[Any]):
    """A robot account. `number` is what Harbor's files call its id."""

    id = serializers.UUIDField(source="robot.uuid")
    number = serializers.IntegerField(source="robot.pk")
    name = serializers.CharField(source="robot.name")
    login_name = serializers.CharField(source="robot.login_name")
    path = serializers.CharField(source="robot.path")
    level = serializers.SerializerMethodField()
    project = serializers.SerializerMethodField()
    state = serializers.ChoiceField([state.value for state in State], source="robot.state")
    expires_at = serializers.DateTimeField(source="robot.expires_at", allow_null=True)
    next_expiry_at = serializers.DateTimeField(source="next_end", allow_null=True)
    disables_at = serializers.DateTimeField(
        source="robot.disables_at",
        allow_null=True,
        help_text="When the policy disables it unless it is used, once announced.",
    )
    responsible = serializers.SerializerMethodField()
    labels = serializers.SerializerMethodField()
    addresses = serializers.SerializerMethodField()
    network_mode = serializers.ChoiceField(NETWORK_MODES, source="robot.network_mode")
    teams = serializers.ListField(child=serializers.CharField())
    permissions = serializers.SerializerMethodField()
    token_count = serializers.IntegerField(source="robot.token_count")
    last_used_at = serializers.DateTimeField(source="robot.used_at", allow_null=True)
    created_at = serializers.DateTimeField(source="robot.created_at")
    created_by = serializers.CharField(source="robot.created_by")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        texts = {it.name: serializers.CharField(source=f"robot.{it.name}") for it in ROBOT_TEXTS}
        return super().get_fields() | texts

    def get_level(self, row: Any) -> str:  # noqa: ANN401 - a row of the list
        return "project" if row.robot.project_id else "organization"

    def get_project(self, row: Any) -> str | None:  # noqa: ANN401 - as above
        return row.robot.project_slug or None

    def get_responsible(self, row: Any) -> str | None:  # noqa: ANN401 - as above
        return row.robot.responsible.user.email if row.robot.responsible else None

    def get_labels(self, row: Any) -> dict[str, str]:  # noqa: ANN401 - as above
        parted = [text.partition("=") for text in row.labels]
        return {key: value for key, _, value in parted}

    def get_addresses(self, row: Any) -> list[str]:  # noqa: ANN401 - as above
        return str(row.robot.addresses).split()

    def get_permissions(self, row: Any) -> list[str]:  # noqa: ANN401 - as above
        return sorted(row.permissions)


SEARCHED = (
    "Part of a login name or description; a token's name or access ID; an address or network that tokens "
    "are used from or limited to."
)


class RobotFilters(SearchFilters):
    """Which robots, in which order."""

    lookups = {"name": "name"}

    q = search_field(SEARCHED)
    name = serializers.CharField(required=False, help_text="Exactly this name.")
    project = project_field()
    level = serializers.ChoiceField(list(LEVELS), required=False)
    state = serializers.ChoiceField(list(STATES), required=False)
    team = NameField(team_name, help_text="In the team of this name.")
    unused = serializers.ChoiceField(list(USES), required=False)
    expiring = serializers.ChoiceField(list(ENDS), required=False)
    networks = serializers.ChoiceField(list(NETWORKS), required=False)
    label = NameField(label_text, help_text="`key` or `key=value`.")  # type: ignore[assignment] # a field of that name
    responsible = NameField(responsible_email, help_text="An address or a name, or `nobody`.")
    sort = serializers.ChoiceField(list(ORDERS), required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        help_text = "Exactly this text."
        texts = {
            it.name: serializers.CharField(required=False, help_text=help_text)
            for it in TEXT_FILTERS
        }
        return super().get_fields() | texts


class RobotTextsInput(ExpiryInput):
    """Adds what people write about a robot."""

    # What is said of each text besides; a new robot's are empty unless given.
    text_options: ClassVar[dict[str, Any]] = {}

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return super().get_fields() | {text.name: self._text(text) for text in ROBOT_TEXTS}

    def _text(self, text: RobotText) -> StrictCharField:
        help_text = text.help or None
        return StrictCharField(
            required=False, allow_blank=True, help_text=help_text, **self.text_options
        )


class RobotChange(RobotTextsInput):
    """What of a robot may change."""

    labels = serializers.DictField(
        child=StrictCharField(allow_blank=True), required=False, help_text="Value by key."
    )
    responsible = StrictCharField(
        required=False, allow_null=True, help_text="A member's e-mail address."
    )
    addresses = serializers.ListField(max_length=MAX_ITEMS, child=StrictCharField(), required=False)
    network_mode = network_mode_field()
    disabled = StrictBooleanField(required=False)
