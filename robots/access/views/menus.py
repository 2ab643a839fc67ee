"""What can be done with grants, places in teams and tokens of roles: entries of menus."""

from django.urls import reverse

from console.models import Project
from console.pages.actions import Action
from console.permissions.decision import allows
from console.permissions.snapshots import AccessSnapshot
from console.permissions.vocabulary import Permission
from robots.accounts.views.menus import delete_token
from robots.models import Robot, Token
from teams.models import AccessGrant, Team


def role_token_menu(token: Token) -> list[Action]:
    """What can be done with a token in the list of its role."""
    return [Action("Open Token", token.get_absolute_url(), "key-round"), delete_token(token)]


def project_grant_menu(
    viewer: AccessSnapshot, project: Project, grant: AccessGrant
) -> list[Action]:
    """What can be done with a grant on a whole project."""
    where = [project.organization.slug, project.slug, grant.uuid]
    menu = []
    if allows(viewer, Permission.GRANT_UPDATE, project):
        menu.append(Action("Change Role", reverse("robots:project-member", args=where), "pencil"))
    if allows(viewer, Permission.GRANT_DELETE, project):
        remove = reverse("robots:project-member-delete", args=where)
        menu.append(Action("Remove", remove, "trash-2", "danger", "dialog"))
    return menu


def team_robot_menu(team: Team, robot: Robot) -> list[Action]:
    """What whoever may change the team can do with a robot in it."""
    where = [team.organization.slug, team.uuid, robot.uuid]
    remove = reverse("robots:team-robot-remove", args=where)
    return [Action("Remove from Team", remove, "circle-minus", "danger", "dialog")]
