"""What the verifiers ask the database, each question compiled once."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import FilteredRelation, Q

from console.models import Project
from console.permissions import Permissions, Target
from robots.models import RobotGrant, Secret
from robots.statements import Parameter, Statement


class SecretRow(NamedTuple):
    """A secret with its token, its owner and where that belongs; the names are Django's look-ups."""

    id: int
    digest: str
    root_number: int
    ends_at: datetime | None
    first_used_at: datetime | None
    handed_over_at: datetime | None
    token_id: int
    token__uuid: UUID
    token__permissions: Permissions | None
    token__expires_at: datetime | None
    token__disabled_at: datetime | None
    token__blocked_at: datetime | None
    token__revoked_at: datetime | None
    token__robot_id: int | None
    token__robot__uuid: UUID | None
    token__robot__login_name: str | None
    token__robot__expires_at: datetime | None
    token__robot__disabled_at: datetime | None
    token__robot__deleted_at: datetime | None
    token__robot__project_id: int | None
    token__robot__organization_id: int | None
    token__robot__organization__slug: str | None
    token__user_id: int | None
    token__user__uuid: UUID | None
    token__user__email: str | None
    token__user__is_active: bool | None


class GrantRow(NamedTuple):
    """A grant's columns, as `console.models.grants.held` takes them."""

    role: str
    permissions: Permissions
    organization_id: int
    project_id: int | None
    repository_id: int | None
    uuid: UUID


class PathRow(NamedTuple):
    """A project, and the repository asked for if it has a row."""

    id: int
    organization_id: int
    found__id: int | None
    found__public: bool | None


ID = models.BigIntegerField()

secrets_of_token = Statement(
    SecretRow,
    lambda: Secret.objects.filter(token__uuid=Parameter("access_id", models.UUIDField())),
)
secrets_by_digest = Statement(
    SecretRow,
    lambda: Secret.objects.filter(digest=Parameter("digest", models.CharField())),
)
grants_of_robot = Statement(
    GrantRow,
    lambda: RobotGrant.objects.filter(
        robot=Parameter("robot_id", ID), organization=Parameter("organization_id", ID)
    ),
)
# Those that cover one repository: a robot may hold thousands elsewhere.
grants_on_repository = Statement(
    GrantRow,
    lambda: RobotGrant.objects.filter(
        Q(project=None) | Q(project=Parameter("project_id", ID)),
        Q(repository=None) | Q(repository=Parameter("repository_id", ID)),
        robot=Parameter("robot_id", ID),
        organization=Parameter("organization_id", ID),
    ),
)
repository_path = Statement(
    PathRow,
    lambda: Project.objects.filter(
        organization__slug=Parameter("organization", models.CharField()),
        slug=Parameter("project", models.CharField()),
    ).annotate(
        found=FilteredRelation(
            "repositories",
            condition=Q(repositories__name=Parameter("repository", models.CharField())),
        )
    ),
)


def repository_target(path: str) -> Target | None:
    """`<organization>/<project>/<name, slashes included>` as a target; `None` without the project.

    A repository without a row is still a target: pushing to it is what creates it.
    """
    organization, _, rest = path.partition("/")
    project, _, repository = rest.partition("/")
    if not repository:
        return None
    found = repository_path.rows(organization=organization, project=project, repository=repository)
    if not found:
        return None
    row = found[0]
    return Target(
        row.organization_id,
        row.id,
        row.found__id,
        on_repository=True,
        public=bool(row.found__public),
        path=path,
    )
