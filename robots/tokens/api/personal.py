"""One's own tokens: their list, what may change, new secrets.

A token breeds no tokens: making and changing one takes a browser session.
"""

from typing import Any
from uuid import UUID

from allauth.core.exceptions import ReauthenticationRequired
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from console.api.operations import Listing, changes, creates, does, ends, lists, shows
from console.api.resources import Api
from console.paging import Order
from console.permissions.vocabulary import Permission
from console.reauthentication import fresh_sign_in
from robots.models import Token
from robots.policies.enforcement import offered_policy
from robots.policies.expiry_input import preset_end
from robots.queries.finding import tokens_of
from robots.tokens.api.revealing import (
    Reveals,
    at_token,
    change,
    narrowed,
    request_key,
    with_secrets,
)
from robots.tokens.api.shapes import (
    MintedAnswer,
    PersonalTokenInput,
    RotatedAnswer,
    RotationInput,
    SecretInput,
    TokenAnswer,
    TokenChange,
    TokenFilters,
)
from robots.tokens.services.secrets import refresh_token, rotate_token
from robots.tokens.services.tokens import create_personal_token, delete_token
from teams.models import User
from teams.models.own_tokens import require_own

NOT_FRESH = (
    "This takes a fresh sign-in: open API tokens in the console and give your password there."
)


@fresh_sign_in
def _require_fresh_sign_in(request: HttpRequest) -> None:
    """Raises `ReauthenticationRequired`."""


class OfPerson(Reveals):
    """An address of the caller's own tokens, who is a person."""

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - an `Api`
        super().initial(request, *args, **kwargs)
        if request.user.actor_kind != User.actor_kind:
            raise PermissionDenied("A robot account has no personal access tokens.")

    def find(self, request: Api, token: UUID, permission: Permission) -> Token:
        """The caller's token of that access ID, if the way in which they came allows that."""
        request.user.require_over_token(request.user, permission, token)
        return get_object_or_404(tokens_of(request.user), uuid=token)

    def require_session(self, request: Api, permission: Permission) -> None:
        """What shows a secret takes a session with a fresh sign-in."""
        require_own(request.user, permission, request.user.uuid)
        try:
            _require_fresh_sign_in(request._request)
        except ReauthenticationRequired as stale:
            raise PermissionDenied(NOT_FRESH) from stale


class PersonalTokens(OfPerson):
    """The caller's own tokens. Robots have none."""

    @lists(TokenAnswer, TokenFilters)
    def get(self, request: Api, wanted: dict[str, Any]) -> Listing:
        require_own(request.user, Permission.TOKEN_READ, request.user.uuid)
        tokens = tokens_of(request.user)
        if name := wanted.get("name"):
            tokens = tokens.filter(name=name)
        return Listing(tokens, Order("name"), with_secrets)

    @creates(MintedAnswer, PersonalTokenInput, at_token)
    def post(self, request: Api, values: dict[str, Any]) -> Token:
        self.require_session(request, Permission.TOKEN_CREATE)
        values.setdefault("expires_at", preset_end(offered_policy(request.user).preset_days))
        return self.reveal(
            create_personal_token,
            actor=request.user,
            request_key=request_key(request),
            **narrowed(values),
        )


class PersonalToken(OfPerson):
    """One of the caller's own tokens."""

    @shows(TokenAnswer)
    def get(self, request: Api, token: UUID) -> Token:
        return self.find(request, token, Permission.TOKEN_READ)

    @changes(TokenAnswer, TokenChange)
    def patch(self, request: Api, token: UUID, values: dict[str, Any]) -> Token:
        change(request, self.find(request, token, Permission.TOKEN_UPDATE), values)
        return self.find(request, token, Permission.TOKEN_UPDATE)

    @ends
    def delete(self, request: Api, token: UUID) -> None:
        found = self.find(request, token, Permission.TOKEN_DELETE)
        delete_token(actor=request.user, token=found)


class Renewing(OfPerson):
    """A new secret of one of the caller's own tokens: in a fresh session, or by that very token."""

    def renewable(self, request: Api, token: UUID) -> Token:
        if request.auth is None:
            self.require_session(request, Permission.TOKEN_ROTATE)
        return self.find(request, token, Permission.TOKEN_ROTATE)


class PersonalTokenRotation(Renewing):
    """A new secret beside the old one."""

    @does(RotatedAnswer, RotationInput, 201)
    def post(self, request: Api, token: UUID, values: dict[str, Any]) -> Token:
        return self.renew(rotate_token, request, self.renewable(request, token), values)


class PersonalTokenRefresh(Renewing):
    """A new secret; every older one ends at once."""

    @does(MintedAnswer, SecretInput, 201)
    def post(self, request: Api, token: UUID, values: dict[str, Any]) -> Token:
        return self.renew(refresh_token, request, self.renewable(request, token), values)
