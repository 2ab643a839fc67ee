"""What every page of a token begins with: whose it is, finding it, and the frame around it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from console.http import Request
from console.models import Organization
from console.pages.frame import Crumbs, in_organization
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from console.reauthentication import require_fresh_sign_in
from robots.accounts.views.frame import robot_crumbs
from robots.models import Owner, Robot, Token
from robots.queries.finding import find_robot, find_token, tokens_of
from teams.models import User

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class OwnerFrame:
    """What the pages about an owner's tokens stand in; built once, by what found the owner."""

    owner: Owner
    shown: dict[str, object]
    home_url: str
    crumbs: Callable[..., Crumbs]

    def page(self, *items: tuple[str, str] | str) -> dict[str, object]:
        """What a page at the end of the way `items` shows of it."""
        return self.shown | {"home_url": self.home_url, "breadcrumb": self.crumbs(*items)}


@dataclass(frozen=True, slots=True)
class TokenFrame:
    """A token, and the frame of its owner."""

    token: Token
    owner: OwnerFrame

    def page(self, *items: tuple[str, str] | str) -> dict[str, object]:
        """What the token's own page shows of it, or one below at the end of the way `items`."""
        name = self.token.name
        own: tuple[str, str] | str = (name, self.token.get_absolute_url()) if items else name
        return self.owner.page(own, *items) | {"token": self.token}


View = Callable[Concatenate[Request, TokenFrame, P], HttpResponse]


def robot_frame(robot: Robot) -> OwnerFrame:
    """The frame of a robot's tokens: the console of its organization."""

    def crumbs(*items: tuple[str, str] | str) -> Crumbs:
        return robot_crumbs(robot, *items)

    place = f"{robot.name} · {robot.organization.name}"
    shown: dict[str, object] = {"frame": "console.html", "robot": robot, "place": place}
    return OwnerFrame(robot, shown, robot.get_absolute_url(), crumbs)


def personal_frame(person: User) -> OwnerFrame:
    """The frame of a person's own tokens: their account."""
    shown: dict[str, object] = {
        "frame": "personal.html",
        "robot": None,
        "place": "My account",
        "section": "tokens",
    }
    return OwnerFrame(person, shown, reverse("robots:personal-token-list"), account_crumbs)


def account_crumbs(*items: tuple[str, str] | str) -> Crumbs:
    """The way to a page of one's own tokens."""
    tokens = ("API tokens", reverse("robots:personal-token-list") if items else "")
    pairs = (item if isinstance(item, tuple) else (item, "") for item in items)
    return [("My account", reverse("teams:my-account")), tokens, *pairs]


def of_token(
    permission: Permission, *, strengthens: bool = False
) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Give the view the token of its address: a robot's, if the actor may do that to it, or their own.

    What `strengthens`, because it shows a secret or gives more time, takes a fresh sign-in where the token
    is strong.
    """

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        checked = _freshly(view) if strengthens else view
        of_robot = in_organization("robots")(_of_robot(checked, permission))
        of_person = _of_person(checked)

        @wraps(view)
        def found(request: Request, **where: Any) -> HttpResponseBase:
            return (of_robot if "robot" in where else of_person)(request, **where)

        return found

    return decorate


def _freshly(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def checked(request: Request, frame: TokenFrame, **more: Any) -> HttpResponse:
        if frame.token.strong_permissions:
            require_fresh_sign_in(request)
        return view(request, frame, **more)

    return checked


def _of_robot(
    view: Callable[..., HttpResponse], permission: Permission
) -> Callable[..., HttpResponse]:
    def found(
        request: Request, organization: Organization, /, robot: UUID, token: UUID, **more: Any
    ) -> HttpResponse:
        owner = find_robot(request, organization, robot)
        chosen = find_token(request, owner, token)
        require(request.viewer, permission, owner)
        return view(request, TokenFrame(chosen, robot_frame(owner)), **more)

    return found


def _of_person(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def found(request: Request, token: UUID, **more: Any) -> HttpResponse:
        chosen = get_object_or_404(tokens_of(request.user), uuid=token)
        return view(request, TokenFrame(chosen, personal_frame(request.user)), **more)

    return found
