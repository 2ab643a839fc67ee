"""Everything that an actor holds in an organization, gathered in one question to the database."""

from enum import IntEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Cast

from console.fields import PermissionSetField
from console.models.grants import HELD_BY_ROLE
from console.permissions import BUILTIN_ROLES, TEAM_ROLES, Held, Permissions, Scope


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
    team: str
    role: str
    permissions: Permissions
    custom: Permissions | None
    custom_name: str | None
    organization_id: int
    project_id: int | None
    repository_id: int | None
    team_id: int | None
    organization: str
    project: str | None
    repository: str | None

    def held(self) -> Held:
        """The row as `decide` takes it."""
        match self.source:
            case Source.MEMBERSHIP:
                return of_membership(self.role, self.organization_id, self.uuid)
            case Source.PLACE:
                return self._of_place()
        permissions, is_level = conferred(self.role, self.permissions, self.custom)
        where = (self.organization_id, self.project_id, self.repository_id)
        return Held(permissions, *where, is_level, source=self._reason(), uuid=self.uuid)

    def _of_place(self) -> Held:
        """What a place in a team allows on the team itself."""
        source = f"{self.role} of the team {self.team}"
        return Held(
            TEAM_ROLES[self.role], self.organization_id,
            team_id=self.team_id, source=source, uuid=self.uuid,
        )  # fmt: skip

    def _reason(self) -> str:
        through = f"team {self.team}" if self.source == Source.TEAM else OWN_GRANT
        scope = "/".join(filter(None, (self.organization, self.project, self.repository)))
        return f"{through}: {what(self.role, self.permissions, self.custom_name)} on {scope}"


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


def of_membership(role: str, organization_id: int, uuid: UUID) -> Held:
    """What belonging to an organization gives."""
    permissions = BUILTIN_ROLES[Scope.ORGANIZATION, role].permissions
    return Held(permissions, organization_id, source=f"{role} of the organization", uuid=uuid)


def gather(*parts: QuerySet[Any, Any]) -> list[HeldRow]:
    """The rows of all `parts`, in the order of their sources: one query.

    Make the parts with the functions below.
    """
    first, *others = parts
    rows = (HeldRow(*row) for row in first.union(*others, all=True))
    return sorted(rows, key=lambda row: (row.source, row.id))


# A column that some of the parts do not have. PostgreSQL wants to know the type of each.
def _none(field: models.Field[Any, Any]) -> Cast:
    return Cast(Value(None), field)


NO_ID, NO_NAME = _none(models.IntegerField()), _none(models.CharField())
NO_CUSTOM, NO_PERMISSIONS = _none(PermissionSetField()), Value("", PermissionSetField())
NO_GRANT = (NO_PERMISSIONS, NO_CUSTOM, NO_NAME)
WHOLE = (NO_ID, NO_ID)


def membership_rows(memberships: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Memberships in the columns of `HeldRow`."""
    return memberships.order_by().values_list(
        Value(Source.MEMBERSHIP), "id", "uuid", Value(""), "role", *NO_GRANT,
        "organization_id", *WHOLE, NO_ID, F("organization__slug"), NO_NAME, NO_NAME,
    )  # fmt: skip


def place_rows(places: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Places in teams in the columns of `HeldRow`."""
    return places.order_by().values_list(
        Value(Source.PLACE), "id", "uuid", F("team__name"), "role", *NO_GRANT,
        F("team__organization_id"), *WHOLE, "team_id", F("team__organization__slug"), NO_NAME, NO_NAME,
    )  # fmt: skip


def grant_rows(grants: QuerySet[Any], source: Source) -> QuerySet[Any, Any]:
    """Grants in the columns of `HeldRow`."""
    team = F("team__name") if source == Source.TEAM else Value("")
    return grants.order_by().values_list(
        Value(source), "id", "uuid", team, "role", "permissions",
        F("custom_role__permissions"), F("custom_role__name"),
        "organization_id", "project_id", "repository_id", NO_ID,
        F("organization__slug"), F("project__slug"), F("repository__name"),
    )  # fmt: skip
