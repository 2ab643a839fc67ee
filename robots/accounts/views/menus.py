"""What can be done with robots and their tokens: entries of menus, and buttons."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from django.urls import reverse

from console.http import Visit
from console.pages.actions import Action
from console.permissions.decision import allows
from console.permissions.snapshots import AccessSnapshot
from console.permissions.vocabulary import Permission
from robots.models import Robot, Token
from teams.grants.scopes import gives_somewhere


def robot_menu(viewer: AccessSnapshot, robot: Robot) -> list[Action]:
    """What the menu of a robot's pages offers."""
    where = [robot.organization.slug, robot.uuid]
    menu = []
    if allows(viewer, Permission.TOKEN_ROTATE, robot):
        refresh = reverse("robots:robot-refresh", args=where)
        menu.append(Action("Refresh Secret", refresh, "refresh-cw"))
    if allows(viewer, Permission.ROBOT_UPDATE, robot):
        extend = reverse("robots:robot-extend", args=where)
        menu += [
            Action("Edit", reverse("robots:robot-settings", args=where), "pencil"),
            Action("Extend", extend, "calendar-plus", method="dialog"),
            _switch(robot),
        ]
    if not robot.is_role_account and holds_somewhere(viewer, Permission.ROBOT_CREATE):
        menu.append(Action("Copy", reverse("robots:robot-copy", args=where), "copy"))
    if allows(viewer, Permission.ROBOT_DELETE, robot):
        delete = reverse("robots:robot-delete", args=where)
        menu.append(Action("Delete", delete, "trash-2", "danger", is_apart=True))
    return menu


def _switch(robot: Robot) -> Action:
    where = [robot.organization.slug, robot.uuid]
    if robot.disabled_at:
        return Action("Enable", reverse("robots:robot-enable", args=where), "play", method="post")
    return Action("Disable", reverse("robots:robot-disable", args=where), "pause", method="post")


def robot_buttons(viewer: AccessSnapshot, robot: Robot, *, is_first: bool = False) -> list[Action]:
    """The primary button of a robot's pages; for its first token it takes the focus."""
    if not allows(viewer, Permission.TOKEN_CREATE, robot):
        return []
    create = reverse("robots:token-create", args=[robot.organization.slug, robot.uuid])
    return [Action("Create Token", create, "key-round", "primary", has_focus=is_first)]


def may_add_access(viewer: AccessSnapshot, robot: Robot) -> bool:
    """Whether there may be a place where the viewer could give the robot something."""
    if robot.is_role_account:
        return False
    return gives_somewhere(viewer, robot.organization, robot.project)


def token_menu(token: Token, offered: Mapping[str, object]) -> list[Action]:
    """What can be done with a token of a list; `offered` says what its owner's page offers."""
    if not offered["can_delete_token"] and not offered["can_rotate_token"]:
        return []
    menu = []
    if offered["can_rotate_token"]:
        menu += [
            Action("Rotate Secret", token.address("token-rotate"), "rotate-cw"),
            Action("Refresh Secret", token.address("token-refresh"), "refresh-cw"),
        ]
    if offered["can_change_token"]:
        menu.append(_token_switch(token))
    if offered["can_delete_token"]:
        menu.append(delete_token(token))
    return menu


def _token_switch(token: Token) -> Action:
    if token.disabled_at:
        return Action("Enable Token", token.address("token-enable"), "play", method="post")
    return Action("Disable Token", token.address("token-disable"), "pause", method="post")


def delete_token(token: Token) -> Action:
    """The entry that ends a token."""
    return Action("Delete Token", token.address("token-delete"), "trash-2", "danger", "dialog")


# Label, address by name, icon, and the permission that it takes.
TickedAction = tuple[str, str, str, Permission]
# What can be done with ticked robots.
SELECTION = (
    ("Refresh Secret", "robots:robots-refresh", "refresh-cw", Permission.TOKEN_ROTATE),
    ("Edit", "robots:robots-edit", "pencil", Permission.ROBOT_UPDATE),
    ("Copy", "robots:robots-copy", "copy", Permission.ROBOT_CREATE),
    ("Disable", "robots:robots-disable", "pause", Permission.ROBOT_UPDATE),
    ("Enable", "robots:robots-enable", "play", Permission.ROBOT_UPDATE),
    ("Extend", "robots:robots-extend", "calendar-plus", Permission.ROBOT_UPDATE),
    ("Delete", "robots:robots-delete", "trash-2", Permission.ROBOT_DELETE),
)


def selection_actions(request: Visit) -> list[Action]:
    """What can be done with robots that are ticked in a list; nothing for those who change none."""
    return ticked_actions(request, SELECTION, {Permission.ROBOT_UPDATE, Permission.ROBOT_DELETE})


def ticked_actions(
    request: Visit, selection: Iterable[TickedAction], least: AbstractSet[Permission]
) -> list[Action]:
    """Those of `selection` that the viewer may do somewhere, if one of `least` is among what that takes."""
    held = {needed for *_, needed in selection if holds_somewhere(request.viewer, needed)}
    if not held & least:
        return []
    where = [request.organization.slug]
    return [
        Action(label, reverse(name, args=where), icon, method="post")
        for label, name, icon, needed in selection
        if needed in held
    ]


def holds_somewhere(viewer: AccessSnapshot, permission: Permission) -> bool:
    """Whether the viewer holds it in the organization or in any of its projects."""
    projects = viewer.projects_with(permission)
    return projects is None or bool(projects)
