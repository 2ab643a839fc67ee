"""One's own tokens: their list, what may change, new secrets.

A token breeds no tokens: making and changing one takes a browser session.
"""

from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from rest_framework import generics

from console.api.generics import ValidatedBody
from console.permissions.vocabulary import Permission
from console.reauthentication import require_fresh_sign_in
from robots.models import Token
from robots.models.tokens import TokenQuerySet
from robots.policies.enforcement import offered_end
from robots.queries.finding import tokens_of
from robots.tokens.api.filters import TokenFilters
from robots.tokens.api.revealing import (
    Refresh,
    Reveals,
    Rotation,
    TokenPagination,
    change,
    narrowed,
)
from robots.tokens.api.shapes import (
    MintedSerializer,
    PersonalTokenInput,
    TokenChange,
    TokenSerializer,
)
from robots.tokens.services.tokens import create_personal_token, delete_token
from teams.models import User
from teams.models.own_tokens import require_own

NEEDED = {
    "GET": Permission.TOKEN_READ,
    "HEAD": Permission.TOKEN_READ,
    "PATCH": Permission.TOKEN_UPDATE,
    "DELETE": Permission.TOKEN_DELETE,
}
NOT_FRESH = (
    "This takes a fresh sign-in: open API tokens in the console and give your password there."
)


class _OwnTokens(Reveals):
    """An address of the caller's own tokens, who is a person."""

    serializer_class = TokenSerializer

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - an `ApiRequest`
        super().initial(request, *args, **kwargs)
        if request.user.actor_kind != User.actor_kind:
            raise PermissionDenied("A robot account has no personal access tokens.")

    def find(self, permission: Permission) -> Token:
        """The caller's token of that access ID, if the way in which they came allows that."""
        self.request.user.require_over_token(self.request.user, permission, self.kwargs["token"])
        return get_object_or_404(tokens_of(self.request.user), uuid=self.kwargs["token"])

    def require_session(self, permission: Permission) -> None:
        """What shows a secret takes a session with a fresh sign-in."""
        require_own(self.request.user, permission, self.request.user.uuid)
        try:
            require_fresh_sign_in(self.request._request)
        except ReauthenticationRequired as stale:
            raise PermissionDenied(NOT_FRESH) from stale


class PersonalTokens(_OwnTokens, generics.ListCreateAPIView[Token]):
    """The caller's own tokens. Robots have none."""

    input_serializer_class = PersonalTokenInput
    created_serializer_class = MintedSerializer
    query_serializer_class = TokenFilters
    pagination_class = TokenPagination
    location_name = "robots-api:personal-token"
    location_field = "access_id"

    def get_queryset(self) -> TokenQuerySet:
        require_own(self.request.user, Permission.TOKEN_READ, self.request.user.uuid)
        return tokens_of(self.request.user)

    def perform_create(self, serializer: ValidatedBody) -> None:
        self.require_session(Permission.TOKEN_CREATE)
        values = serializer.validated_data
        values.setdefault("expires_at", offered_end(self.request.user))
        serializer.instance = self.reveal(create_personal_token, **narrowed(values))


class PersonalToken(_OwnTokens, generics.RetrieveUpdateDestroyAPIView[Token]):
    """One of the caller's own tokens."""

    input_serializer_class = TokenChange

    def get_object(self) -> Token:
        return self.find(NEEDED[self.request.method or ""])

    def perform_update(self, serializer: ValidatedBody) -> None:
        change(self.request, serializer.instance, serializer.validated_data)
        serializer.instance = self.get_object()

    def perform_destroy(self, instance: Token) -> None:
        delete_token(actor=self.request.user, token=instance)


class _OwnTokenRenewal(_OwnTokens):
    """In a fresh session, or by that very token."""

    def get_object(self) -> Token:
        if self.request.auth is None:
            self.require_session(Permission.TOKEN_ROTATE)
        return self.find(Permission.TOKEN_ROTATE)


class PersonalTokenRotation(Rotation, _OwnTokenRenewal):
    """A new secret beside the old one."""


class PersonalTokenRefresh(Refresh, _OwnTokenRenewal):
    """A new secret; every older one ends at once."""
