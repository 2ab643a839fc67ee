"""What teams and people hold, and what every grant has in common once custom roles exist."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from console.models import Grant, Project
from console.permissions.decision import Held, Limits, Target
from console.permissions.vocabulary import STRONG_PERMISSIONS, Permissions
from teams.models.holding import OWN_GRANT, conferred, until, what
from teams.models.roles import Role
from teams.models.teams import UNNAMED_TEAM, Team
from teams.models.users import User


class GrantHolder(Protocol):
    """Who can hold grants: a team, a person, a robot."""

    uuid: UUID
    holder_kind: str
    # Whether it is shown to somebody who may not know its name.
    is_hidden: bool
    # Whether a robot's tokens follow what it holds.
    reaches_robots: bool

    @property
    def shown_name(self) -> str:
        """What pages call it."""
        ...

    @property
    def holder_label(self) -> str:
        """What it is called where names have to be unique."""
        ...

    @property
    def grants(self) -> Any:  # noqa: ANN401 - a manager of its kind of grants
        ...

    @property
    def limits(self) -> Limits:
        """What its grants cannot give it."""
        ...

    def explained_grants(self, target: Target, hidden: set[int]) -> list[Held]:
        """What it holds, for somebody from whom the teams of these ids are `hidden`."""
        ...

    def new_grant(self, **values: Any) -> "AccessGrant":
        """A grant of the holder; not saved."""
        ...


# So many days before a grant ends somebody is told.
ANNOUNCED_DAYS = (3, 14)


class AccessGrantQuerySet(models.QuerySet[Any]):
    """Grants with what their description needs."""

    def in_force(self) -> Self:
        """Without those that have ended, which a job deletes within the minute."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))

    def with_names(self) -> Self:
        return self.select_related(
            "organization",
            "project__organization",
            "repository__project__organization",
            "custom_role",
            *self.model.named_by,
        )


class AccessGrant(Grant):
    """A grant of exactly one of a built-in role or level, a custom role, a list of permissions."""

    custom_role = models.ForeignKey(
        Role, null=True, blank=True, on_delete=models.CASCADE, related_name="%(class)ss"
    )

    # When it ends by itself; and how many days before that was told last, or need not be told any more.
    expires_at = models.DateTimeField(null=True, blank=True)
    told_days = models.PositiveSmallIntegerField(null=True, editable=False)

    # What else stands in its description: the name of a team, not of a robot or person.
    named_by: ClassVar[tuple[str, ...]] = ()

    objects = AccessGrantQuerySet.as_manager()

    class Meta(Grant.Meta):
        abstract = True
        constraints = (
            *Grant.Meta.constraints,
            models.CheckConstraint(
                condition=(
                    Q(~Q(role=""), permissions="", custom_role=None)
                    | Q(~Q(permissions=""), role="", custom_role=None)
                    | Q(custom_role__isnull=False, role="", permissions="")
                ),
                name="%(class)s_exactly_one",
                violation_error_message="A grant has one of a role, a custom role, permissions.",
            ),
        )

    def clean(self) -> None:
        super().clean()
        role = self.custom_role
        if role and role.organization_id != self.organization_id:
            raise ValidationError({"custom_role": "The role is not of this organization."})
        if role and role.project_id and role.project_id != self.project_id:
            raise ValidationError({"custom_role": "The role belongs to another project."})

    @property
    def holder(self) -> GrantHolder:
        """Who holds it."""
        raise NotImplementedError

    def shown_holder(self, hidden: set[int]) -> str:
        """The holder's name, for somebody from whom the teams of these ids are `hidden`."""
        return str(self.holder)

    def is_of_robot_in(self, project: Project) -> bool:
        """Whether its holder is a robot of the project, which ends with it."""
        return False

    @property
    def is_fixed(self) -> bool:
        """Whether it comes and goes with its holder alone."""
        return False

    @property
    def what(self) -> str:
        """What it gives, in a word or two."""
        custom = self.custom_role.name if self.custom_role else None
        return what(self.role, self.permissions, custom)

    def set_end(self, expires_at: datetime | None) -> None:
        """Choose when it ends. Whoever chooses an end of tomorrow knows of it, and is not told today."""
        if expires_at != self.expires_at:
            left = expires_at - timezone.now() if expires_at else timedelta.max
            passed = (days for days in ANNOUNCED_DAYS if left <= timedelta(days=days))
            self.expires_at, self.told_days = expires_at, next(passed, None)

    def require_ahead(self) -> None:
        """Refuse an end that is over."""
        if self.expires_at is not None and self.expires_at <= timezone.now():
            raise ValidationError({"expires_at": "Choose a moment in the future."})

    def outlasts(self, other: "AccessGrant") -> bool:
        """Whether it ends no earlier than `other`."""
        if self.expires_at is None or other.expires_at is None:
            return self.expires_at is None
        return self.expires_at >= other.expires_at

    @property
    def strengthens_tokens(self) -> bool:
        """Whether tokens that exist may do more in Roster itself by it."""
        permissions, _ = self.conferred
        return self.holder.reaches_robots and bool(permissions & STRONG_PERMISSIONS)

    @property
    def conferred(self) -> tuple[Permissions, bool]:
        """The permissions it gives, and whether it is a level (reaches repositories only)."""
        custom = self.custom_role.permissions if self.custom_role else None
        return conferred(self.role, self.permissions, custom)

    @property
    def through(self) -> str:
        """How the holder comes by it, for the reason of a decision."""
        return OWN_GRANT

    def held(self) -> Held:
        """The grant as `decide` takes it."""
        permissions, is_level = self.conferred
        return Held(
            permissions,
            self.organization_id,
            self.project_id,
            self.repository_id,
            is_level,
            source=f"{self.through}: {self.what} on {self.scope_label}{until(self.expires_at)}",
            uuid=self.uuid,
            expires_at=self.expires_at,
        )


