"""Tokens of robots: their list, what may change, new secrets."""

from functools import cached_property

from rest_framework import generics

from console.api.generics import InOrganization, ValidatedBody, require_proof
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.models import Robot, Token
from robots.models.tokens import TokenQuerySet
from robots.policies.enforcement import offered_end
from robots.queries.all_tokens import filtered_tokens, token_order
from robots.queries.finding import find_robot, seen_tokens, visible_tokens
from robots.tokens.api.filters import AllTokenFilters, TokenFilters
from robots.tokens.api.revealing import (
    Refresh,
    Revealing,
    Rotation,
    TokenPagination,
    change,
    narrowed,
)
from robots.tokens.api.shapes import (
    MintedSerializer,
    TokenChange,
    TokenInput,
    TokenSerializer,
)
from robots.tokens.services.secrets import end_secret
from robots.tokens.services.tokens import create_token, delete_token


class _RobotTokens(Revealing):
    serializer_class = TokenSerializer
    lookup_url_kwarg = "token"

    @cached_property
    def robot(self) -> Robot:
        return find_robot(self.request, self.request.organization, self.kwargs["robot"])

    def get_queryset(self) -> TokenQuerySet:
        require(self.request.viewer, Permission.TOKEN_READ, self.robot)
        return seen_tokens(self.request, self.robot)


class Tokens(_RobotTokens, generics.ListCreateAPIView[Token]):
    """A robot's tokens."""

    input_serializer_class = TokenInput
    created_serializer_class = MintedSerializer
    query_serializer_class = TokenFilters
    pagination_class = TokenPagination
    location_name = "robots-api:token"
    location_field = "access_id"

    def perform_create(self, serializer: ValidatedBody) -> None:
        require(self.request.viewer, Permission.TOKEN_CREATE, self.robot)
        values = narrowed(serializer.validated_data)
        if self.robot.strong_permissions(values["permissions"]):
            require_proof(self.request)
        values.setdefault("expires_at", offered_end(self.robot))
        serializer.instance = self.reveal(create_token, robot=self.robot, **values)


class OrganizationTokens(InOrganization, generics.ListAPIView[Token]):
    """The tokens of all robots of the organization and of its projects that the caller may see."""

    serializer_class = TokenSerializer
    query_serializer_class = AllTokenFilters
    pagination_class = TokenPagination

    def get_queryset(self) -> TokenQuerySet:
        self.ordering = token_order(self.query)
        tokens = visible_tokens(self.request.viewer, self.request.organization)
        found = filtered_tokens(self.request, tokens, self.query)
        return found.prefetch_related("robot__organization")


class TokenResource(_RobotTokens, generics.RetrieveUpdateDestroyAPIView[Token]):
    """One token of a robot."""

    input_serializer_class = TokenChange

    def perform_update(self, serializer: ValidatedBody) -> None:
        change(self.request, serializer.instance, serializer.validated_data)
        serializer.instance = self.get_object()

    def perform_destroy(self, instance: Token) -> None:
        delete_token(actor=self.request.user, token=instance)


class TokenRotation(Rotation, _RobotTokens):
    """A new secret beside the old one."""


class TokenRefresh(Refresh, _RobotTokens):
    """A new secret; every older one ends at once."""


class SecretResource(_RobotTokens, generics.DestroyAPIView[Token]):
    """One of two secrets that work."""

    def perform_destroy(self, instance: Token) -> None:
        end_secret(actor=self.request.user, token=instance, secret_id=self.kwargs["secret"])
