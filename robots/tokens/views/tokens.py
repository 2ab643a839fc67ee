"""Tokens: create and reveal, one token, its downloads, disable, enable, delete."""

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
from console.http import Request, current
from console.models import Organization
from console.pages.confirmation import Consequence, confirm
from console.pages.frame import in_organization
from console.pages.htmx import done, form_page
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.accounts.views.access import allowed_by, in_words
from robots.accounts.views.frame import robot_crumbs, robot_page
from robots.models import Owner, Robot, Token
from robots.policies.enforcement import offered_policy
from robots.queries.finding import find_robot, tries_of_ended
from robots.secrets.matching import right_one
from robots.tokens.exports import Handover, PersonalHandover, forms_of, kubernetes_secret
from robots.tokens.forms.downloads import DownloadForm
from robots.tokens.forms.tokens import TokenForm
from robots.tokens.services.handovers import Link, create_token_by_link
from robots.tokens.services.suspension import disable_token, enable_token
from robots.tokens.services.tokens import (
    Minted,
    RepeatedRequest,
    create_token,
    delete_token,
    mark_handed_over,
)
from robots.tokens.views.frame import around, around_token, of_token

# What of a form nobody may find in a report of an error.
TYPED = ("own_secret", "own_secret_again")
# What a person may do with a token of their own.
OWN = dict.fromkeys(("can_change_token", "can_rotate_token", "can_delete_token"), True)


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
    return form_page(request, "robots/tokens/token_form.html", context, invalid=form.is_bound)


def _create(request: Request, robot: Robot, form: TokenForm) -> Minted | Link:
    create = create_token_by_link if form.by_link else create_token
    return create(actor=request.user, robot=robot, **form.values())


def answer(request: Request, owner: Owner, made: Minted | Link) -> HttpResponse:
    """The one page that shows a new secret, or the link to one."""
    if isinstance(made, Link):
        return _show_link(request, made)
    return reveal(request, owner, made)


@sensitive_variables()
def _show_link(request: Request, link: Link) -> HttpResponse:
    robot = link.handover.token.of_robot
    where = reverse("robots:handover", args=[link.handover.uuid, link.key.reveal()])
    context = {
        "robot": robot,
        "token": link.handover.token,
        "handover": link.handover,
        "link": f"{settings.ROSTER_ORIGIN}{where}",
        "breadcrumb": robot_crumbs(robot, link.handover.token.name),
    }
    return render(request, "robots/tokens/handover_link.html", context)


@sensitive_variables()
def reveal(request: Request, owner: Owner, minted: Minted) -> HttpResponse:
    """The one page that shows a new secret to who made it."""
    context = around(owner, minted.token.name) | {
        "abilities": allowed_by(minted.token),
        "after_url": minted.token.get_absolute_url(),
        "download_url": minted.token.address("token-download"),
    }
    return reveal_page(request, "robots/tokens/reveal.html", minted, context)


@sensitive_variables()
def reveal_page(
    request: Request, template: str, minted: Minted, context: Mapping[str, object]
) -> HttpResponse:
    """A page with the secret in all its forms; it counts as received when the server has taken it."""
    handover = _handover(minted.token, minted.plaintext.reveal())
    exports = forms_of(handover)
    shown = {
        "robot": minted.token.robot,
        "token": minted.token,
        "secret": handover.secret,
        "json": exports.pop("json"),
        "exports": list(exports.values()),
    }
    page = render(request, template, {**shown, **context})
    return RevealResponse(page.content.decode(), lambda: mark_handed_over(minted.secret))


def _handover(token: Token, secret: str) -> PersonalHandover:
    robot, origin = token.robot, settings.ROSTER_ORIGIN
    if robot is None:
        return PersonalHandover(token.uuid, secret, token.name, origin)
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
        origin=origin,
        created_at=token.created_at,
        ends_at=token.ends_at,
    )


@require_GET
@of_token(Permission.TOKEN_READ)
def token(request: Request, token: Token) -> HttpResponse:
    secrets, robot = list(token.secrets.live().select_related("handover__maker")), token.robot
    context = around(token.owner, token.name) | {
        "token": token,
        "secrets": secrets,
        "is_rotating": len(secrets) > 1,
        "link": token.handovers.pending().select_related("maker").first(),
        "tried": tries_of_ended(token.owner, [token]),
        "notices": token.notices.order_by("-id")[:5],
    }
    if robot is None:
        return render(request, "robots/tokens/personal_token.html", context | OWN)
    return render(
        request, "robots/tokens/token.html", robot_page(request, robot, "tokens") | context
    )


@never_cache
@sensitive_post_parameters("secret")
@require_POST
@of_token(Permission.TOKEN_CREATE)
def token_download(request: Request, token: Token) -> HttpResponse:
    """A file for who sends the secret back: the page's downloads without scripts."""
    return attachment(request, token)


@sensitive_variables()
def attachment(request: Request, token: Token) -> HttpResponse:
    """The file that the download's form asks for, if it brings a secret of the token."""
    form = DownloadForm(request.POST)
    if not form.is_valid():
        raise BadRequest("The download's form is not complete. Nothing was changed.")
    cleaned = form.cleaned_data
    live = list(token.secrets.live())
    if right_one(live, cleaned["secret"], current.get().address) is None:
        raise BadRequest("That is not this token's secret. Nothing was changed.")
    handover = _handover(token, cleaned["secret"])
    export = forms_of(handover).get(cleaned["form"])
    if export is None:
        raise BadRequest("There is no such file of this token. Nothing was changed.")
    if isinstance(handover, Handover) and export.key == "kubernetes":
        export = kubernetes_secret(handover, cleaned["namespace"], cleaned["scope"])
    response = HttpResponse(export.text, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{export.filename}"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@of_token(Permission.TOKEN_UPDATE)
def token_disable(request: Request, token: Token) -> HttpResponse:
    disable_token(actor=request.user, token=token)
    messages.success(request, f"Token {token.name} is disabled. Its next login is refused.")
    return done(request, token)


@require_POST
@of_token(Permission.TOKEN_UPDATE)
def token_enable(request: Request, token: Token) -> HttpResponse:
    enable_token(actor=request.user, token=token)
    messages.success(request, f"Token {token.name} is enabled.")
    return done(request, token)


@require_http_methods(["GET", "POST"])
@of_token(Permission.TOKEN_DELETE)
def token_delete(request: Request, token: Token) -> HttpResponse:
    """A question that names the token and when it was last used; then it is gone."""
    context = around_token(token, "Delete")
    consequence = Consequence(
        lambda: delete_token(actor=request.user, token=token),
        f"Token {token.name} deleted.",
        context["home_url"],
    )
    return confirm(request, "robots/tokens/token_delete.html", context, consequence)
