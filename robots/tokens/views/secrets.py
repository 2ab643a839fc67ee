"""New secrets of a token that is there: rotate, refresh, end one of two."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.pages.frame import in_organization
from console.pages.htmx import done, form_page
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from console.reauthentication import require_fresh_sign_in
from robots.models import Handover, Robot, Secret, Token
from robots.queries.finding import find_robot, tokens_of
from robots.tokens.forms.secrets import RotationForm, SecretForm
from robots.tokens.services.handovers import Link, create_link, create_token_by_link
from robots.tokens.services.minting import Minted
from robots.tokens.services.repetition import RepeatedRequest
from robots.tokens.services.secrets import end_secret, refresh_token, rotate_token
from robots.tokens.services.tokens import create_token
from robots.tokens.views.frame import OwnerFrame, TokenFrame, of_token, robot_frame
from robots.tokens.views.reveal import answer
from robots.tokens.views.tokens import TYPED

Make = Callable[[], Minted | Link]
DEFAULT_NAME = "default"


@never_cache
@sensitive_post_parameters(*TYPED)
@require_http_methods(["GET", "POST"])
@of_token(Permission.TOKEN_ROTATE, strengthens=True)
def token_rotate(request: Request, frame: TokenFrame) -> HttpResponse:
    """A new secret beside the old one. With two already the older one has to end."""
    token = frame.token
    secrets = list(token.secrets.live())
    form = RotationForm(posted(request), secrets=secrets, personal=token.robot is None)
    context: dict[str, Any] = {"secrets": secrets, "verb": "Rotate"}
    context |= frame.page("Rotate secret") | {"strong": _strong(token)}
    return _page(request, frame.owner, form, lambda: _rotate(request, token, form), context)


def _rotate(request: Request, token: Token, form: RotationForm) -> Minted | Link:
    values = form.secret_values() | {"old_ends": form.cleaned_data["old_ends"]}
    if form.by_link:
        return _link(request, token, Handover.Purpose.ROTATE, values)
    values["end_older"] = form.cleaned_data.get("end_older", False)
    return rotate_token(actor=request.user, token=token, current=_current(form), **values)


@never_cache
@sensitive_post_parameters(*TYPED)
@require_http_methods(["GET", "POST"])
@of_token(Permission.TOKEN_ROTATE, strengthens=True)
def token_refresh(request: Request, frame: TokenFrame) -> HttpResponse:
    """A new secret instead of the old one, or of both."""
    token = frame.token
    secrets = list(token.secrets.live())
    form = SecretForm(posted(request), current=_newest(secrets), personal=token.robot is None)
    context: dict[str, Any] = {"secrets": secrets, "verb": "Refresh"}
    context |= frame.page("Refresh secret") | {"strong": _strong(token)}
    return _page(request, frame.owner, form, lambda: _refresh(request, token, form), context)


def _refresh(request: Request, token: Token, form: SecretForm) -> Minted | Link:
    values = form.secret_values()
    if form.by_link:
        return _link(request, token, Handover.Purpose.REFRESH, values)
    return refresh_token(actor=request.user, token=token, current=_current(form), **values)


@never_cache
@sensitive_post_parameters(*TYPED)
@require_http_methods(["GET", "POST"])
@in_organization("robots")
def robot_refresh(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    """Of a robot's one token; of several it asks which; without any it makes the first."""
    owner = find_robot(request, organization, robot)
    frame = robot_frame(owner)
    tokens = list(tokens_of(owner).order_by("name"))
    require(request.viewer, Permission.TOKEN_ROTATE if tokens else Permission.TOKEN_CREATE, owner)
    if len(tokens) == 1 and request.method == "POST":
        return redirect(tokens[0])  # the one that this very form has made
    if len(tokens) == 1:
        return redirect("robots:token-refresh", organization.slug, owner.uuid, tokens[0].uuid)
    if tokens:
        which = frame.page("Refresh secret") | {"tokens": tokens}
        return render(request, "robots/tokens/robot_refresh.html", which)
    strong = owner.strong_permissions()
    if strong:
        require_fresh_sign_in(request)
    form = SecretForm(posted(request))
    context = frame.page("Refresh secret")
    context |= {"strong": len(strong), "token": None, "secrets": [], "verb": "Refresh"}
    return _page(request, frame, form, lambda: _first(request, owner, form), context)


def _first(request: Request, robot: Robot, form: SecretForm) -> Minted | Link:
    create = create_token_by_link if form.by_link else create_token
    return create(actor=request.user, robot=robot, name=DEFAULT_NAME, **form.secret_values())


def _strong(token: Token) -> int:
    """How much of a robot's token is about Roster itself; about people's own ones the pages say it all."""
    return len(token.strong_permissions) if token.robot else 0


def _newest(secrets: list[Secret]) -> Secret | None:
    return secrets[0] if secrets else None


def _current(form: SecretForm) -> int | None:
    current: int | None = form.cleaned_data["current"]
    return current


def _link(request: Request, token: Token, purpose: str, values: dict[str, Any]) -> Link:
    return create_link(actor=request.user, token=token, purpose=purpose, **values)


def _page(
    request: Request,
    frame: OwnerFrame,
    form: SecretForm,
    make: Make,
    context: dict[str, Any],
) -> HttpResponse:
    """The form; its POST answers with the secret or the link. A repeated POST goes to the token."""
    if request.method == "POST":
        try:
            made = attempt(form, make)
        except RepeatedRequest as repeated:
            return redirect(repeated.token)
        if made:
            return answer(request, frame, made)
    context |= {"form": form}
    return form_page(request, "robots/tokens/secret_form.html", context, invalid=form.is_bound)


@require_POST
@of_token(Permission.TOKEN_ROTATE)
def secret_end(request: Request, frame: TokenFrame, secret: int) -> HttpResponse:
    """End one of two secrets now."""
    token = frame.token
    ended = get_object_or_404(token.secrets, pk=secret)
    end_secret(actor=request.user, token=token, secret_id=ended.pk)
    messages.success(request, f"That secret of {token.name} has ended. The other one still works.")
    return done(request, token)
