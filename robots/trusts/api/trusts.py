"""Trusts of robots: their lists, what may change, and trying a token on one."""

from functools import cached_property
from typing import Any

from django.db.models import F
from django.views.decorators.debug import sensitive_variables
from rest_framework import generics
from rest_framework.mixins import UpdateModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.generics import InOrganization, ValidatedBody
from console.paging import Order
from console.permissions.decision import MissingPermission, require
from console.permissions.vocabulary import Permission
from robots.base.claim_conditions import conditions_of
from robots.models import Robot, Trust
from robots.models.trusts import TrustQuerySet
from robots.queries.finding import find_robot
from robots.trusts.api.shapes import (
    TrialInput,
    TrialSerializer,
    TrustChange,
    TrustFilters,
    TrustInput,
    TrustSerializer,
)
from robots.trusts.assertions import Unacceptable, read_assertion
from robots.trusts.matching import Check
from robots.trusts.queries import seen_trusts, trusts_visible_to
from robots.trusts.services import create_trust, delete_trust, update_trust
from robots.trusts.trials import try_token


def as_changes(values: dict[str, Any]) -> dict[str, Any]:
    """A body's lists as the services take them."""
    changes = dict(values)
    if "conditions" in changes:
        changes["conditions"] = conditions_of(changes["conditions"])
    if changes.get("permissions") is not None:
        changes["permissions"] = frozenset(map(Permission, changes["permissions"]))
    return changes


class _Listed(InOrganization):
    """A list of trusts, by name."""

    serializer_class = TrustSerializer
    query_serializer_class = TrustFilters
    ordering = Order("called")

    def by_name(self, trusts: TrustQuerySet) -> TrustQuerySet:
        return trusts.annotate(called=F("token__name"))


class _RobotTrusts(InOrganization):
    lookup_field = "token__uuid"
    lookup_url_kwarg = "trust"

    @cached_property
    def robot(self) -> Robot:
        return find_robot(self.request, self.request.organization, self.kwargs["robot"])

    def get_queryset(self) -> TrustQuerySet:
        require(self.request.viewer, Permission.TRUST_READ, self.robot)
        return seen_trusts(self.request, self.robot)


class Trusts(_RobotTrusts, _Listed, generics.ListCreateAPIView[Trust]):
    """A robot's trusts."""

    input_serializer_class = TrustInput
    location_name = "robots-api:trust"

    def get_queryset(self) -> TrustQuerySet:
        return self.by_name(super().get_queryset())

    def perform_create(self, serializer: ValidatedBody) -> None:
        require(self.request.viewer, Permission.TRUST_CREATE, self.robot)
        values = as_changes(serializer.validated_data)
        serializer.instance = create_trust(actor=self.request.user, robot=self.robot, **values)


class OrganizationTrusts(_Listed, generics.ListAPIView[Trust]):
    """The trusts of all robots whose trusts the caller may see."""

    def get_queryset(self) -> TrustQuerySet:
        viewer, organization = self.request.viewer, self.request.organization
        projects = viewer.projects_with(Permission.TRUST_READ)
        if projects is not None and not projects:
            target = organization.target
            raise MissingPermission(Permission.TRUST_READ, target, "no grant gives it here")
        return self.by_name(trusts_visible_to(viewer, organization))


class TrustResource(_RobotTrusts, generics.RetrieveUpdateDestroyAPIView[Trust]):
    """One trust of a robot."""

    serializer_class = TrustSerializer
    input_serializer_class = TrustChange

    def perform_update(self, serializer: ValidatedBody) -> None:
        values = as_changes(serializer.validated_data)
        update_trust(actor=self.request.user, trust=serializer.instance, **values)
        serializer.instance = self.get_object()

    def perform_destroy(self, instance: Trust) -> None:
        delete_trust(actor=self.request.user, trust=instance)


class TrustTrial(_RobotTrusts, UpdateModelMixin):
    """Whether a trust would let a token in; it changes nothing, and the token is kept nowhere."""

    serializer_class = TrialSerializer
    input_serializer_class = TrialInput

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.update(request, *args, **kwargs)

    def perform_update(self, serializer: ValidatedBody) -> None:
        serializer.instance = _judged(serializer.instance, serializer.validated_data["token"])


@sensitive_variables("text")
def _judged(trust: Trust, text: str) -> list[Check]:
    """Every rule, and what the token makes of it; of what is no token, why not."""
    try:
        assertion = read_assertion(text)
    except Unacceptable as fault:
        return [Check("Form", False, str(fault))]
    return try_token(trust, assertion).checks
