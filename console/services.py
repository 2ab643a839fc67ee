"""Changes to organizations, projects and repositories."""

from console.audit import changing, record
from console.errors import Conflict
from console.models import Organization, Project, Repository
from console.permissions import Actor, Permission, require


def rename_organization(*, actor: Actor, organization: Organization, name: str) -> Organization:
    """Change the display name; the slug never changes."""
    with changing(organization) as chain:
        organization = Organization.objects.get(pk=organization.pk)
        require(actor, Permission.ORGANIZATION_UPDATE, organization)
        before, organization.name = organization.name, name
        organization.full_clean()
        organization.save(update_fields=["name"])
        record(
            chain, actor=actor, action="organization:updated", target=organization,
            before={"name": before}, after={"name": name},
        )  # fmt: skip
    return organization


def create_project(
    *, actor: Actor, organization: Organization, slug: str, name: str,
    description: str = "", public: bool = False,
) -> Project:  # fmt: skip
    """Make a project; `public` is what its new repositories are unless told otherwise."""
    project = Project(
        organization=organization, slug=slug, name=name, description=description, public=public
    )
    with changing(organization) as chain:
        require(actor, Permission.PROJECT_CREATE, organization)
        project.full_clean()
        project.save()
        record(
            chain, actor=actor, action="project:created", target=project,
            after={"slug": slug, "name": name, "description": description, "public": public},
        )  # fmt: skip
    return project


def create_repository(
    *, actor: Actor, project: Project, name: str, description: str = "", public: bool = False
) -> Repository:
    """Register a repository, to say whether it is public and what it is for."""
    repository = Repository(project=project, name=name, description=description, public=public)
    with changing(project.organization) as chain:
        require(actor, Permission.REPOSITORY_CREATE, project)
        repository.full_clean()
        repository.save()
        record(
            chain, actor=actor, action="repository:created", target=repository,
            after={"name": name, "description": description, "public": public},
        )  # fmt: skip
    return repository


def change_repository(
    *, actor: Actor, repository: Repository, description: str, public: bool
) -> Repository:
    """Change what a repository is for and whether everyone may pull from it."""
    with changing(repository.project.organization) as chain:
        present = Repository.objects.filter(pk=repository.pk).first()
        if present is None:
            raise Conflict("The repository has been deleted meanwhile.")
        require(actor, Permission.REPOSITORY_UPDATE, repository)
        before = {"description": present.description, "public": present.public}
        present.description, present.public = description, public
        present.full_clean()
        present.save(update_fields=["description", "public"])
        record(
            chain, actor=actor, action="repository:updated", target=present,
            before=before, after={"description": description, "public": public},
        )  # fmt: skip
    return present
