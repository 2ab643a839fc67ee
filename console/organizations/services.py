"""Changes to organizations, projects and repositories."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypedDict, Unpack

from django.core.exceptions import PermissionDenied

from console.audit.recording import EventActor, changing, record
from console.errors import Conflict
from console.models import Organization, Project, Repository, RetiredPath
from console.models.grants import role_key
from console.permissions.decision import Actor, decide, require, require_all
from console.permissions.roles import BUILTIN_ROLES, Scope
from console.permissions.vocabulary import Permission
from console.updates import assign


class OrganizationChanges(TypedDict, total=False):
    """What of an organization may change."""

    name: str


def rename_organization(
    *, actor: Actor, organization: Organization, **changes: Unpack[OrganizationChanges]
) -> Organization:
    """Change the display name; the slug never changes."""
    with changing(organization) as chain:
        organization = Organization.objects.get(pk=organization.pk)
        require(actor, Permission.ORGANIZATION_UPDATE, organization)
        before = {"name": organization.name}
        if changed := assign(organization, changes, OrganizationChanges):
            organization.save(update_fields=changed)
            record(
                chain,
                actor=actor,
                action="organization:updated",
                target=organization,
                before=before,
                after={"name": organization.name},
            )
    return organization


class UsedBefore(Conflict):
    """Something had this path before; what the registry keeps under it is still there."""

    keeps_form = False

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} was used before. Confirm that it is to be used again.")
        self.path = path


def refuse_reuse(thing: Organization | Project | Repository, *, reuse: bool) -> bool:
    """Whether the path was used before; raises `UsedBefore` unless that is confirmed by `reuse`."""
    path = str(thing)
    used = RetiredPath.objects.filter(path=path).exists()
    if used and not reuse:
        raise UsedBefore(path)
    return used


def create_project(
    *,
    actor: Actor,
    organization: Organization,
    slug: str,
    name: str,
    description: str = "",
    public: bool = False,
    reuse: bool = False,
) -> Project:
    """Make a project; `public` is what its new repositories are unless told otherwise.

    Who creates a project and holds less there than its admin becomes that.
    """
    project = Project(
        organization=organization, slug=slug, name=name, description=description, public=public
    )
    with changing(organization) as chain:
        require(actor, Permission.PROJECT_CREATE, organization)
        project.full_clean()
        used_before = refuse_reuse(project, reuse=reuse)
        project.save()
        after = as_recorded(project) | {"slug": slug} | noted(used_before)
        if _make_admin(actor, project):
            after["admin"] = actor.actor_label
        record(chain, actor=actor, action="project:created", target=project, after=after)
    return project


def as_recorded(project: Project) -> dict[str, Any]:
    """A project as the audit log keeps it."""
    return {
        "name": project.name,
        "description": project.description,
        "public": project.public,
    }


def noted(used_before: bool) -> dict[str, bool]:
    """What the audit log says of a name that was used again."""
    return {"used_before": True} if used_before else {}


# Any actor that has grants of its own: console does not know people and robots.
def _make_admin(actor: Any, project: Project) -> bool:  # noqa: ANN401 - as above
    admin = BUILTIN_ROLES[Scope.PROJECT, "admin"]
    held, target = actor.grants_on(project.target), project.target
    # What is given stays when the token has ended, so it is asked what its owner holds.
    own = replace(actor.limits, permissions=None)
    if all(decide(held, name, target, own) for name in admin.permissions):
        return False
    if actor.limits.permissions is not None:
        raise PermissionDenied("This would make you the project's admin; a narrowed token may not.")
    grant = actor.grants.model(
        **{actor.grants.field.name: actor},
        organization=project.organization,
        project=project,
        role=role_key((admin.scope, admin.name)),
    )
    grant.full_clean()
    grant.save()
    return True


def refetch_project(project: Project) -> Project:
    """The project as it is now, under the organization's lock."""
    try:
        return Project.objects.select_related("organization").get(pk=project.pk)
    except Project.DoesNotExist as error:
        raise Conflict("The project has been deleted meanwhile.") from error


