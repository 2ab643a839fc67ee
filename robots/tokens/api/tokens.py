"""Tokens of robots: their list, what may change, new secrets."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404

from console.api.operations import Listing, changes, creates, does, ends, lists, shows
from console.api.resources import Api
from console.paging import Order
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.models import Token
from robots.policies.enforcement import offered_policy
from robots.policies.expiry_input import preset_end
from robots.queries.finding import find_robot, seen_tokens
from robots.tokens.api.revealing import (
    Revealing,
    at_token,
    change,
    narrowed,
    request_key,
    with_secrets,
)
from robots.tokens.api.shapes import (
    MintedAnswer,
    RotatedAnswer,
    RotationInput,
    SecretInput,
    TokenAnswer,
    TokenChange,
    TokenFilters,
    TokenInput,
)
from robots.tokens.services.secrets import end_secret, refresh_token, rotate_token
from robots.tokens.services.tokens import create_token, delete_token


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
            create_token,
            actor=request.user,
            robot=found,
            request_key=request_key(request),
            **narrowed(values),
        )


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
        change(request, self.find(request, robot, token), values)
        return self.find(request, robot, token)

    @ends
    def delete(self, request: Api, robot: UUID, token: UUID) -> None:
        delete_token(actor=request.user, token=self.find(request, robot, token))


class TokenRotation(OfToken):
    """A new secret beside the old one."""

    @does(RotatedAnswer, RotationInput, 201)
    def post(self, request: Api, robot: UUID, token: UUID, values: dict[str, Any]) -> Token:
        return self.renew(rotate_token, request, self.find(request, robot, token), values)


class TokenRefresh(OfToken):
    """A new secret; every older one ends at once."""

    @does(MintedAnswer, SecretInput, 201)
    def post(self, request: Api, robot: UUID, token: UUID, values: dict[str, Any]) -> Token:
        return self.renew(refresh_token, request, self.find(request, robot, token), values)


class SecretResource(OfToken):
    """One of two secrets that work."""

    @ends
    def delete(self, request: Api, robot: UUID, token: UUID, secret: int) -> None:
        end_secret(actor=request.user, token=self.find(request, robot, token), secret_id=secret)
