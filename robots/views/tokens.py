"""Tokens: create and reveal, one token, its downloads, delete."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from console import keyring
from console.forms import attempt
from console.htmx import done, form_page
from console.http import Request
from console.models import Organization
from console.permissions import Permission, allows, require
from console.views.frame import in_organization
from robots.credentials import PURPOSE, matches
from robots.exports import BY_KEY, FORMS, Handover, kubernetes_secret, roster_json
from robots.forms import DownloadForm, TokenForm
from robots.models import Robot, Secret, Token
from robots.services import (
    Minted,
    RepeatedRequest,
    create_token,
    delete_token,
    mark_handed_over,
    offered_policy,
)
from robots.views.access import in_words
from robots.views.finding import find_robot, find_token, robot_crumbs, robot_page


class RevealResponse(HttpResponse):
    """The one answer that carries a secret; the server closes it when it has taken it over."""

    def __init__(self, content: str, handed_over: Callable[[], None]) -> None:
        super().__init__(content)
        self["Cache-Control"] = "no-store"
        self.handed_over = handed_over

    def close(self) -> None:
        super().close()
        self.handed_over()


@never_cache
@require_http_methods(["GET", "POST"])
@in_organization("robots")
def token_create(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    """The form; its POST answers with the reveal. A repeated POST is led to the token's page."""
    found = find_robot(request, organization, robot)
    require(request.viewer, Permission.TOKEN_CREATE, found)
    sent = request.POST if request.method == "POST" else None
    form = TokenForm(sent, policy=offered_policy(found))
    if request.method == "POST":
        try:
            minted = attempt(form, lambda: _create(request, found, form))
        except RepeatedRequest as repeated:
            return redirect(repeated.token)
        if minted:
            return reveal(request, found, minted)
    context = {
        "robot": found,
        "form": form,
        "abilities": in_words(found),
        "breadcrumb": robot_crumbs(found, "Create token"),
    }
    return form_page(request, "robots/token_form.html", context, invalid=form.is_bound)


def _create(request: Request, robot: Robot, form: TokenForm) -> Minted:
    return create_token(actor=request.user, robot=robot, **form.values())


@sensitive_variables()
def reveal(request: Request, robot: Robot, minted: Minted) -> HttpResponse:
    """The one page that shows the secret of a new token."""
    handover = _handover(minted.token, minted.plaintext.reveal())
    context = {
        "robot": robot,
        "token": minted.token,
        "secret": handover.secret,
        "json": roster_json(handover),
        "exports": [make(handover) for make in FORMS],
        "abilities": in_words(robot),
        "breadcrumb": robot_crumbs(robot, minted.token.name),
    }
    page = render(request, "robots/reveal.html", context)
    return RevealResponse(page.content.decode(), lambda: mark_handed_over(minted.secret))


def _handover(token: Token, secret: str) -> Handover:
    robot = token.of_robot
    return Handover(
        access_id=token.uuid,
        secret=secret,
        robot_id=robot.pk,
        robot_name=robot.name,
        token_name=token.name,
        login_name=robot.login_name,
        organization=robot.organization.slug,
        registry_host=settings.ROSTER_REGISTRY_HOST,
        registry_service=settings.ROSTER_REGISTRY_SERVICE,
        origin=settings.ROSTER_ORIGIN,
        created_at=token.created_at,
        ends_at=token.ends_at,
    )


@require_GET
@in_organization("robots")
def token(request: Request, organization: Organization, robot: UUID, token: UUID) -> HttpResponse:
    found = find_robot(request, organization, robot)
    context = robot_page(request, found, "tokens") | {
        "token": (chosen := find_token(found, token)),
        "secrets": chosen.secrets.order_by("-id"),
        "can_change_token": allows(request.viewer, Permission.TOKEN_UPDATE, found),
        "notices": chosen.notices.order_by("-id")[:5],
        "breadcrumb": robot_crumbs(found, chosen.name),
    }
    return render(request, "robots/token.html", context)


@never_cache
@sensitive_post_parameters("secret")
@require_POST
@in_organization("robots")
def token_download(
    request: Request, organization: Organization, robot: UUID, token: UUID
) -> HttpResponse:
    """A file for who sends the secret back: the page's downloads without scripts."""
    found = find_token(find_robot(request, organization, robot), token)
    require(request.viewer, Permission.TOKEN_CREATE, found)
    form = DownloadForm(request.POST)
    if not form.is_valid():
        raise BadRequest("The download's form is not complete. Nothing was changed.")
    return _attachment(found, form)


@sensitive_variables()
def _attachment(token: Token, form: DownloadForm) -> HttpResponse:
    cleaned = form.cleaned_data
    if not any(_is_of(secret, cleaned["secret"]) for secret in token.secrets.all()):
        raise BadRequest("That is not this token's secret. Nothing was changed.")
    handover = _handover(token, cleaned["secret"])
    if cleaned["form"] == "kubernetes":
        export = kubernetes_secret(handover, cleaned["namespace"], cleaned["scope"])
    else:
        export = BY_KEY[cleaned["form"]](handover)
    response = HttpResponse(export.text, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{export.filename}"'
    response["Cache-Control"] = "no-store"
    return response


def _is_of(secret: Secret, candidate: str) -> bool:
    return matches(candidate, secret.digest, keyring.key(PURPOSE.decode(), secret.root_number))


@require_http_methods(["GET", "POST"])
@in_organization("robots")
def token_delete(
    request: Request, organization: Organization, robot: UUID, token: UUID
) -> HttpResponse:
    """A question that names the token and when it was last used; then it is gone."""
    owner = find_robot(request, organization, robot)
    found = find_token(owner, token)
    require(request.viewer, Permission.TOKEN_DELETE, found)
    if request.method == "POST":
        delete_token(actor=request.user, token=found)
        messages.success(request, f"Token {found.name} deleted.")
        return done(request, owner)
    context = {
        "robot": owner,
        "token": found,
        "is_dialog": bool(request.htmx),
        "breadcrumb": robot_crumbs(owner, (found.name, found.get_absolute_url()), "Delete"),
    }
    template = "robots/token_delete.html"
    return render(request, f"{template}#dialog" if request.htmx else template, context)
