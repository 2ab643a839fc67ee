"""Tokens of robots: their list, what may change, and the answers that carry a secret once."""

from typing import Any
from uuid import UUID, uuid5

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.operations import Listing, changes, creates, does, ends, lists, shows
from console.api.problems import Elsewhere
from console.api.resources import Api, InOrganization
from console.api.shapes import Answer, Filters, Input, moment
from console.paging import Order
from console.permissions import Permission, require
from robots.api.expiry import ExpiryInput, preset_end
from robots.api.robot_shapes import BriefRobotAnswer
from robots.credentials import Kind, Plaintext
from robots.models import Secret, Token
from robots.overlaps import OLD_ENDS, OldEnds
from robots.services import (
    Minted,
    RepeatedRequest,
    change_token_addresses,
    change_token_expiry,
    create_token,
    delete_token,
    disable_token,
    enable_token,
    end_secret,
    mark_handed_over,
    offered_policy,
    refresh_token,
    rotate_token,
)
from robots.states import State
from robots.views.finding import find_robot, seen_tokens

KINDS = [kind.value for kind in Kind]
IDEMPOTENCY_KEY = "Idempotency-Key"
# Keys of one caller never meet those of another.
KEYS = UUID("a9b5c1de-6d0e-5d6c-9a35-0b8a6e1a3d57")


class LastUseAnswer(Answer):
    """The latest accepted use."""

    at = serializers.DateTimeField(source="last_used_at")
    address = serializers.CharField(source="last_used_address")
    agent = serializers.CharField(source="last_used_agent")
    verifier = serializers.CharField(source="last_used_verifier")
    repository = serializers.CharField(source="last_used_repository")


class SecretAnswer(Answer):
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


class TokenAnswer(Answer):
    """A token. `ends_at` is when it stops working: the earlier of its own end and its robot's."""

    access_id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    robot = BriefRobotAnswer(allow_null=True)
    state = serializers.ChoiceField([state.value for state in State])
    blocked_reason = serializers.CharField()
    permissions = serializers.SerializerMethodField()
    addresses = serializers.SerializerMethodField()
    expires_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField()
    last_used = serializers.SerializerMethodField()
    secrets = serializers.SerializerMethodField()

    def get_permissions(self, token: Token) -> list[str] | None:
        return None if token.permissions is None else sorted(token.permissions)

    def get_addresses(self, token: Token) -> list[str]:
        return str(token.addresses).split()

    @extend_schema_field(LastUseAnswer(allow_null=True))
    def get_last_used(self, token: Token) -> dict[str, Any] | None:
        return LastUseAnswer(token).data if token.used_at else None

    @extend_schema_field(SecretAnswer(many=True))
    def get_secrets(self, token: Token) -> Any:  # noqa: ANN401 - a list of documents
        live = getattr(token, "shown_secrets", None)
        return SecretAnswer(token.secrets.live() if live is None else live, many=True).data


class MintedAnswer(TokenAnswer):
    """A token with its new secret, which no other answer has."""

    login_name = serializers.SerializerMethodField()
    secret = serializers.SerializerMethodField()

    def get_login_name(self, token: Token) -> str | None:
        return token.robot.login_name if token.robot else None

    def get_secret(self, token: Token) -> str:
        minted: Minted = token.minted  # type: ignore[attr-defined] # set by `given`
        return minted.plaintext.reveal()


class RotatedAnswer(MintedAnswer):
    """A token with its new secret, and when the old one ends."""

    old_secret_ends_at = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_old_secret_ends_at(self, token: Token) -> str | None:
        old = token.secrets.live()[1:].first()
        return moment(old.ends_at if old else None)


class SecretInput(Input):
    """Which secret to make."""

    kind = serializers.ChoiceField(KINDS, required=False, default=Kind.SIGNED.value)
    own_secret = serializers.CharField(
        required=False, max_length=128, trim_whitespace=False, write_only=True,
        help_text="For the kind `own`: 8 to 128 printable ASCII characters.",
    )  # fmt: skip

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


class TokenInput(ExpiryInput, SecretInput):
    """A new token. Without an end it gets the one that the policy presets."""

    name = serializers.CharField()
    permissions = serializers.ListField(
        child=serializers.ChoiceField([str(name) for name in Permission]), required=False,
        allow_null=True, help_text="Narrows the token to these. `null`: all that the robot may.",
    )  # fmt: skip
    addresses = serializers.ListField(child=serializers.CharField(), required=False)


class TokenChange(ExpiryInput):
    """What of a token may change."""

    addresses = serializers.ListField(child=serializers.CharField(), required=False)
    disabled = serializers.BooleanField(required=False)


class TokenFilters(Filters):
    """Which tokens."""

    name = serializers.CharField(required=False, help_text="Exactly this name.")


def at_token(token: Token) -> str:
    """The address of a robot's token."""
    robot = token.of_robot
    return reverse("robots-api:token", args=[robot.organization.slug, robot.uuid, token.uuid])


def request_key(request: Api) -> UUID | None:
    """The `Idempotency-Key` header as what a secret's row keeps; `None` without one."""
    text = request.headers.get(IDEMPOTENCY_KEY, "")
    return uuid5(KEYS, f"{request.user.actor_uuid}:{text}") if text else None


