"""Finding the robot or token of an address, through the eyes of the actor."""

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404
from django.urls import reverse

from console.http import Request
from console.models import Organization, Repository
from console.permissions import Permission, allows
from console.views.frame import Crumbs, crumbs, repository_tabs
from console.views.projects import project_crumbs
from robots.models import Robot, RobotGrant, Secret, Token
from robots.models.tokens import TokenQuerySet
from robots.roles import ShownRole, role_of
from teams.models import Team, TeamGrant


def find_robot(request: Request, organization: Organization, robot: UUID) -> Robot:
    """The robot of that UUID, if the actor may see it; else a 404."""
    seen = Robot.objects.visible_to(request.viewer, organization)
    return get_object_or_404(
        seen.select_related("organization", "project__organization", "responsible__user"),
        uuid=robot,
    )


def find_token(robot: Robot, token: UUID) -> Token:
    """The robot's token of that access ID; another robot's is a 404."""
    return get_object_or_404(tokens_of(robot), uuid=token)


def repository_page(request: Request, repository: Repository, current: str) -> dict[str, object]:
    """What the head of a repository's pages shows."""
    return {
        "repository": repository,
        "tabs": repository_tabs(request, repository, current),
        "breadcrumb": project_crumbs(repository.project, repository.name),
    }


def tokens_of(robot: Robot) -> TokenQuerySet:
    """The robot's living tokens, each with whether anybody has received its secret."""
    undelivered = Secret.objects.filter(token=OuterRef("pk"), handed_over_at=None, ends_at=None)
    tokens = Token.objects.living().filter(robot=robot).annotate(undelivered=Exists(undelivered))
    return tokens.select_related("robot__organization", "robot__project__organization")


def robot_crumbs(robot: Robot, *items: tuple[str, str] | str) -> Crumbs:
    """The way to a page of a robot."""
    slug = robot.organization.slug
    listed = ("Robots", reverse("robots:robot-list", args=[slug]))
    own: tuple[str, str] | str = (robot.name, robot.get_absolute_url()) if items else robot.name
    return crumbs(robot.organization, listed, own, *items)


def account_role(robot: Robot) -> ShownRole | None:
    """The role whose account the robot is."""
    if not robot.is_role_account:
        return None
    return role_of(robot.grants.with_names().get())


def known_teams(request: Request, robot: Robot) -> list[Team]:
    """The robot's teams, those that are secret from the viewer without their names."""
    teams = list(Team.objects.filter(robot_places__robot=robot).order_by("name"))
    hidden = Team.objects.hidden_from(request.viewer, robot.organization) if teams else set()
    for team in teams:
        team.is_hidden = team.pk in hidden
    return teams


def _grant_count(robot: Robot) -> int:
    through = TeamGrant.objects.filter(team__robot_places__robot=robot)
    return RobotGrant.objects.filter(robot=robot).count() + through.count()


TABS = (
    ("Tokens", "robots:robot", "tokens"),
    ("Access", "robots:robot-access", "access"),
    ("Activity", "robots:robot-activity", "activity"),
    ("Settings", "robots:robot-settings", "settings"),
)


def robot_page(request: Request, robot: Robot, current: str) -> dict[str, object]:
    """What the head of every page of a robot shows."""
    where = [robot.organization.slug, robot.uuid]
    return {
        "robot": robot,
        "grant_count": _grant_count(robot),
        "role": account_role(robot),
        "labels": robot.labels.order_by("key"),
        "can_create_token": allows(request.viewer, Permission.TOKEN_CREATE, robot),
        "can_delete_token": allows(request.viewer, Permission.TOKEN_DELETE, robot),
        "can_update": allows(request.viewer, Permission.ROBOT_UPDATE, robot),
        "can_delete": allows(request.viewer, Permission.ROBOT_DELETE, robot),
        "tabs": [
            {"label": label, "url": reverse(name, args=where), "current": key == current,
             "count": None}
            for label, name, key in TABS
        ],
        "breadcrumb": robot_crumbs(robot),
    }  # fmt: skip
