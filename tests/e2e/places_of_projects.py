"""Pages of projects and repositories, and their states."""

from collections.abc import Callable

from django.urls import reverse

from console.models import Event, Project
from robots.queries.histories import events_of_project
from tests.e2e.scenes import (
    Place,
    Scene,
    change_levels,
    confirm_password,
    deleted_and_used,
    open_everything,
)


def event_of_project(scene: Scene) -> str:
    """What happened last in the project."""
    slugs = scene.parts["organization"], scene.parts["project"]
    project = Project.objects.get(organization__slug=slugs[0], slug=slugs[1])
    event = events_of_project(project).latest("id")
    return reverse("robots:project-event", args=[*slugs, event.uuid])


def event_of(kind: str) -> Callable[[Scene], str]:
    """What happened last to the thing of that kind."""

    def find(scene: Scene) -> str:
        thing = scene.parts[kind]
        event = Event.objects.filter(target_uuid=thing).latest("id")
        where = [scene.parts["organization"], thing, event.uuid]
        return reverse(f"robots:{kind}-event", args=where)

    return find


ORGANIZATION, PROJECT = "organization", "organization project"
REPOSITORY, MEMBER = "organization repository", "organization project project-grant"
OUTSIDE = "?addresses=203.0.113.0/24&network_mode=enforce"
QUIET = "organization quiet"
PROJECT_PLACES = (
    Place("project-members", "robots:project-members", PROJECT),
    Place("project-members-none", "robots:project-members", "organization bare"),
    Place("project-member-create", "robots:project-member-create", PROJECT),
    Place("project-member-search", "robots:project-member-create", PROJECT, "?q=e"),
    Place("project-member", "robots:project-member", MEMBER),
    Place("project-member-delete", "robots:project-member-delete", MEMBER),
    Place("project-overview", "robots:project-overview", PROJECT, act=open_everything),
    Place("project-overview-none", "robots:project-overview", "organization bare"),
    Place("project-history", "robots:project-history", PROJECT),
    Place("project-history-no-match", "robots:project-history", PROJECT, "?q=nowhere"),
    Place("project-event", "robots:project-event", find=event_of_project),
    Place("project-need-answer", "robots:project-need-answer", f"{PROJECT} of-refused"),
    Place("repository-history", "robots:repository-history", REPOSITORY),
    Place("repository-history-none", "robots:repository-history", QUIET),
    Place("repository-event", "robots:repository-event", find=event_of("repository")),
    Place("team-history", "robots:team-history", "organization team"),
    Place("team-event", "robots:team-event", find=event_of("team")),
    Place("robot-history", "robots:robot-history", "organization robot"),
    Place("robot-history-no-match", "robots:robot-history", "organization robot", "?q=nowhere"),
    Place("robot-event", "robots:robot-event", find=event_of("robot")),
    Place("project-settings", "robots:project-settings", PROJECT, act=open_everything),
    Place("robot-networks", "robots:robot-networks", ORGANIZATION),
    Place("robot-networks-member", "robots:robot-networks", ORGANIZATION, who="member"),
    Place("robot-networks-refused", "robots:robot-networks-change", ORGANIZATION, "?addresses=x"),
    Place("robot-networks-preview", "robots:robot-networks-change", ORGANIZATION, OUTSIDE),
    Place("organization-delete", "robots:organization-delete", ORGANIZATION, act=confirm_password),
    Place(
        "organization-transfer",
        "teams:organization-transfer",
        ORGANIZATION,
        act=confirm_password,
    ),
    Place("project-delete", "robots:project-delete", PROJECT, act=confirm_password),
    Place("repository-permissions", "robots:repository-permissions", REPOSITORY),
    Place("repository-search", "robots:repository-permissions", REPOSITORY, "?q=e"),
    Place("repository-unsaved", "robots:repository-permissions", REPOSITORY, act=change_levels),
    Place("repository-tags", "robots:repository-tags", REPOSITORY),
    Place("repository-tags-none", "robots:repository-tags", QUIET),
    Place("repository-activity", "robots:repository-activity", REPOSITORY),
    Place("repository-activity-none", "robots:repository-activity", QUIET),
    Place("repository-activity-member", "robots:repository-activity", REPOSITORY, who="member"),
    Place("project-deleted-and-used", "console:project", find=deleted_and_used),
    Place("repository-delete", "robots:repository-delete", REPOSITORY, act=confirm_password),
)
