"""What every page of a robot begins with."""

from django.urls import reverse

from console.http import Request
from console.pages.actions import Tab
from console.pages.frame import Crumbs, crumbs, tab
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from robots.accounts.views.menus import may_add_access, robot_buttons, robot_menu
from robots.base.robot_texts import ROBOT_TEXTS
from robots.models import Robot, RobotGrant
from robots.queries.finding import account_role
from robots.queries.networks import Outside, observed_outside
from teams.models import TeamGrant


def robot_crumbs(robot: Robot, *items: tuple[str, str] | str) -> Crumbs:
    """The way to a page of a robot."""
    slug = robot.organization.slug
    listed = ("Robots", reverse("robots:robot-list", args=[slug]))
    own: tuple[str, str] | str = (robot.name, robot.get_absolute_url()) if items else robot.name
    return crumbs(robot.organization, listed, own, *items)


def _grant_count(robot: Robot) -> int:
    through = TeamGrant.objects.filter(team__robot_places__robot=robot)
    return RobotGrant.objects.filter(robot=robot).count() + through.count()


# What the pages of a robot offer to whoever holds it.
OFFERED = {
    "can_change_token": Permission.TOKEN_UPDATE,
    "can_rotate_token": Permission.TOKEN_ROTATE,
    "can_delete_token": Permission.TOKEN_DELETE,
    "can_update": Permission.ROBOT_UPDATE,
    "can_delete": Permission.ROBOT_DELETE,
}


TABS = (
    ("Tokens", "robots:robot", "tokens", None),
    ("Access", "robots:robot-access", "access", None),
    ("Activity", "robots:robot-activity", "activity", None),
    ("Trusts", "robots:trust-list", "trusts", None),
    ("History", "robots:robot-history", "history", Permission.EVENT_READ),
    ("Settings", "robots:robot-settings", "settings", None),
)
# What the account of a role has none of.
NOT_OF_ROLES = {"trusts"}


def _tabs(request: Request, robot: Robot, current: str) -> list[Tab]:
    where = [robot.organization.slug, robot.uuid]
    without = NOT_OF_ROLES if robot.is_role_account else set()
    return [
        tab(label, name, key == current, *where)
        for label, name, key, needed in TABS
        if key not in without and (needed is None or allows(request.viewer, needed, robot))
    ]


def _outside(request: Request, robot: Robot) -> Outside | None:
    """What its observed networks would have refused, for those who may know where its tokens come from."""
    if not robot.is_observed or not allows(request.viewer, Permission.TOKEN_READ, robot):
        return None
    return observed_outside(robot.tokens.logins(), robot.addresses)


def _enforce_url(request: Request, robot: Robot) -> str:
    """Where its networks are enforced, for those who may do that."""
    if not allows(request.viewer, Permission.ROBOT_UPDATE, robot):
        return ""
    return reverse("robots:robot-addresses-enforce", args=[robot.organization.slug, robot.uuid])


def robot_page(request: Request, robot: Robot, current: str) -> dict[str, object]:
    """What the head of every page of a robot shows."""
    texts = [(text.label, robot.texts[text.name]) for text in ROBOT_TEXTS]
    return {
        "robot": robot,
        "grant_count": _grant_count(robot),
        "can_add_access": may_add_access(request.viewer, robot),
        "role": account_role(robot),
        "labels": robot.labels.order_by("key"),
        "texts": texts,
        # The description stands under the name.
        "notes": [(label, text) for label, text in texts[1:] if text],
        "outside": _outside(request, robot),
        "enforce_url": _enforce_url(request, robot),
        "menu": robot_menu(request.viewer, robot),
        "buttons": robot_buttons(request.viewer, robot),
        **{key: allows(request.viewer, needed, robot) for key, needed in OFFERED.items()},
        "tabs": _tabs(request, robot, current),
        "breadcrumb": robot_crumbs(robot),
    }
