"""What is said about tokens and their secrets, and what of them is asked and changed."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from console.api.serializers import (
    MAX_ITEMS,
    InputSerializer,
    StrictBooleanField,
    StrictCharField,
)
from console.minted_secrets import Plaintext
from console.permissions.vocabulary import Permission
from robots.accounts.api.shapes import NETWORK_MODES, BriefRobotSerializer, network_mode_field
from robots.base.credentials import Kind
from robots.base.secret_lifetimes import OLD_ENDS, OldEnds
from robots.base.states import State
from robots.models import Secret, Token
from robots.policies.expiry_input import ExpiryInput
from robots.tokens.services.minting import Minted

KINDS = [kind.value for kind in Kind]


class LastUseSerializer(serializers.Serializer[Any]):
    """The latest accepted use."""

    at = serializers.DateTimeField(source="last_used_at")
    address = serializers.CharField(source="last_used_address")
    agent = serializers.CharField(source="last_used_agent")
    verifier = serializers.CharField(source="last_used_verifier")
    repository = serializers.CharField(source="last_used_repository")


class SecretSerializer(serializers.Serializer[Any]):
    """A secret that works: never its text."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(KINDS)
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField()
    ends_at = serializers.DateTimeField(allow_null=True)
    ends_with_first_use = serializers.SerializerMethodField()
    delivered_at = serializers.DateTimeField(source="handed_over_at", allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)
    last_used_address = serializers.CharField()

    def get_ends_with_first_use(self, secret: Secret) -> bool:
        return secret.ends_with_id is not None


class TokenSerializer(serializers.Serializer[Any]):
    """A token. `ends_at` is when it stops working: the earlier of its own end and its robot's."""

    access_id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    robot = BriefRobotSerializer(allow_null=True)
    state = serializers.ChoiceField([state.value for state in State])
    blocked_reason = serializers.CharField()
    permissions = serializers.SerializerMethodField()
    addresses = serializers.SerializerMethodField()
    network_mode = serializers.ChoiceField(NETWORK_MODES)
    expires_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    disables_at = serializers.DateTimeField(
        allow_null=True, help_text="When the policy disables it unless it is used, once announced."
    )
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField()
    last_used = serializers.SerializerMethodField()
    secrets = serializers.SerializerMethodField()

    def get_permissions(self, token: Token) -> list[str] | None:
        return None if token.permissions is None else sorted(token.permissions)

    def get_addresses(self, token: Token) -> list[str]:
        return str(token.addresses).split()

    @extend_schema_field(LastUseSerializer(allow_null=True))
    def get_last_used(self, token: Token) -> dict[str, Any] | None:
        return LastUseSerializer(token).data if token.used_at else None

    @extend_schema_field(SecretSerializer(many=True))
    def get_secrets(self, token: Token) -> Any:  # noqa: ANN401 - a list of documents
        live = getattr(token, "shown_secrets", None)
        return SecretSerializer(token.secrets.live() if live is None else live, many=True).data


class MintedSerializer(TokenSerializer):
    """A token with its new secret, which no other answer has."""

    login_name = serializers.SerializerMethodField()
    secret = serializers.SerializerMethodField()

    def get_login_name(self, token: Token) -> str | None:
        return token.robot.login_name if token.robot else None

    def get_secret(self, token: Token) -> str:
        return self.minted(token).plaintext.reveal()

    def minted(self, token: Token) -> Minted:
        minted: Minted = token.minted  # type: ignore[attr-defined] # set by `reveal`
        return minted


class RotatedSerializer(MintedSerializer):
    """A token with its new secret, and when the old one ends."""

    old_secret_ends_at = serializers.SerializerMethodField()
    older_secret_ended = serializers.SerializerMethodField(
        help_text="Whether two worked before, and the older one ended with this."
    )

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_old_secret_ends_at(self, token: Token) -> str | None:
        old = token.secrets.live()[1:].first()
        ends_at = old.ends_at if old else None
        return serializers.DateTimeField().to_representation(ends_at) if ends_at else None

    def get_older_secret_ended(self, token: Token) -> bool:
        return self.minted(token).ended_older


class SecretInput(InputSerializer):
    """Which secret to make."""

    kind = serializers.ChoiceField(KINDS, required=False, default=Kind.SIGNED.value)
    own_secret = StrictCharField(
        required=False,
        max_length=128,
        trim_whitespace=False,
        write_only=True,
        help_text="For the kind `own`: 8 to 128 printable ASCII characters.",
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        values = super().validate(values)
        own = values.pop("own_secret", None)
        if (own is not None) != (values["kind"] == Kind.OWN):
            raise serializers.ValidationError(
                {"own_secret": "It goes with the kind `own`, and that kind needs it."}
            )
        return values | {"own": Plaintext(own) if own is not None else None}


class RotationInput(SecretInput):
    """Which secret to make, and when the old one ends."""

    old_ends = serializers.ChoiceField(OLD_ENDS, required=False, default=OldEnds.DAY.value)
    end_older = StrictBooleanField(
        required=False,
        default=False,
        help_text="A token has two secrets at most. Where two work, end the older one at once instead of"
        " refusing; where one works it changes nothing.",
    )


class NamedInput(ExpiryInput):
    """What every new token has. Without an end it gets the one that the policy presets."""

    name = StrictCharField()
    permissions = serializers.ListField(
        max_length=MAX_ITEMS,
        child=serializers.ChoiceField([str(name) for name in Permission]),
        required=False,
        allow_null=True,
        help_text="Narrows the token to these. `null`: all that its owner may.",
    )
    addresses = serializers.ListField(max_length=MAX_ITEMS, child=StrictCharField(), required=False)
    network_mode = network_mode_field()


class TokenInput(NamedInput, SecretInput):
    """A new token of a robot."""


class GeneratedTokenInput(NamedInput):
    """A new token whose secret Roster makes."""

    kind = serializers.ChoiceField(
        [Kind.SIGNED.value, Kind.COMPACT.value], required=False, default=Kind.SIGNED.value
    )


class PersonalTokenInput(GeneratedTokenInput):
    """A new token of one's own, whose secret Roster makes."""


class TokenChange(ExpiryInput):
    """What of a token may change."""

    addresses = serializers.ListField(max_length=MAX_ITEMS, child=StrictCharField(), required=False)
    network_mode = network_mode_field()
    disabled = StrictBooleanField(required=False)
