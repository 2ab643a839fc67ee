"""Robot accounts."""

import uuid
from datetime import datetime
from typing import Any, Self, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils import timezone

from console import names
from console.errors import Conflict
from console.models import Organization, Project
from console.models.constraints import unique
from console.models.organizations import description_field
from console.permissions.decision import (
    Actor,
    Held,
    Limits,
    Target,
    Viewer,
    allows,
    require,
    require_all,
)
from console.permissions.projects import projects_with
from console.permissions.vocabulary import STRONG_PERMISSIONS, Permission, Permissions, with_implied
from robots.base.periods import NEVER_ENDS, NEVER_USED
from robots.base.robot_names import RESERVED_PREFIX, login_name
from robots.base.robot_texts import TEXT_NAMES, RobotTexts
from robots.base.states import State, earlier
from robots.models.acting import Acting
from robots.models.holding import held_by_robot
from robots.models.idling import Idling
from robots.models.kept_columns import keep_sorted_ends
from robots.models.limited import Limited
from robots.models.robot_indexes import ROBOT_INDEXES
from teams.models import AccessGrant, Membership, TeamGrant
from teams.models.holding import in_order


class RobotQuerySet(models.QuerySet["Robot"]):
    """Robots that exist; through the eyes of an actor."""

    def living(self) -> Self:
        return self.filter(deleted_at=None)

    def role_accounts(self) -> Self:
        return self.living().exclude(role_name="")

    def without_role_accounts(self) -> Self:
        return self.filter(role_name="")

    def visible_to(self, actor: Viewer, organization: Organization) -> Self:
        """All of `organization`'s, or the robots of those projects where `actor` may see robots."""
        within = self.living().filter(organization=organization)
        projects = projects_with(actor, Permission.ROBOT_READ, organization.target)
        return within if projects is None else within.filter(project__in=projects)


