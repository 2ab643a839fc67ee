"""Where an actor may give grants: the projects and repositories that a form offers."""

from django.db.models import Q, QuerySet

from console.models import Organization, Project, Repository
from console.models.organizations import ProjectQuerySet
from console.permissions.decision import Target, Viewer, decide_for
from console.permissions.vocabulary import Permission


def _may_give(actor: Viewer, target: Target) -> bool:
    held = actor.grants_on(target)
    return decide_for(actor, held, Permission.GRANT_CREATE, target).allowed


def gives_everywhere(actor: Viewer, organization: Organization) -> bool:
    """Whether the actor may give something on the whole organization."""
    return _may_give(actor, organization.target)


def _places(actor: Viewer, organization: Organization) -> set[tuple[int, int | None]]:
    """The projects and repositories that the actor's grants are on."""
    held = actor.grants_on(organization.target)
    return {(grant.project_id, grant.repository_id) for grant in held if grant.project_id}


def grantable_projects(actor: Viewer, organization: Organization) -> ProjectQuerySet:
    """Those on which the actor may give something."""
    projects: ProjectQuerySet = Project.objects.filter(organization=organization)
    if _may_give(actor, organization.target):
        return projects
    own = {project for project, _ in _places(actor, organization)}
    return projects.filter(
        pk__in=[pk for pk in own if _may_give(actor, Target(organization.pk, pk))]
    )


def grantable_repositories(actor: Viewer, organization: Organization) -> QuerySet[Repository]:
    """Those on which the actor may give something; a level on their project is enough."""
    found = Repository.objects.filter(project__organization=organization).select_related("project")
    if _may_give(actor, organization.target):
        return found
    allowed = [
        (project, repository)
        for project, repository in _places(actor, organization)
        if _may_give(actor, Target(organization.pk, project, repository, on_repository=True))
    ]
    whole = [project for project, repository in allowed if repository is None]
    return found.filter(Q(project__in=whole) | Q(pk__in=[own for _, own in allowed if own]))


def gives_somewhere(
    actor: Viewer, organization: Organization, within: Project | None = None
) -> bool:
    """Whether there can be a place, in the project if one is named, on which the actor may give something."""
    if _may_give(actor, organization.target):
        return True
    return any(
        _may_give(actor, Target(organization.pk, project, repository, on_repository=True))
        for project, repository in _places(actor, organization)
        if within is None or project == within.pk
    )
