"""What can be done with robots and their tokens: entries of menus, and buttons."""

from collections.abc import Mapping

from django.urls import reverse

from console.http import Visit
from console.pages.actions import Action
from console.permissions.decision import AccessSnapshot, allows
from console.permissions.vocabulary import Permission
from robots.models import Robot, Token


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


# What can be done with ticked robots, and what takes it.
SELECTION = (
    ("Refresh Secret", "robots:robots-refresh", "refresh-cw", Permission.TOKEN_ROTATE),
    ("Edit", "robots:robots-edit", "pencil", Permission.ROBOT_UPDATE),
    ("Disable", "robots:robots-disable", "pause", Permission.ROBOT_UPDATE),
    ("Enable", "robots:robots-enable", "play", Permission.ROBOT_UPDATE),
    ("Extend", "robots:robots-extend", "calendar-plus", Permission.ROBOT_UPDATE),
    ("Delete", "robots:robots-delete", "trash-2", Permission.ROBOT_DELETE),
)


def selection_actions(request: Visit) -> list[Action]:
    """What can be done with robots that are ticked in a list; nothing for those who change none."""
    held = {needed for *_, needed in SELECTION if _holds_somewhere(request, needed)}
    if not held & {Permission.ROBOT_UPDATE, Permission.ROBOT_DELETE}:
        return []
    where = [request.organization.slug]
    return [
        Action(label, reverse(name, args=where), icon, method="post")
        for label, name, icon, needed in SELECTION
        if needed in held
    ]


def _holds_somewhere(request: Visit, permission: Permission) -> bool:
    projects = request.viewer.projects_with(permission)
    return projects is None or bool(projects)
