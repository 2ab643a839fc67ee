"""Where in an organization a registry's path points to."""

from typing import NamedTuple, Protocol

from django.db.models import FilteredRelation, Q

from console.databases.statements import Parameter, Statement
from console.models import Organization, Project
from console.permissions.decision import Target


class FoundRepository(Protocol):
    """A row that tells of a repository, if it has one."""

    @property
    def found__id(self) -> int | None: ...
    @property
    def found__public(self) -> bool | None: ...


class PathRow(NamedTuple):
    """A project, and the repository asked for if it has a row."""

    id: int
    organization_id: int
    found__id: int | None
    found__public: bool | None


def with_repository(projects: str = "") -> FilteredRelation:
    """The repository of the name that is asked for, below the relation `projects`."""
    repositories = f"{projects}repositories"
    return FilteredRelation(
        repositories, condition=Q(**{f"{repositories}__name": Parameter("repository")})
    )


repository_path = Statement(
    PathRow,
    lambda: Project.objects.annotate(found=with_repository()).filter(
        organization__slug=Parameter("organization"), slug=Parameter("project")
    ),
)


class OrganizationRow(NamedTuple):
    """An organization."""

    id: int


class ProjectRow(NamedTuple):
    """A project, and where it belongs."""

    id: int
    organization_id: int


organization_path = Statement(
    OrganizationRow, lambda: Organization.objects.filter(slug=Parameter("organization"))
)
project_path = Statement(
    ProjectRow,
    lambda: Project.objects.filter(
        organization__slug=Parameter("organization"), slug=Parameter("project")
    ),
)


def place_target(path: str) -> Target | None:
    """An organization, a project or a repository as a target; `None` where neither is."""
    organization, *below = path.split("/", 2)
    if not below:
        places = organization_path.rows(organization=organization)
        return Target(places[0].id, path=path) if places else None
    if len(below) > 1:
        return repository_target(path)
    projects = project_path.rows(organization=organization, project=below[0])
    if not projects:
        return None
    return Target(projects[0].organization_id, projects[0].id, path=path)


def repository_target(path: str) -> Target | None:
    """`<organization>/<project>/<name, slashes included>` as a target; `None` without the project.

    A repository without a row is still a target: pushing to it is what creates it.
    """
    parts = path_parts(path)
    found = repository_path.rows(**parts) if parts else []
    if not found:
        return None
    row = found[0]
    return path_target(path, row.organization_id, row.id, row)


def is_repository_path(path: str) -> bool:
    """Whether it would be a repository's: of a project's or an organization's, fewer parts are there."""
    return path.count("/") > 1


def path_parts(path: str) -> dict[str, str] | None:
    """The parameters of a question about `path`; `None` for what names no repository."""
    organization, _, rest = path.partition("/")
    project, _, repository = rest.partition("/")
    if not repository:
        return None
    return {"organization": organization, "project": project, "repository": repository}


def path_target(path: str, organization_id: int, project_id: int, row: FoundRepository) -> Target:
    """The repository at `path` as `decide` takes it."""
    public = bool(row.found__public)
    return Target(
        organization_id, project_id, row.found__id, on_repository=True, public=public, path=path
    )
