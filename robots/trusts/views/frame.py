"""What every page of trusts begins with: the robot, the trust, and what may be done with it."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from console.http import Request
from console.models import Organization
from console.pages.actions import Action
from console.pages.frame import Crumbs, in_organization
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from robots.accounts.views.frame import robot_crumbs
from robots.models import Robot, Trust
from robots.queries.finding import find_robot
from robots.trusts.queries import find_trust

P = ParamSpec("P")
OfRobot = Callable[Concatenate[Request, Robot, P], HttpResponse]
OfTrust = Callable[Concatenate[Request, Trust, P], HttpResponse]
View = Callable[..., HttpResponse]
# What the pages of a trust offer to whoever holds it.
OFFERED = {
    "can_update": Permission.TRUST_UPDATE,
    "can_delete": Permission.TRUST_DELETE,
}


def of_robot(
    needed: Permission | None = None,
) -> Callable[[OfRobot[P]], Callable[..., HttpResponseBase]]:
    """Give the view the robot of its address, if the actor may do that to it. A role's account has none."""

    def decorate(view: OfRobot[P]) -> Callable[..., HttpResponseBase]:
        return in_organization("robots")(_with_robot(view, needed))

    return decorate


def _with_robot(view: View, needed: Permission | None) -> View:
    @wraps(view)
    def found(
        request: Request, organization: Organization, /, robot: UUID, **more: Any
    ) -> HttpResponse:
        owner = find_robot(request, organization, robot)
        if owner.is_role_account:
            raise Http404
        if needed:
            require(request.viewer, needed, owner)
        return view(request, owner, **more)

    return found


def of_trust(needed: Permission) -> Callable[[OfTrust[P]], Callable[..., HttpResponseBase]]:
    """Give the view the trust of its address, if the actor may do that to it."""

    def decorate(view: OfTrust[P]) -> Callable[..., HttpResponseBase]:
        return in_organization("robots")(_with_robot(_with_trust(view, needed), None))

    return decorate


def _with_trust(view: View, needed: Permission) -> View:
    @wraps(view)
    def found(request: Request, robot: Robot, /, trust: UUID, **more: Any) -> HttpResponse:
        chosen = find_trust(request, robot, trust)
        chosen.token.robot = robot
        require(request.viewer, needed, robot)
        return view(request, chosen, **more)

    return found


def trust_list_url(robot: Robot) -> str:
    """The list of the robot's trusts."""
    return reverse("robots:trust-list", args=[robot.organization.slug, robot.uuid])


def trust_crumbs(robot: Robot, *items: tuple[str, str] | str) -> Crumbs:
    """The way to a page of the robot's trusts."""
    return robot_crumbs(robot, ("Trusts", trust_list_url(robot)), *items)


def crumbs_of(trust: Trust, *items: tuple[str, str] | str) -> Crumbs:
    """The way to a page of a trust, or to one below it."""
    own = (trust.name, trust.get_absolute_url()) if items else trust.name
    return trust_crumbs(trust.robot, own, *items)


def offered(request: Request, robot: Robot) -> dict[str, bool]:
    """What may be done with the robot's trusts."""
    return {name: allows(request.viewer, needed, robot) for name, needed in OFFERED.items()}


def trust_menu(trust: Trust, may: Mapping[str, bool]) -> list[Action]:
    """What can be done with a trust."""
    menu = [Action("Try a Token", trust.address("trust-trial"), "flask-conical")]
    if may["can_update"]:
        menu += [Action("Edit Trust", trust.address("trust-edit"), "pencil"), _switch(trust)]
    if may["can_delete"]:
        delete = trust.address("trust-delete")
        menu.append(Action("Delete Trust", delete, "trash-2", "danger", "dialog", is_apart=True))
    return menu


def _switch(trust: Trust) -> Action:
    if trust.token.disabled_at:
        return Action("Enable Trust", trust.address("trust-enable"), "play", method="post")
    return Action("Disable Trust", trust.address("trust-disable"), "pause", method="post")
