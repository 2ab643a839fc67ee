"""Tokens: create and reveal, one token, its downloads, delete."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from console.forms import attempt
from console.htmx import done, form_page
from console.http import Request
from console.models import Organization
from console.permissions import Permission, allows, require
from console.views.frame import in_organization
from robots.authentication import is_right
from robots.exports import BY_KEY, FORMS, Handover, kubernetes_secret, roster_json
from robots.forms import DownloadForm, TokenForm
from robots.models import Robot, Token
from robots.services import (
    Link,
    Minted,
    RepeatedRequest,
    create_token,
    create_token_by_link,
    delete_token,
    mark_handed_over,
    offered_policy,
)
from robots.views.access import in_words
from robots.views.finding import find_robot, find_token, robot_crumbs, robot_page, tries_of_ended

# What of a form nobody may find in a report of an error.
TYPED = ("own_secret", "own_secret_again")


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
@sensitive_post_parameters(*TYPED)
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
            made = attempt(form, lambda: _create(request, found, form))
        except RepeatedRequest as repeated:
            return redirect(repeated.token)
        if made:
            return answer(request, found, made)
    context = {
        "robot": found,
        "form": form,
        "abilities": in_words(found),
        "breadcrumb": robot_crumbs(found, "Create token"),
    }
    return form_page(request, "robots/token_form.html", context, invalid=form.is_bound)


def _create(request: Request, robot: Robot, form: TokenForm) -> Minted | Link:
    create = create_token_by_link if form.by_link else create_token
    return create(actor=request.user, robot=robot, **form.values())


def answer(request: Request, robot: Robot, made: Minted | Link) -> HttpResponse:
    """The one page that shows a new secret, or the link to one."""
    if isinstance(made, Link):
        return _show_link(request, robot, made)
    return reveal(request, robot, made)


@sensitive_variables()
def _show_link(request: Request, robot: Robot, link: Link) -> HttpResponse:
    where = reverse("robots:handover", args=[link.handover.uuid, link.key.reveal()])
    context = {
        "robot": robot,
        "token": link.handover.token,
        "handover": link.handover,
        "link": f"{settings.ROSTER_ORIGIN}{where}",
        "breadcrumb": robot_crumbs(robot, link.handover.token.name),
    }
    return render(request, "robots/handover_link.html", context)


@sensitive_variables()
def reveal(request: Request, robot: Robot, minted: Minted) -> HttpResponse:
    """The one page that shows a new secret to who made it."""
    where = [robot.organization.slug, robot.uuid, minted.token.uuid]
    context = {
        "abilities": in_words(robot),
        "breadcrumb": robot_crumbs(robot, minted.token.name),
        "after_url": minted.token.get_absolute_url(),
        "download_url": reverse("robots:token-download", args=where),
    }
    return reveal_page(request, "robots/reveal.html", minted, context)


@sensitive_variables()
def reveal_page(
    request: Request, template: str, minted: Minted, context: Mapping[str, object]
) -> HttpResponse:
    """A page with the secret in all its forms; it counts as received when the server has taken it."""
    handover = _handover(minted.token, minted.plaintext.reveal())
    shown = {
        "robot": minted.token.of_robot,
        "token": minted.token,
        "secret": handover.secret,
        "json": roster_json(handover),
        "exports": [make(handover) for make in FORMS],
    }
    page = render(request, template, {**shown, **context})
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
    chosen = find_token(request, found, token)
    secrets = list(chosen.secrets.live().select_related("handover__maker"))
    context = robot_page(request, found, "tokens") | {
        "token": chosen,
        "secrets": secrets,
        "is_rotating": len(secrets) > 1,
        "link": chosen.handovers.pending().select_related("maker").first(),
        "tried": tries_of_ended(found, [chosen]),
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
    found = find_token(request, find_robot(request, organization, robot), token)
    require(request.viewer, Permission.TOKEN_CREATE, found)
    return attachment(request, found)


@sensitive_variables()
def attachment(request: Request, token: Token) -> HttpResponse:
    """The file that the download's form asks for, if it brings a secret of the token."""
    form = DownloadForm(request.POST)
    if not form.is_valid():
        raise BadRequest("The download's form is not complete. Nothing was changed.")
    cleaned = form.cleaned_data
    if not any(is_right(secret, cleaned["secret"]) for secret in token.secrets.live()):
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


@require_http_methods(["GET", "POST"])
@in_organization("robots")
def token_delete(
    request: Request, organization: Organization, robot: UUID, token: UUID
) -> HttpResponse:
    """A question that names the token and when it was last used; then it is gone."""
    owner = find_robot(request, organization, robot)
    found = find_token(request, owner, token)
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