class ProjectChanges(TypedDict, total=False):
    """What of a project may change."""

    name: str
    description: str
    public: bool


def update_project(*, actor: Actor, project: Project, **changes: Unpack[ProjectChanges]) -> Project:
    """Change what a project is called and for, and what its new repositories are."""
    with changing(project.organization) as chain:
        project = refetch_project(project)
        require(actor, Permission.PROJECT_UPDATE, project)
        before = as_recorded(project)
        if changed := assign(project, changes, ProjectChanges):
            project.save(update_fields=changed)
            record(
                chain,
                actor=actor,
                action="project:updated",
                target=project,
                before=before,
                after=as_recorded(project),
            )
    return project


def create_repository(
    *,
    actor: Actor,
    project: Project,
    name: str,
    description: str = "",
    public: bool = False,
    reuse: bool = False,
) -> Repository:
    """Register a repository, to say whether it is public and what it is for."""
    with changing(project.organization) as chain:
        project = refetch_project(project)
        require(actor, Permission.REPOSITORY_CREATE, project)
        repository = Repository(project=project, name=name, description=description, public=public)
        repository.full_clean()
        if public:
            _require_to_publish(actor, repository)
        used_before = refuse_reuse(repository, reuse=reuse)
        repository.save()
        if used_before:
            RetiredPath.objects.filter(path=str(repository)).update(seen_at=None)
        after = {"name": name} | _repository_as_recorded(repository) | noted(used_before)
        record(chain, actor=actor, action="repository:created", target=repository, after=after)
    return repository


def register_repository(*, actor: EventActor, project: Project, name: str, seen: str) -> Repository:
    """Register what a registry says is there: always private, whatever the project's new repositories are.

    Nobody is asked whether they may, because it gives nothing: the path was private before. `seen` is what
    the registry saw. Whatever is registered is returned as it is; what was deleted stays so (`UsedBefore`).
    """
    with changing(project.organization) as chain:
        project = refetch_project(project)
        if present := project.repositories.filter(name=name).first():
            return present
        repository = Repository(project=project, name=name, public=False)
        repository.full_clean()
        refuse_reuse(repository, reuse=False)
        repository.save()
        after = {"name": name, "seen": seen} | _repository_as_recorded(repository)
        record(chain, actor=actor, action="repository:registered", target=repository, after=after)
    return repository


def _require_to_publish(actor: Actor, repository: Repository) -> None:
    """Making it public gives everyone pull, so who does that must hold it."""
    require_all(actor, [Permission.ARTIFACT_PULL], repository)


class RepositoryChanges(TypedDict, total=False):
    """What of a repository may change."""

    description: str
    public: bool


def change_repository(
    *, actor: Actor, repository: Repository, **changes: Unpack[RepositoryChanges]
) -> Repository:
    """Change what a repository is for and whether everyone may pull from it."""
    with changing(repository.project.organization) as chain:
        present = Repository.objects.filter(pk=repository.pk).first()
        if present is None:
            raise Conflict("The repository has been deleted meanwhile.")
        require(actor, Permission.REPOSITORY_UPDATE, repository)
        before = _repository_as_recorded(present)
        changed = assign(present, changes, RepositoryChanges)
        if "public" in changed and present.public:
            _require_to_publish(actor, present)
        if changed:
            present.save(update_fields=changed)
            record(
                chain,
                actor=actor,
                action="repository:updated",
                target=present,
                before=before,
                after=_repository_as_recorded(present),
            )
    return present


def _repository_as_recorded(repository: Repository) -> dict[str, Any]:
    return {"description": repository.description, "public": repository.public}


def retire(paths: Iterable[str]) -> None:
    """Remember paths that end with what had them: part of a change that is under way."""
    rows = [RetiredPath(path=path) for path in paths]
    RetiredPath.objects.bulk_create(rows, ignore_conflicts=True)