class Robot(Acting, Idling, Limited):
    """A non-human identity of an organization, or of one project for good.

    A deleted robot's row stays for 90 days, for the audit log and to recognize its tokens, also when
    its project was deleted with it; it is in no list and its name is free.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="robots")
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.SET_NULL, related_name="robots"
    )
    name = models.CharField(max_length=names.MAX_NAME, validators=[names.validate_name])
    # Where it belongs for good, also when the project has been deleted.
    project_slug = models.CharField(
        max_length=names.MAX_SLUG, blank=True, default="", editable=False
    )
    login_name = models.CharField(max_length=255, editable=False)
    # The role whose account it is, if it is one.
    role_name = models.CharField(max_length=names.MAX_NAME, blank=True, default="", editable=False)
    description = description_field()
    purpose = models.CharField(
        max_length=200, blank=True, default="", validators=[names.validate_line]
    )
    # Of a membership, so that it ends when the person leaves.
    responsible = models.ForeignKey(
        Membership,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="robots",
        db_index=False,
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=255)
    last_used_at = models.DateTimeField(default=NEVER_USED)
    # The earlier of its own end and the first end of a token that lies ahead; never later than that.
    # When a token's end is over, a job moves it on (robots/jobs/next_expiry.py).
    next_expiry_at = models.DateTimeField(default=NEVER_ENDS)

    is_hidden = False

    objects = RobotQuerySet.as_manager()
    actor_kind = holder_kind = "robot"
    reaches_robots = is_authenticated = True

    class Meta:
        constraints = (
            unique(
                "login_name",
                name="robot_login_unique",
                message="A robot account with this name exists here.",
                said_of="name",
                condition=Q(deleted_at=None),
            ),
            models.CheckConstraint(
                condition=Q(role_name="") | Q(name=Concat(Value(RESERVED_PREFIX), "role_name")),
                name="robot_named_after_role",
            ),
        )
        indexes = ROBOT_INDEXES

    def __str__(self) -> str:
        return self.login_name

    def get_absolute_url(self) -> str:
        return reverse("robots:robot", args=[self.organization.slug, self.uuid])

    def clean(self) -> None:
        if self.project and self.project.organization_id != self.organization_id:
            raise ValidationError({"project": "The project is not of this organization."})
        if self.responsible and self.responsible.organization_id != self.organization_id:
            raise ValidationError(
                {"responsible": "The person is not a member of this organization."}
            )

    @classmethod
    def at(
        cls,
        organization: Organization,
        project: Project | None,
        name: str,
        **texts: Unpack[RobotTexts],
    ) -> Self:
        """A new robot of that place, with the login name that follows from it; not saved."""
        slug = project.slug if project else ""
        login = login_name(organization.slug, slug, name)
        return cls(
            organization=organization,
            project=project,
            project_slug=slug,
            name=name,
            login_name=login,
            **texts,
        )

    @property
    def texts(self) -> dict[str, str]:
        """What people wrote about it, by the names of `ROBOT_TEXTS`."""
        return model_to_dict(self, TEXT_NAMES)

    @property
    def path(self) -> str:
        """What people call it: `my-org/my-robot`, `my-org/my-project/my-robot`."""
        return "/".join(filter(None, (self.organization.slug, self.project_slug, self.name)))

    @property
    def shown_name(self) -> str:
        return self.login_name

    @property
    def holder_label(self) -> str:
        return self.login_name

    def new_grant(self, **values: Any) -> Any:  # noqa: ANN401 - a `RobotGrant`, whose module imports this one
        """A grant of the robot's own; not saved."""
        return self.grants.model(robot=self, **values)

    @property
    def token_prefix(self) -> str:
        """How the paths of its tokens begin."""
        return self.path

    @property
    def chain_organization(self) -> Organization:
        """In whose chain its tokens change."""
        return self.organization

    @property
    def target(self) -> Target:
        """Where rights over this robot are looked for: its project, else its organization."""
        return Target(self.organization_id, self.project_id, path=self.path)

    @property
    def state(self) -> State:
        if self.disabled_at:
            return State.DISABLED
        return (
            State.EXPIRED if self.expires_at and self.expires_at <= timezone.now() else State.ACTIVE
        )

    @property
    def used_at(self) -> datetime | None:
        return None if self.last_used_at == NEVER_USED else self.last_used_at

    @property
    def actor_uuid(self) -> UUID:
        return self.uuid

    @property
    def actor_label(self) -> str:
        return self.login_name

    @property
    def limits(self) -> Limits:
        return Limits(self.narrowing, self.project_id)

    @property
    def is_role_account(self) -> bool:
        return bool(self.role_name)

    def grants_on(self, target: Target) -> list[Held]:
        """What the robot's own grants and its teams' give in its organization; elsewhere nothing."""
        if target.organization_id != self.organization_id:
            return []
        rows = held_by_robot.ask(robot_id=self.pk, organization_id=self.organization_id)
        return [row.held() for row in in_order(rows)]

    def named_grants(self, hidden: set[int]) -> list[AccessGrant]:
        """Its own grants and its teams', widest first; `hidden` teams without their names."""
        own = self.grants.in_force().with_names().order_by("id")
        through = TeamGrant.objects.in_force().filter(team__robot_places__robot=self).order_by("id")
        grants: list[AccessGrant] = [*own, *through.shown(hidden)]
        return sorted(grants, key=lambda grant: (grant.project_id is not None, grant.scope_label))

    def explained_grants(self, target: Target, hidden: set[int]) -> list[Held]:
        """What it holds, for somebody from whom the teams of these ids are `hidden`."""
        return [grant.held() for grant in self.named_grants(hidden)]

    def organization_ids(self) -> set[int]:
        return {self.organization_id}

    def refetch(self) -> "Robot":
        """The robot as it is now, under the organization's lock; `Conflict` if it went meanwhile."""
        found = Robot.objects.living().select_related(
            "organization", "project__organization", "responsible__user"
        )
        try:
            return found.get(pk=self.pk)
        except Robot.DoesNotExist as error:
            raise Conflict("The robot account has been deleted meanwhile.") from error

    def require_over_token(self, actor: Actor, permission: Permission, access_id: UUID) -> None:
        """The actor may do this to a token of the robot; a robot to the one it came with by a right apart."""
        came = actor.came_with
        is_own = came is not None and came.access_id == access_id
        if is_own and permission == Permission.TOKEN_ROTATE and not allows(actor, permission, self):
            permission = Permission.TOKEN_RENEW_SELF
        require(actor, permission, self)

    def require_to_confer(self, actor: Actor, narrowing: Permissions | None = None) -> None:
        """Nobody confers what they do not hold: the actor must hold all that the robot's grants give."""
        for grant in self.grants_on(self.organization.target):
            scope = Target(
                grant.organization_id,
                grant.project_id,
                grant.repository_id,
                on_repository=grant.is_level or grant.repository_id is not None,
            )
            given = with_implied(grant.permissions)
            narrowed = given if narrowing is None else given & with_implied(narrowing)
            require_all(actor, narrowed, scope)

    def strong_permissions(self, narrowing: Permissions | None = None) -> Permissions:
        """Of what its own grants and its teams' give; each token has all of it that is not narrowed away."""
        held = (grant.permissions for grant in self.grants_on(self.organization.target))
        strong = frozenset[Permission]().union(*held) & STRONG_PERMISSIONS
        return strong if narrowing is None else strong & narrowing

    def keep_next_expiry(self) -> None:
        """Write the next expiry anew, after a change of the robot's own end or of its tokens'."""
        ends = self.tokens.living().filter(expires_at__gt=timezone.now())
        ahead = ends.values_list("expires_at", flat=True)
        self.next_expiry_at = earlier(self.expires_at, *ahead) or NEVER_ENDS
        self.save(update_fields=["next_expiry_at"])
        keep_sorted_ends(self.tokens.logins(), self.expires_at)