def given(minted: Minted) -> Token:
    """The token as its one answer shows it."""
    token = minted.token
    token.minted = minted  # type: ignore[attr-defined]
    return token


def narrowed(values: dict[str, Any]) -> dict[str, Any]:
    """A body's lists as the service takes them."""
    permissions = values.pop("permissions", None)
    return values | {
        "permissions": None if permissions is None else frozenset(map(Permission, permissions)),
        "addresses": " ".join(values.pop("addresses", ())),
    }


class Revealing(InOrganization):
    """An address whose POST answers with a secret; it counts as received when the server has it."""

    minted: Minted | None = None

    def reveal(self, make: Any, **values: Any) -> Token:  # noqa: ANN401 - a service
        """The token that `make` gives a secret; what an earlier try made is a 409 with its address."""
        try:
            self.minted = make(**values)
        except RepeatedRequest as repeated:
            raise Elsewhere(str(repeated), at_token(repeated.token)) from repeated
        return given(self.minted)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if self.minted and answer.status_code < 400:
            secret, close = self.minted.secret, answer.close
            answer["Cache-Control"] = "no-store"

            def closed() -> None:
                close()
                mark_handed_over(secret)

            answer.close = closed  # type: ignore[method-assign]
        return answer


class Tokens(Revealing):
    """A robot's tokens."""

    @lists(TokenAnswer, TokenFilters)
    def get(self, request: Api, robot: UUID, wanted: dict[str, Any]) -> Listing:
        found = find_robot(request, request.organization, robot)
        require(request.viewer, Permission.TOKEN_READ, found)
        tokens = seen_tokens(request, found)
        if name := wanted.get("name"):
            tokens = tokens.filter(name=name)
        return Listing(tokens, Order("name"), with_secrets)

    @creates(MintedAnswer, TokenInput, at_token)
    def post(self, request: Api, robot: UUID, values: dict[str, Any]) -> Token:
        found = find_robot(request, request.organization, robot)
        require(request.viewer, Permission.TOKEN_CREATE, found)
        values.setdefault("expires_at", preset_end(offered_policy(found).preset_days))
        return self.reveal(
            create_token, actor=request.user, robot=found, request_key=request_key(request),
            **narrowed(values),
        )  # fmt: skip


def with_secrets(tokens: Any) -> Any:  # noqa: ANN401 - a page of tokens
    """A page of tokens, each with its live secrets: one query for all."""
    found: dict[int, list[Secret]] = {token.pk: [] for token in tokens}
    for secret in Secret.objects.live().filter(token__in=found):
        found[secret.token_id].append(secret)
    for token in tokens:
        token.shown_secrets = found[token.pk]
    return tokens


class OfToken(Revealing):
    """An address of one token."""

    def find(self, request: Api, robot: UUID, token: UUID) -> Token:
        found = find_robot(request, request.organization, robot)
        require(request.viewer, Permission.TOKEN_READ, found)
        return get_object_or_404(seen_tokens(request, found), uuid=token)


class TokenResource(OfToken):
    """One token of a robot."""

    @shows(TokenAnswer)
    def get(self, request: Api, robot: UUID, token: UUID) -> Token:
        return self.find(request, robot, token)

    @changes(TokenAnswer, TokenChange)
    def patch(self, request: Api, robot: UUID, token: UUID, values: dict[str, Any]) -> Token:
        found, actor = self.find(request, robot, token), request.user
        if "disabled" in values:
            found = (disable_token if values["disabled"] else enable_token)(
                actor=actor, token=found
            )
        if "addresses" in values:
            addresses = " ".join(values["addresses"])
            found = change_token_addresses(actor=actor, token=found, addresses=addresses)
        if "expires_at" in values:
            end = values["expires_at"]
            found = change_token_expiry(actor=actor, token=found, expires_at=end)
        return self.find(request, robot, token)

    @ends
    def delete(self, request: Api, robot: UUID, token: UUID) -> None:
        delete_token(actor=request.user, token=self.find(request, robot, token))


def newest_secret(token: Token) -> int | None:
    """The id of the secret that a rotation or refresh is made beside or instead of."""
    return token.secrets.live().values_list("pk", flat=True).first()


class TokenRotation(OfToken):
    """A new secret beside the old one."""

    @does(RotatedAnswer, RotationInput, 201)
    def post(self, request: Api, robot: UUID, token: UUID, values: dict[str, Any]) -> Token:
        found = self.find(request, robot, token)
        return self.reveal(
            rotate_token, actor=request.user, token=found, current=newest_secret(found),
            request_key=request_key(request), **values,
        )  # fmt: skip


class TokenRefresh(OfToken):
    """A new secret; every older one ends at once."""

    @does(MintedAnswer, SecretInput, 201)
    def post(self, request: Api, robot: UUID, token: UUID, values: dict[str, Any]) -> Token:
        found = self.find(request, robot, token)
        return self.reveal(
            refresh_token, actor=request.user, token=found, current=newest_secret(found),
            request_key=request_key(request), **values,
        )  # fmt: skip


class SecretResource(OfToken):
    """One of two secrets that work."""

    @ends
    def delete(self, request: Api, robot: UUID, token: UUID, secret: int) -> None:
        end_secret(actor=request.user, token=self.find(request, robot, token), secret_id=secret)
