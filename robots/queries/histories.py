"""What of the audit log is about one thing: what somebody who may read no more of it sees."""

from django.db.models import Q, QuerySet

from console.audit.filters import events_of
from console.models import Event, Project, Repository
from robots.models import Robot, Token
from teams.models import Team

# What is about a person's place in a team, which is not there any more when it has ended.
ABOUT_PLACES = ("team:member-updated", "team:member-removed", "team:member-left")


def events_of_project(project: Project) -> QuerySet[Event]:
    """Those about the project and what is in it now; by identifier, so none of an older one."""
    robots = Robot.objects.filter(project=project)
    about = (
        Q(target_uuid=project.uuid)
        | Q(target_uuid__in=project.repositories.values("uuid"))
        | Q(target_uuid__in=robots.values("uuid"))
        | Q(target_uuid__in=Token.objects.filter(robot__in=robots).values("uuid"))
    )
    return events_of(project.organization).filter(about)


def events_of_repository(repository: Repository) -> QuerySet[Event]:
    """Those about the repository itself."""
    return events_of(repository.project.organization).filter(target_uuid=repository.uuid)


def events_of_team(team: Team) -> QuerySet[Event]:
    """Those about the team and about places in it, which are known by their label since the team is there."""
    of_places = Q(
        action__in=ABOUT_PLACES,
        target_label__endswith=f" in {team}",
        created_at__gte=team.created_at,
    )
    return events_of(team.organization).filter(Q(target_uuid=team.uuid) | of_places)


def events_of_robot(robot: Robot) -> QuerySet[Event]:
    """Those about the robot account, its tokens and its trusts, also those that have ended."""
    tokens = Q(target_uuid__in=robot.tokens.values("uuid"))
    return events_of(robot.organization).filter(Q(target_uuid=robot.uuid) | tokens)


def events_of_token(token: Token, robot: Robot) -> QuerySet[Event]:
    """Those about a token of the robot account."""
    return events_of(robot.organization).filter(target_uuid=token.uuid)
