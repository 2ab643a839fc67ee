"""Everything that an actor holds in an organization, gathered in one question to the database."""

from datetime import datetime
from enum import IntEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from console import moments
from console.fields import PermissionSetField
from console.models.grants import HELD_BY_ROLE
from console.permissions.decision import Held
from console.permissions.roles import BUILTIN_ROLES, TEAM_ROLES, Scope
from console.permissions.vocabulary import Permissions


class Source(IntEnum):
    """By what an actor holds something, in the order in which reasons are told."""

    MEMBERSHIP = 0
    PLACE = 1
    OWN = 2
    TEAM = 3


class HeldRow(NamedTuple):
    """A membership, a place in a team or a grant, in the same columns."""

    source: Source
    id: int
    uuid: UUID
    expires_at: datetime | None
    team_name: str
    role: str
    permissions: Permissions
    custom: Permissions | None
    custom_name: str | None
    organization_id: int
    project_id: int | None
    repository_id: int | None
    team_id: int | None
    organization_slug: str
    project_slug: str | None
    repository_name: str | None

    def held(self) -> Held:
        """The row as `decide` takes it."""
        match self.source:
            case Source.MEMBERSHIP:
                return of_membership(self.role, self.organization_id, self.uuid)
            case Source.PLACE:
                return self._of_place()
        permissions, is_level = conferred(self.role, self.permissions, self.custom)
        where = (self.organization_id, self.project_id, self.repository_id)
        return Held(
            permissions,
            *where,
            is_level,
            source=self._reason(),
            uuid=self.uuid,
            expires_at=self.expires_at,
        )

    def _of_place(self) -> Held:
        """What a place in a team allows on the team itself."""
        source = f"{self.role} of the team {self.team_name}"
        return Held(
            TEAM_ROLES[self.role],
            self.organization_id,
            team_id=self.team_id,
            source=source,
            uuid=self.uuid,
        )

    def _reason(self) -> str:
        through = f"team {self.team_name}" if self.source == Source.TEAM else OWN_GRANT
        scope = "/".join(
            filter(None, (self.organization_slug, self.project_slug, self.repository_name))
        )
        given = what(self.role, self.permissions, self.custom_name)
        return f"{through}: {given} on {scope}{until(self.expires_at)}"


OWN_GRANT = "own grant"


def conferred(
    role: str, permissions: Permissions, custom: Permissions | None
) -> tuple[Permissions, bool]:
    """What a grant's columns give, and whether it is a level (reaches repositories only)."""
    if role:
        return HELD_BY_ROLE[role]
    return (permissions if custom is None else custom), False


def what(role: str, permissions: Permissions, custom_name: str | None) -> str:
    """What a grant's columns give, in a word or two."""
    if custom_name:
        return custom_name
    if role:
        return role.partition(":")[2]
    return f"{len(permissions)} permission{'' if len(permissions) == 1 else 's'}"


def until(expires_at: datetime | None) -> str:
    """How what ends by itself goes on in a sentence; empty for what does not."""
    return f", until {moments.absolute(expires_at)}" if expires_at else ""


def of_membership(role: str, organization_id: int, uuid: UUID) -> Held:
    """What belonging to an organization gives."""
    permissions = BUILTIN_ROLES[Scope.ORGANIZATION, role].permissions
    return Held(permissions, organization_id, source=f"{role} of the organization", uuid=uuid)


Rows = QuerySet[Any, Any]


# What a row without such a column has there. PostgreSQL wants to know the type of each.
def _none(field: models.Field[Any, Any]) -> Cast:
    return Cast(Value(None), field)


NO_ID, NO_NAME = _none(models.IntegerField()), _none(models.CharField())
NO_END, NO_PERMISSIONS = _none(models.DateTimeField()), _none(PermissionSetField())
NONE: dict[str, Any] = {
    "expires_at": NO_END,
    "team_name": Value(""),
    "permissions": Value("", PermissionSetField()),
    "custom": NO_PERMISSIONS,
    "custom_name": NO_NAME,
    "project_id": NO_ID,
    "repository_id": NO_ID,
    "team_id": NO_ID,
    "project_slug": NO_NAME,
    "repository_name": NO_NAME,
}
OF_GRANT = {
    "custom": F("custom_role__permissions"),
    "custom_name": F("custom_role__name"),
    "organization_slug": F("organization__slug"),
    "project_slug": F("project__slug"),
    "repository_name": F("repository__name"),
}


def memberships_held(memberships: QuerySet[Any]) -> Rows:
    """Memberships in the columns of `HeldRow`."""
    return _columns(memberships, Source.MEMBERSHIP, organization_slug=F("organization__slug"))


def places_held(places: QuerySet[Any]) -> Rows:
    """Places in teams in the columns of `HeldRow`."""
    return _columns(
        places,
        Source.PLACE,
        team_name=F("team__name"),
        organization_id=F("team__organization_id"),
        organization_slug=F("team__organization__slug"),
    )


def grants_held(grants: QuerySet[Any]) -> Rows:
    """A holder's own grants in the columns of `HeldRow`."""
    return _columns(grants, Source.OWN, **OF_GRANT)


def team_grants_held(grants: QuerySet[Any]) -> Rows:
    """Grants of the holder's teams in the columns of `HeldRow`."""
    return _columns(grants, Source.TEAM, team_name=F("team__name"), **OF_GRANT)


def _columns(rows: QuerySet[Any], source: Source, **columns: Any) -> Rows:
    columns["source"] = Value(source)
    own = {field.attname for field in rows.model._meta.concrete_fields}
    missing = {name: none for name, none in NONE.items() if name not in own | columns.keys()}
    found: Rows = rows.order_by().annotate(**missing, **columns)
    return found.values_list(*HeldRow._fields)


def in_order(rows: list[HeldRow]) -> list[HeldRow]:
    """What has not ended, so that it tells the best reason first."""
    now = timezone.now()
    present = [row for row in rows if row.expires_at is None or row.expires_at > now]
    return sorted(present, key=lambda row: (row.source, row.id))
