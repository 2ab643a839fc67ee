"""The end of projects and repositories: everything that hangs on them goes as well."""

from typing import Any

from console.audit.recording import changing, record
from console.errors import Conflict
from console.models import Project, Repository
from console.organizations.services import as_recorded, refetch_project, retire
from console.permissions.decision import Actor, require
from console.permissions.vocabulary import Permission
from robots.accounts.services.robots import end_robot
from robots.artifacts.locking import lock
from robots.models import Robot, all_grants
from teams.models import Team
from teams.teams.services import refetch_team


def _grants_as_recorded(**on: Any) -> list[str]:
    found = all_grants(**on)
    return sorted(f"{grant.holder}: {grant.what} on {grant.scope_label}" for grant in found)


def delete_repository(*, actor: Actor, repository: Repository) -> None:
    """End a repository's row and its grants. What is in the registry stays there."""
    organization = repository.project.organization
    with changing(organization) as chain:
        if not lock(Repository.objects.filter(pk=repository.pk)):
            raise Conflict("The repository has been deleted meanwhile.")
        require(actor, Permission.REPOSITORY_DELETE, repository)
        before = {
            "public": repository.public,
            "grants": _grants_as_recorded(repository=repository),
        }
        Repository.objects.filter(pk=repository.pk).delete()
        retire([str(repository)])
        record(chain, actor=actor, action="repository:deleted", target=repository, before=before)


def delete_project(*, actor: Actor, project: Project) -> None:
    """End a project with its repositories, grants, roles, robots and their tokens.

    What is in the registry stays there. The rows of its robots stay as those of deleted robots.
    """
    with changing(project.organization) as chain:
        project = refetch_project(project)
        require(actor, Permission.PROJECT_DELETE, project)
        repositories = sorted(project.repositories.values_list("name", flat=True))
        before = as_recorded(project) | {
            "repositories": repositories,
            "roles": sorted(project.roles.values_list("name", flat=True)),
            "grants": _grants_as_recorded(project=project),
        }
        robots = list(Robot.objects.living().filter(project=project).order_by("login_name"))
        before["robots"] = {robot.login_name: end_robot(robot) for robot in robots}
        retire([str(project), *(f"{project}/{own}" for own in repositories)])
        lock(project.repositories.all())
        Project.objects.filter(pk=project.pk).delete()
        record(chain, actor=actor, action="project:deleted", target=project, before=before)


def delete_team(*, actor: Actor, team: Team) -> None:
    """End a team: its people and robots lose what it held, at once."""
    with changing(team.organization) as chain:
        team = refetch_team(team)
        require(actor, Permission.TEAM_DELETE, team)
        before = {
            "members": sorted(team.members.values_list("user__email", flat=True)),
            "robots": sorted(team.robot_places.values_list("robot__login_name", flat=True)),
            "grants": [
                f"{grant.what} on {grant.scope_label}" for grant in team.grants.with_names()
            ],
        }
        Team.objects.filter(pk=team.pk).delete()
        record(chain, actor=actor, action="team:deleted", target=team, before=before)
