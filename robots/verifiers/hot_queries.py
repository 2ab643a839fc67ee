"""What the verifiers ask the database, each question compiled once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import F, Q, QuerySet, Value

from console.databases.statements import Parameter, Statement
from console.organizations.paths import path_parts, path_target, repository_target, with_repository
from console.permissions.decision import Held, Target
from console.permissions.vocabulary import Permissions
from robots.models import RobotGrant, Secret, TeamRobot
from teams.models import TeamGrant
from teams.models.holding import NO_END, NO_NAME, NO_PERMISSIONS, conferred

# Keeps of what a robot holds what a question is about; `robot` is the way from a grant to it.
NOTHING: Permissions = frozenset()
Narrowing = Callable[[QuerySet[Any], str], QuerySet[Any]]


class SecretRow(NamedTuple):
    """A secret with its token, its owner and where that belongs; the names are Django's look-ups."""

    id: int
    digest: str | None
    argon2_hash: str
    root_number: int
    created_at: datetime
    ends_at: datetime | None
    first_used_at: datetime | None
    handed_over_at: datetime | None
    token_id: int
    token__uuid: UUID
    token__permissions: Permissions | None
    token__addresses: str
    token__network_mode: str
    token__expires_at: datetime | None
    token__disabled_at: datetime | None
    token__blocked_at: datetime | None
    token__revoked_at: datetime | None
    token__robot_id: int | None
    token__robot__uuid: UUID | None
    token__robot__name: str | None
    token__robot__project_slug: str | None
    token__robot__login_name: str | None
    token__robot__addresses: str | None
    token__robot__network_mode: str | None
    token__robot__expires_at: datetime | None
    token__robot__disabled_at: datetime | None
    token__robot__deleted_at: datetime | None
    token__robot__project_id: int | None
    token__robot__organization_id: int | None
    token__robot__organization__uuid: UUID | None
    token__robot__organization__slug: str | None
    token__robot__organization__robot_networks: str | None
    token__robot__organization__robot_network_mode: str | None
    token__user_id: int | None
    token__user__uuid: UUID | None
    token__user__email: str | None
    token__user__is_active: bool | None

    @property
    def access_id(self) -> UUID:
        return self.token__uuid


class GrantRow(NamedTuple):
    """A grant's columns, as `_held` takes them."""

    role: str
    permissions: Permissions
    custom_role__permissions: Permissions | None
    organization_id: int
    project_id: int | None
    repository_id: int | None
    expires_at: datetime | None
    uuid: UUID

    def held(self) -> Held:
        """The grant as `decide` takes it."""
        return _held(self)


class GrantOnPathRow(NamedTuple):
    """A grant that covers a repository path, and what `PathRow` says of that path."""

    role: str
    permissions: Permissions
    custom_role__permissions: Permissions | None
    organization_id: int
    project_id: int | None
    repository_id: int | None
    expires_at: datetime | None
    path_organization: int
    path_project: int
    found__id: int | None
    found__public: bool | None

    def held(self) -> Held:
        """The grant as `decide` takes it; which one it was, a verifier does not ask."""
        return _held(self)


class BelongingRow(NamedTuple):
    """That a robot is in a team, or that it holds a role on a whole organization: one of the three names."""

    organization_id: int
    team_name: str
    role: str
    custom_name: str | None
    custom: Permissions | None
    expires_at: datetime | None

    @property
    def permissions(self) -> Permissions:
        """What the role gives; of a team, nothing."""
        return conferred(self.role, NOTHING, self.custom)[0]


def _held(row: GrantRow | GrantOnPathRow) -> Held:
    permissions, is_level = conferred(row.role, row.permissions, row.custom_role__permissions)
    return Held(
        permissions,
        row.organization_id,
        row.project_id,
        row.repository_id,
        is_level,
        expires_at=row.expires_at,
    )


