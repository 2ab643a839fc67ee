"""The answers that carry a secret once, and what tokens of robots and of people have in common."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.generics import (
    ApiRequest,
    InOrganization,
    Resource,
    ValidatedBody,
    require_proof,
)
from console.api.idempotency import request_key
from console.api.pagination import KeysetPagination
from console.api.problems import Elsewhere
from console.errors import Conflict
from console.http import current
from console.permissions.vocabulary import Permission
from robots.base.states import is_longer
from robots.models import Secret, Token
from robots.tokens.api.shapes import (
    MintedSerializer,
    RotatedSerializer,
    RotationInput,
    SecretInput,
)
from robots.tokens.services.minting import Minted, mark_handed_over
from robots.tokens.services.repetition import RepeatedRequest
from robots.tokens.services.secrets import refresh_token, rotate_token
from robots.tokens.services.update import update_token

# An answer with a secret has been sent after this time, or is lost.
UNDER_WAY = timedelta(seconds=10)


def at_token(token: Token) -> str:
    """The address of a token."""
    robot = token.robot
    if robot is None:
        return reverse("robots-api:personal-token", args=[token.uuid])
    return reverse("robots-api:token", args=[robot.organization.slug, robot.uuid, token.uuid])


def narrowed(values: dict[str, Any]) -> dict[str, Any]:
    """A body's lists as the service takes them."""
    permissions = values.pop("permissions", None)
    return values | {
        "permissions": None if permissions is None else frozenset(map(Permission, permissions)),
        "addresses": " ".join(values.pop("addresses", ())),
    }


class Reveals(Resource):
    """An address whose POST answers with a secret; it counts as received when the server has it."""

    minted: Minted | None = None

    def reveal(self, make: Any, **values: Any) -> Token:  # noqa: ANN401 - a service
        """The token that `make` gives a secret; what an earlier try made is a 409 with its address."""
        try:
            self.minted = make(
                actor=self.request.user, request_key=request_key(self.request), **values
            )
        except RepeatedRequest as repeated:
            raise Elsewhere(str(repeated), at_token(repeated.token)) from repeated
        token: Token = self.minted.token
        token.minted = self.minted  # type: ignore[attr-defined] # what its one answer shows
        return token

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

            answer.close = closed  # type: ignore[method-assign] # Django calls it
        return answer


class _Renewal(Reveals, generics.CreateAPIView[Token]):
    """A POST that gives the token of its address another secret."""

    def renew(self, make: Any, serializer: ValidatedBody) -> None:  # noqa: ANN401 - a service
        """Answer with the token that `make` gives another secret, beside or instead of its newest one."""
        token = self.get_object()
        if token.strong_permissions:
            require_proof(self.request)
        serializer.instance = self.reveal(
            make, token=token, current=newest_secret(token), **serializer.validated_data
        )


class Rotation(_Renewal):
    """A new secret beside the old one."""

    serializer_class = RotatedSerializer
    input_serializer_class = RotationInput

    def perform_create(self, serializer: ValidatedBody) -> None:
        self.renew(rotate_token, serializer)


class Refresh(_Renewal):
    """A new secret; every older one ends at once."""

    serializer_class = MintedSerializer
    input_serializer_class = SecretInput

    def perform_create(self, serializer: ValidatedBody) -> None:
        self.renew(refresh_token, serializer)


class Revealing(Reveals, InOrganization):
    """The same within an organization."""


def newest_secret(token: Token) -> int | None:
    """The id of the secret that a rotation or refresh is made beside or instead of.

    Raises `Conflict` when another request made it that this one could not know of. Each would end the
    other's secret before anybody used it.
    """
    newest = token.secrets.live().first()
    if newest is not None and _is_news(newest):
        raise Conflict(
            "Another request has just made a new secret of this token. Use that one; if nobody"
            f" received it, try again in {UNDER_WAY.seconds} seconds."
        )
    return newest.pk if newest else None


def _is_news(secret: Secret) -> bool:
    """It was made after the present request came, or its answer may still be under way."""
    arrived_at = current.get().arrived_at
    if arrived_at is not None and secret.created_at > arrived_at:
        return True
    is_successor = secret.token.secrets.exclude(pk=secret.pk).exists()
    is_under_way = secret.handed_over_at is None and secret.created_at > timezone.now() - UNDER_WAY
    return is_under_way and is_successor


class TokenPagination(KeysetPagination):
    """A page of tokens, each with its live secrets: one query for all."""

    def get_rows(self) -> list[Token]:
        tokens = super().get_rows()
        found: dict[int, list[Secret]] = {token.pk: [] for token in tokens}
        for secret in Secret.objects.live().filter(token__in=found):
            found[secret.token_id].append(secret)
        for token in tokens:
            token.shown_secrets = found[token.pk]
        return tokens


def change(request: ApiRequest, token: Token, values: dict[str, Any]) -> None:
    """Change what of the token a body names. More time for a strong one takes a fresh sign-in."""
    is_extended = "expires_at" in values and is_longer(token.expires_at, values["expires_at"])
    if is_extended and token.strong_permissions:
        require_proof(request)
    if "addresses" in values:
        values["addresses"] = " ".join(values["addresses"])
    update_token(actor=request.user, token=token, **values)
