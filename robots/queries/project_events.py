"""What of the audit log is about one project: what somebody who may read no more of it sees."""

from django.db.models import Q, QuerySet

from console.audit.filters import events_of
from console.models import Event, Project
from robots.models import Robot, Token


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