secrets_of_token = Statement(
    SecretRow,
    lambda: Secret.objects.filter(
        token__uuid=Parameter("access_id", models.UUIDField()), digest__isnull=False
    ),
)
secrets_by_digest = Statement(
    SecretRow,
    lambda: Secret.objects.filter(digest=Parameter("digest")),
)
secret_of_access_token = Statement(
    SecretRow,
    lambda: Secret.objects.filter(
        id=Parameter("secret_id"), token__uuid=Parameter("access_id", models.UUIDField())
    ),
)
secret_of_trust = Statement(
    SecretRow,
    lambda: Secret.objects.filter(
        token__uuid=Parameter("access_id", models.UUIDField()), kind=Secret.Kind.TRUST, ends_at=None
    ),
)
own_secrets_of_token = Statement(
    SecretRow,
    lambda: Secret.objects.filter(
        token__uuid=Parameter("access_id", models.UUIDField()), digest=None
    ),
)
own_secrets_of_robot = Statement(
    SecretRow,
    lambda: Secret.objects.filter(token__robot__login_name=Parameter("login_name"), digest=None),
)


def _of_robot(columns: tuple[str, ...], narrow: Narrowing) -> QuerySet[Any, Any]:
    """A robot's own grants and its teams', both narrowed in the same way.

    That a grant is of the robot's organization is for `decide` to say: compared here, a database
    without statistics would begin with everybody's grants of that organization.
    """
    own = narrow(RobotGrant.objects.all(), "robot")
    through = narrow(TeamGrant.objects.all(), "team__robot_places__robot")
    return own.values_list(*columns).union(through.values_list(*columns), all=True)


def _on_path(grants: QuerySet[Any], robot: str) -> QuerySet[Any]:
    """Those that cover one repository, with the repository: a robot may hold thousands elsewhere."""
    home = f"{robot}__organization__"
    project = F(f"{home}projects__id")
    found: QuerySet[Any] = grants.annotate(found=with_repository(f"{home}projects__")).filter(
        Q(project=None) | Q(project=project),
        Q(repository=None) | Q(repository=F("found__id")),
        **{
            robot: Parameter("robot_id"),
            f"{home}slug": Parameter("organization"),
            f"{home}projects__slug": Parameter("project"),
        },
    )
    path: QuerySet[Any] = found.annotate(
        path_organization=F(f"{robot}__organization_id"), path_project=project
    )
    return path


def _in_organization(grants: QuerySet[Any], robot: str) -> QuerySet[Any]:
    return grants.filter(
        **{robot: Parameter("robot_id"), f"{robot}__organization": Parameter("organization_id")}
    )


def _belongings() -> QuerySet[Any, Any]:
    """A robot's teams, and the roles of its own grants and its teams' on the whole organization."""
    places = TeamRobot.objects.filter(robot=Parameter("robot_id")).annotate(
        organization_id=F("team__organization_id"),
        team_name=F("team__name"),
        role=Value(""),
        custom_name=NO_NAME,
        custom=NO_PERMISSIONS,
        expires_at=NO_END,
    )
    roles = (
        _whole(grants).filter(**{robot: Parameter("robot_id")}).values_list(*BelongingRow._fields)
        for grants, robot in (
            (RobotGrant.objects.all(), "robot"),
            (TeamGrant.objects.all(), "team__robot_places__robot"),
        )
    )
    return places.values_list(*BelongingRow._fields).union(*roles, all=True)


def _whole(grants: QuerySet[Any]) -> QuerySet[Any]:
    """Those of a role on a whole organization."""
    found: QuerySet[Any] = grants.filter(project=None, permissions="").annotate(
        team_name=Value(""),
        custom_name=F("custom_role__name"),
        custom=F("custom_role__permissions"),
    )
    return found


belongings_of_robot = Statement(BelongingRow, _belongings)
grants_of_robot = Statement(GrantRow, lambda: _of_robot(GrantRow._fields, _in_organization))
grants_on_path = Statement(GrantOnPathRow, lambda: _of_robot(GrantOnPathRow._fields, _on_path))


def grants_of_robot_on(path: str, robot_id: int) -> tuple[Target | None, list[Held]]:
    """The target at `path` and what the robot holds there, in one question if it holds anything."""
    parts = path_parts(path)
    rows = grants_on_path.rows(robot_id=robot_id, **parts) if parts else []
    if not rows:
        return repository_target(path), []
    row = rows[0]
    target = path_target(path, row.path_organization, row.path_project, row)
    return target, [row.held() for row in rows]
