"""Tokens: create and reveal, one token, its downloads, disable, enable, delete."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from console.audit.sentences import with_sentences
from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.pages.confirmation import Consequence, confirm
from console.pages.frame import in_organization
from console.pages.htmx import done, page_or_part
from console.permissions.decision import allows, require
from console.permissions.vocabulary import Permission
from console.reauthentication import require_fresh_sign_in
from robots.accounts.views.frame import robot_page
from robots.models import Robot, Token
from robots.policies.enforcement import offered_policy
from robots.queries.finding import find_robot, tries_of_ended
from robots.queries.histories import events_of_token
from robots.queries.networks import Outside, observed_outside
from robots.secrets.handed_out import handed_out
from robots.tokens.forms.tokens import TokenForm
from robots.tokens.services.handovers import Link, create_token_by_link
from robots.tokens.services.minting import Minted
from robots.tokens.services.repetition import RepeatedRequest
from robots.tokens.services.suspension import disable_token, enable_token
from robots.tokens.services.tokens import create_token, delete_token
from robots.tokens.views.first_use import answer_use, is_asked
from robots.tokens.views.frame import TokenFrame, of_token, robot_frame
from robots.tokens.views.outlook import PART, outlook
from robots.tokens.views.reveal import answer, attachment
from robots.usage.token_charts import token_chart

SHOWN_EVENTS = 10
# What of a form nobody may find in a report of an error.
TYPED = ("own_secret", "own_secret_again")
# What a person may do with a token of their own.
OWN = dict.fromkeys(("can_change_token", "can_rotate_token", "can_delete_token"), True)


@never_cache
@sensitive_post_parameters(*TYPED)
@require_http_methods(["GET", "POST"])
@in_organization("robots")
def token_create(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    """The form; its POST answers with the reveal. A repeated POST is led to the token's page."""
    found = find_robot(request, organization, robot)
    require(request.viewer, Permission.TOKEN_CREATE, found)
    strong = found.strong_permissions()
    if strong:
        require_fresh_sign_in(request)
    frame = robot_frame(found)
    form = TokenForm(posted(request), policy=offered_policy(found))
    if request.method == "POST":
        try:
            made = attempt(form, lambda: _create(request, found, form))
        except RepeatedRequest as repeated:
            return redirect(repeated.token)
        if made:
            return answer(request, frame, made)
    context = frame.page("Create token") | outlook(request, found, form)
    context |= {"form": form, "strong": len(strong)}
    template = "robots/tokens/token_form.html"
    return page_or_part(request, template, PART, context, invalid=form.is_bound)


def _create(request: Request, robot: Robot, form: TokenForm) -> Minted | Link:
    create = create_token_by_link if form.by_link else create_token
    return create(actor=request.user, robot=robot, **form.values())


@require_GET
@of_token(Permission.TOKEN_READ)
def token(request: Request, frame: TokenFrame) -> HttpResponse:
    token, robot = frame.token, frame.token.robot
    secrets = list(token.secrets.live().select_related("handover__maker"))
    if is_asked(request):
        return answer_use(request, token, secrets)
    context = frame.page() | {
        "secrets": secrets,
        "is_rotating": len(secrets) > 1,
        "link": token.handovers.pending().select_related("maker").first(),
        "tried": tries_of_ended(token.owner, [token]),
        "notices": token.notices.order_by("-id")[:5],
        "chart": token_chart(request, token),
        "token_outside": _outside(token),
        "token_enforce_url": _enforce_url(request, token),
    }
    if robot is None:
        return render(request, "robots/tokens/personal_token.html", context | OWN)
    context |= _events(request, token, robot)
    return render(
        request, "robots/tokens/token.html", robot_page(request, robot, "tokens") | context
    )


def _outside(token: Token) -> Outside | None:
    """What its own observed networks would have refused."""
    if not token.is_observed:
        return None
    return observed_outside(Token.objects.filter(pk=token.pk), token.addresses)


def _enforce_url(request: Request, token: Token) -> str:
    """Where its networks are enforced, for those who may do that."""
    robot = token.robot
    may = robot is None or allows(request.viewer, Permission.TOKEN_UPDATE, robot)
    return token.address("token-addresses-enforce") if may else ""


def _events(request: Request, token: Token, robot: Robot) -> dict[str, object]:
    """What happened to it last, for whoever may read it."""
    if not allows(request.viewer, Permission.EVENT_READ, robot):
        return {"events": None}
    last = events_of_token(token, robot).order_by("-number")[:SHOWN_EVENTS]
    return {"events": with_sentences(list(last))}


@never_cache
@sensitive_post_parameters("secret")
@require_POST
@of_token(Permission.TOKEN_CREATE)
def token_download(request: Request, frame: TokenFrame) -> HttpResponse:
    """A file for whoever sends the secret back: the page's downloads without scripts."""
    return attachment(request, frame.token)


@require_POST
@of_token(Permission.TOKEN_UPDATE)
def token_disable(request: Request, frame: TokenFrame) -> HttpResponse:
    token = frame.token
    disable_token(actor=request.user, token=token)
    at_registries = handed_out() if token.robot else ""
    messages.success(
        request, f"Token {token.name} is disabled. Its next login is refused. {at_registries}"
    )
    return done(request, token)


@require_POST
@of_token(Permission.TOKEN_UPDATE)
def token_enable(request: Request, frame: TokenFrame) -> HttpResponse:
    token = frame.token
    enable_token(actor=request.user, token=token)
    messages.success(request, f"Token {token.name} is enabled.")
    return done(request, token)


@require_http_methods(["GET", "POST"])
@of_token(Permission.TOKEN_DELETE)
def token_delete(request: Request, frame: TokenFrame) -> HttpResponse:
    """A question that names the token and when it was last used; then it is gone."""
    token = frame.token
    consequence = Consequence(
        lambda: delete_token(actor=request.user, token=token),
        f"Token {token.name} deleted.",
        _after_deletion(frame),
    )
    return confirm(request, "robots/tokens/token_delete.html", frame.page("Delete"), consequence)


def _after_deletion(frame: TokenFrame) -> str:
    """A role's account goes with its last token; then its page is not there any more."""
    robot = frame.token.robot
    if robot and robot.role_name and not robot.tokens.living().exclude(pk=frame.token.pk).exists():
        return reverse("robots:robot-list", args=[robot.organization.slug])
    return frame.owner.home_url
