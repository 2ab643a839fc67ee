"""The answers that carry a secret once, and what tokens of robots and of people have in common."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.crypto import salted_hmac
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.problems import Elsewhere
from console.api.resources import Api, InOrganization, Resource
from console.permissions.vocabulary import Permission
from robots.models import Secret, Token
from robots.tokens.services.tokens import Minted, RepeatedRequest, mark_handed_over
from robots.tokens.services.update import update_token

IDEMPOTENCY_KEY = "Idempotency-Key"


def at_token(token: Token) -> str:
    """The address of a token."""
    robot = token.robot
    if robot is None:
        return reverse("robots-api:personal-token", args=[token.uuid])
    return reverse("robots-api:token", args=[robot.organization.slug, robot.uuid, token.uuid])


def request_key(request: Api) -> UUID | None:
    """The `Idempotency-Key` header as what a secret's row keeps; `None` without one."""
    text = request.headers.get(IDEMPOTENCY_KEY, "")
    if not text:
        return None
    # With the secret key in it, so that nobody can use up the keys of somebody else.
    mixed = salted_hmac(IDEMPOTENCY_KEY, f"{request.user.actor_uuid}:{text}", algorithm="sha256")
    return UUID(bytes=mixed.digest()[:16])


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


class Reveals(Resource):
    """An address whose POST answers with a secret; it counts as received when the server has it."""

    minted: Minted | None = None

    def reveal(self, make: Any, **values: Any) -> Token:  # noqa: ANN401 - a service
        """The token that `make` gives a secret; what an earlier try made is a 409 with its address."""
        try:
            self.minted = make(**values)
        except RepeatedRequest as repeated:
            raise Elsewhere(str(repeated), at_token(repeated.token)) from repeated
        return given(self.minted)

    def renew(self, make: Any, request: Api, token: Token, values: dict[str, Any]) -> Token:  # noqa: ANN401 - a service
        """The token that `make` gives another secret, beside or instead of its newest one."""
        return self.reveal(
            make,
            actor=request.user,
            token=token,
            current=newest_secret(token),
            request_key=request_key(request),
            **values,
        )

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


class Revealing(Reveals, InOrganization):
    """The same within an organization."""


def newest_secret(token: Token) -> int | None:
    """The id of the secret that a rotation or refresh is made beside or instead of."""
    return token.secrets.live().values_list("pk", flat=True).first()


def with_secrets(tokens: Any) -> Any:  # noqa: ANN401 - a page of tokens
    """A page of tokens, each with its live secrets: one query for all."""
    found: dict[int, list[Secret]] = {token.pk: [] for token in tokens}
    for secret in Secret.objects.live().filter(token__in=found):
        found[secret.token_id].append(secret)
    for token in tokens:
        token.shown_secrets = found[token.pk]
    return tokens


def change(request: Api, token: Token, values: dict[str, Any]) -> None:
    """Change what of the token a body names."""
    if "addresses" in values:
        values["addresses"] = " ".join(values["addresses"])
    update_token(actor=request.user, token=token, **values)
