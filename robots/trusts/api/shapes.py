"""What is said about trusts, and what of them is asked, changed and tried."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from console.api.filters import Filters
from console.api.serializers import (
    MAX_ITEMS,
    InputSerializer,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
)
from console.permissions.vocabulary import Permission
from robots.accounts.api.shapes import BriefRobotSerializer
from robots.base.states import State
from robots.base.trust_presets import OTHER, PRESETS
from robots.models import Trust
from robots.models.trusts import MAX_LIFETIME, MIN_LIFETIME
from robots.policies.expiry_input import ExpiryInput
from robots.tokens.api.shapes import LastUseSerializer
from robots.trusts.matching import Check

CLAIM = "Its name, or a JSON Pointer (RFC 6901) to one inside another: `/kubernetes.io/namespace`."
VALUE = (
    "What the claim is, to the letter. `*` stands for one or more characters, but for `:` and `/`; what"
    " comes before the first one ends in `:` or `/`."
)
UNSAID = "Say which issuer: the preset has none that is the same for everybody."
PASTED = "Public keys, as a JWK set, one JWK or PEM. Empty: those that the issuer publishes."


class ConditionSerializer(serializers.Serializer[Any]):
    """What one claim of the token has to be."""

    claim = serializers.CharField(help_text=CLAIM)
    value = serializers.CharField(help_text=VALUE)


class TrustSerializer(serializers.Serializer[Any]):
    """A rule by which a robot logs in with another issuer's tokens.

    `ends_at` is when it lets nobody in any more: the earlier of its own end and its robot's.
    """

    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    robot = BriefRobotSerializer()
    preset = serializers.ChoiceField(list(PRESETS))
    issuer = serializers.CharField(help_text="The `iss` of its tokens.")
    audience = serializers.CharField(help_text="The `aud` of its tokens.")
    keys = serializers.CharField(help_text=PASTED)
    conditions = ConditionSerializer(many=True)
    lifetime_seconds = serializers.IntegerField(help_text="How long a login lasts.")
    permissions = serializers.SerializerMethodField(
        help_text="Logins are narrowed to these. `null`: all that the robot may."
    )
    state = serializers.ChoiceField([state.value for state in State], source="token.state")
    expires_at = serializers.DateTimeField(source="token.expires_at", allow_null=True)
    ends_at = serializers.DateTimeField(source="token.ends_at", allow_null=True)
    warnings = serializers.ListField(
        child=serializers.CharField(),
        help_text="What lets in more than one would think, a sentence each.",
    )
    created_at = serializers.DateTimeField(source="token.created_at")
    created_by = serializers.CharField(source="token.created_by")
    last_used = serializers.SerializerMethodField()

    def get_permissions(self, trust: Trust) -> list[str] | None:
        narrowed = trust.token.permissions
        return None if narrowed is None else sorted(narrowed)

    @extend_schema_field(LastUseSerializer(allow_null=True))
    def get_last_used(self, trust: Trust) -> dict[str, Any] | None:
        return LastUseSerializer(trust.token).data if trust.token.used_at else None


class ConditionInput(InputSerializer):
    """What one claim of the token has to be: text, also where the claim is a number or `true`."""

    claim = StrictCharField(trim_whitespace=False, help_text=CLAIM)
    value = StrictCharField(trim_whitespace=False, help_text=VALUE)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """All of it is needed, also in a PATCH, for which the framework asks for nothing."""
        fields = self.fields.items()
        missing = {name: it.error_messages["required"] for name, it in fields if name not in values}
        if missing:
            raise serializers.ValidationError(missing)
        return values


class TrustChange(ExpiryInput):
    """What of a trust may change. Whoever logged in by another rule is logged out."""

    preset = serializers.ChoiceField(
        list(PRESETS), required=False, help_text="What is known of the issuer's claims."
    )
    issuer = StrictCharField(required=False, help_text="The `iss` of its tokens, to the letter.")
    audience = StrictCharField(required=False, help_text="The `aud` of its tokens, to the letter.")
    keys = StrictCharField(required=False, allow_blank=True, help_text=PASTED)
    conditions = ConditionInput(  # type: ignore[call-arg] # the framework's own option of `many`
        many=True,
        required=False,
        max_length=MAX_ITEMS,
        help_text="All of them are met. One at least says which workload is let in.",
    )
    lifetime_seconds = StrictIntegerField(
        required=False,
        min_value=int(MIN_LIFETIME.total_seconds()),
        max_value=int(MAX_LIFETIME.total_seconds()),
        help_text="How long a login lasts.",
    )
    permissions = serializers.ListField(
        max_length=MAX_ITEMS,
        child=serializers.ChoiceField([str(name) for name in Permission]),
        required=False,
        allow_null=True,
        help_text="Narrows logins to these. `null`: all that the robot may.",
    )
    disabled = StrictBooleanField(required=False)


class TrustInput(TrustChange):
    """A new trust. It ends when that is said, or with its robot."""

    name = StrictCharField()
    preset = serializers.ChoiceField(
        list(PRESETS),
        required=False,
        default=OTHER,
        help_text="What is known of the issuer's claims. Without an issuer or a lifetime the trust has the"
        " preset's.",
    )
    audience = StrictCharField(
        required=False,
        help_text="The `aud` of its tokens, to the letter. Without one it is the robot's own.",
    )
    conditions = ConditionInput(  # type: ignore[call-arg] # as above
        many=True, max_length=MAX_ITEMS, help_text=TrustChange().fields["conditions"].help_text
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """Adds what the preset knows and nobody has said."""
        values = super().validate(values)
        preset = PRESETS[values["preset"]]
        known = {"lifetime_seconds": preset.lifetime_minutes * 60}
        if "issuer" not in values and not preset.is_complete:
            raise serializers.ValidationError({"issuer": UNSAID})
        return known | {"issuer": preset.issuer} | values


class TrustFilters(Filters):
    """Which trusts."""

    lookups = {"name": "token__name"}

    name = serializers.CharField(required=False, help_text="Exactly this name.")


class TrialInput(InputSerializer):
    """A token of the issuer's. It is kept nowhere, and can be exchanged afterwards."""

    token = StrictCharField(write_only=True)


class TrialRuleSerializer(serializers.Serializer[Any]):
    """One rule, and whether the token keeps it."""

    name = serializers.CharField(help_text="A claim's is the claim.")
    kept = serializers.BooleanField(source="is_kept")
    reason = serializers.CharField(source="words")
    retry_after = serializers.IntegerField(
        help_text="Seconds after which it may be otherwise: the issuer's keys are not to be had now. 0:"
        " it stays so."
    )


class TrialSerializer(serializers.Serializer[Any]):
    """Whether the trust would let the token in now, and what decides, rule by rule."""

    allowed = serializers.BooleanField()
    rules = TrialRuleSerializer(many=True)

    def to_representation(self, instance: list[Check]) -> dict[str, Any]:
        allowed = all(check.is_kept for check in instance)
        return super().to_representation({"allowed": allowed, "rules": instance})
