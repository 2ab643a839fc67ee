"""What every page of a token begins with: whose it is, finding it, and the frame around it."""

from collections.abc import Callable
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
from console.reauthentication import fresh_sign_in
from robots.accounts.views.frame import robot_crumbs
from robots.models import Owner, Robot, Token
from robots.queries.finding import find_robot, find_token, tokens_of

P = ParamSpec("P")
View = Callable[Concatenate[Request, Token, P], HttpResponse]


def of_token(
    permission: Permission, *, reveals: bool = False
) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Give the view the token of its address: a robot's, if the actor may do that to it, or their own.

    What `reveals` a secret of one's own wants a fresh sign-in.
    """

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        of_robot = in_organization("robots")(_of_robot(view, permission))
        of_person = _of_person(view, reveals)

        @wraps(view)
        def found(request: Request, **where: Any) -> HttpResponseBase:
            return (of_robot if "robot" in where else of_person)(request, **where)

        return found

    return decorate


def _of_robot(view: View[P], permission: Permission) -> Callable[..., HttpResponse]:
    def found(
        request: Request, organization: Organization, /, robot: UUID, token: UUID, **more: Any
    ) -> HttpResponse:
        owner = find_robot(request, organization, robot)
        chosen = find_token(request, owner, token)
        require(request.viewer, permission, owner)
        return view(request, chosen, **more)  # type: ignore[call-arg]

    return found


def _of_person(view: View[P], reveals: bool) -> Callable[..., HttpResponse]:
    own: View[P] = fresh_sign_in(view) if reveals else view

    def found(request: Request, token: UUID, **more: Any) -> HttpResponse:
        chosen = get_object_or_404(tokens_of(request.user), uuid=token)
        return own(request, chosen, **more)  # type: ignore[call-arg]

    return found


def around(owner: Owner, *items: tuple[str, str] | str) -> dict[str, object]:
    """The frame of a page about the owner's tokens, and the way there."""
    if isinstance(owner, Robot):
        return {
            "frame": "console.html",
            "robot": owner,
            "place": f"{owner.name} · {owner.organization.name}",
            "home_url": owner.get_absolute_url(),
            "breadcrumb": robot_crumbs(owner, *items),
        }
    return {
        "frame": "personal.html",
        "robot": None,
        "place": "My account",
        "section": "tokens",
        "home_url": reverse("robots:personal-token-list"),
        "breadcrumb": account_crumbs(*items),
    }


def around_token(token: Token, *items: tuple[str, str] | str) -> dict[str, object]:
    """The same for a page below the token's own."""
    own = (token.name, token.get_absolute_url())
    return around(token.owner, own, *items) | {"token": token}


def account_crumbs(*items: tuple[str, str] | str) -> Crumbs:
    """The way to a page of one's own tokens."""
    tokens = ("API tokens", reverse("robots:personal-token-list") if items else "")
    pairs = (item if isinstance(item, tuple) else (item, "") for item in items)
    return [("My account", reverse("teams:my-account")), tokens, *pairs]