def ending(name: str) -> tuple[models.Index, ...]:
    """The index by which those that end by themselves are found: few of many."""
    ends = Q(expires_at__isnull=False)
    return (models.Index(fields=["organization", "expires_at"], condition=ends, name=name),)


class TeamGrantQuerySet(AccessGrantQuerySet):
    """Teams' grants, for somebody to look at."""

    def shown(self, hidden: set[int]) -> "list[TeamGrant]":
        """The grants with the names of `hidden` teams taken out."""
        grants: list[TeamGrant] = list(self.with_names())
        for grant in grants:
            grant.team.is_hidden = grant.team_id in hidden
        return grants


class TeamGrant(AccessGrant):
    """A team's grant: everybody and every robot in the team holds it."""

    # Found by the index below.
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="grants", db_index=False)
    named_by = ("team",)

    objects = TeamGrantQuerySet.as_manager()  # type: ignore[misc] # its manager is not a subclass of the one above

    class Meta(AccessGrant.Meta):
        indexes = (
            models.Index(fields=["team", "project", "repository"], name="teamgrant_on_path"),
            *ending("teamgrant_ending"),
        )

    def __str__(self) -> str:
        return f"{self.team} on {self.scope_label}"

    def clean(self) -> None:
        super().clean()
        if self.team.organization_id != self.organization_id:
            raise ValidationError("The team is not of this organization.")

    @property
    def holder(self) -> Team:
        return self.team

    def shown_holder(self, hidden: set[int]) -> str:
        return UNNAMED_TEAM if self.team_id in hidden else super().shown_holder(hidden)

    @property
    def through(self) -> str:
        return self.team.shown_name if self.team.is_hidden else f"team {self.team.name}"


class UserGrant(AccessGrant):
    """A person's own grant."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")

    class Meta(AccessGrant.Meta):
        indexes = ending("usergrant_ending")

    def __str__(self) -> str:
        return f"{self.user} on {self.scope_label}"

    def clean(self) -> None:
        super().clean()
        if not self.user.memberships.filter(organization=self.organization_id).exists():
            raise ValidationError("The person is not a member of this organization.")

    @property
    def holder(self) -> User:
        return self.user
