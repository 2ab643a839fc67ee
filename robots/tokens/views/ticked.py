"""Many tokens at once: what would become of each, the change, what became of each."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from console import moments
from console.http import Request
from console.models import Organization
from console.pages.frame import in_organization
from console.pasted import is_secret
from console.permissions.vocabulary import Permission
from console.reauthentication import require_fresh_sign_in
from robots.accounts.forms.bulk import TickedForm
from robots.accounts.services.bulk import Change
from robots.accounts.services.expiry import end_words, unless_meant, when
from robots.accounts.views.ticked import (
    Back,
    Kind,
    Line,
    Step,
    Ticked,
    deletion,
    extend_ticked,
    of_ticked,
    simple,
)
from robots.models import Token
from robots.policies.enforcement import refused_token_end
from robots.queries.finding import visible_tokens
from robots.tokens.services.expiry import change_token_expiry
from robots.tokens.services.suspension import disable_token, enable_token
from robots.tokens.services.tokens import delete_token

GET_AND_POST = require_http_methods(["GET", "POST"])
SIGNED_NOTE = (
    "A signed secret carries the end with which it was made, and who reads it without asking Roster keeps to "
    "that. Rotate it to have a later end inside it."
)
WITH_ROBOT = ("robot__organization", "robot__project__organization", "robot__responsible__user")


def _find(request: Request, organization: Organization, ticked: list[UUID]) -> list[Token]:
    seen = visible_tokens(request.viewer, organization).filter(uuid__in=ticked)
    return list(seen.select_related(*WITH_ROBOT).order_by("name", "id"))


def _again(tokens: list[Token]) -> Mapping[int, Token]:
    return Token.objects.select_related(*WITH_ROBOT).in_bulk([token.pk for token in tokens])


def _line(token: Token) -> Line:
    is_gone = token.revoked_at is not None
    url = "" if is_gone else token.get_absolute_url()
    state = "deleted" if is_gone else token.state.value
    return Line(token.uuid, token.name, url, token.of_robot.path, state, token.ends_at)


def _back(_: Request, organization: Organization, form: TickedForm) -> Back:
    """To the list with the filters that it had."""
    query = str(form.cleaned_data.get("query") or "")
    kept = query if query.startswith("?") and not is_secret(query) else ""
    listed = reverse("robots:token-list", args=[organization.slug])
    return Back(listed + kept, {"query": kept} if kept else {})


TOKENS = Kind(
    name="token",
    noun="token",
    heading="Token",
    listed="Tokens",
    list_name="robots:token-list",
    warning="Whatever logs in with them stops at once. To stop them for now, disable them instead.",
    find=_find,
    again=_again,
    line=_line,
    back=_back,
)
Tokens = Ticked[Token]


def of_tokens(
    request: Request, organization: Organization, verb: str, step: Step[Token]
) -> HttpResponse:
    return of_ticked(request, organization, TOKENS, verb, step)


def require_presence(request: Request, ticked: Tokens) -> None:
    """What gives a strong token a secret or more time takes a fresh sign-in."""
    if any(token.strong_permissions for token in ticked.things):
        require_fresh_sign_in(request)


def _last_used(token: Token) -> str:
    if token.used_at is None:
        return "Never used."
    place = f" from {token.last_used_address}" if token.last_used_address else ""
    return f"Last used {moments.relative(token.used_at, timezone.now())}{place}."


def _disabling(request: Request) -> Change[Token]:
    return Change(
        Permission.TOKEN_UPDATE,
        lambda token: disable_token(actor=request.user, token=token),
        idle=lambda token: "Is disabled already." if token.disabled_at else "",
        effect=lambda token: f"Will be refused until it is enabled again. {_last_used(token)}",
        result="disabled",
        ends_logins=True,
    )


def _enabling(request: Request) -> Change[Token]:
    return Change(
        Permission.TOKEN_UPDATE,
        lambda token: enable_token(actor=request.user, token=token),
        idle=lambda token: "" if token.disabled_at else "Is enabled already.",
        effect=_enabled_words,
        result="enabled",
        confers=lambda token: True,
    )


def _enabled_words(token: Token) -> str:
    if token.blocked_at:
        return "Will be enabled, and stays blocked by the token policy."
    if token.ends_at and token.ends_at <= timezone.now():
        return f"Will be enabled, and stays expired since {when(token.ends_at)}."
    return "Will be accepted again."


def _extending(request: Request, end: datetime | None, *, earlier: bool) -> Change[Token]:
    def idle(token: Token) -> str:
        return _stays(token, end, earlier=earlier) or refused_token_end(token, end)

    return Change(
        Permission.TOKEN_UPDATE,
        lambda token: change_token_expiry(actor=request.user, token=token, expires_at=end),
        idle=idle,
        effect=lambda token: end_words(token.expires_at, end) + _robot_words(token, end),
        result="extended",
        confers=lambda token: True,
    )


def _stays(token: Token, end: datetime | None, *, earlier: bool) -> str:
    robot_end = token.of_robot.expires_at
    if token.expires_at is None and robot_end and not earlier:
        return f"Has no end of its own and ends with its robot account: {when(robot_end)}."
    return unless_meant(token.expires_at, end, earlier=earlier)


def _robot_words(token: Token, end: datetime | None) -> str:
    """What is left of a longer life where the robot ends first."""
    robot_end = token.of_robot.expires_at
    if robot_end is None or (end is not None and end <= robot_end):
        return ""
    return f" Its robot account ends {when(robot_end)}, and the token with it."


def _deleting(request: Request) -> Change[Token]:
    return Change(
        Permission.TOKEN_DELETE,
        lambda token: delete_token(actor=request.user, token=token),
        idle=lambda token: "",
        effect=_last_used,
        result="deleted",
        ends_logins=True,
    )


@GET_AND_POST
@in_organization("tokens")
def tokens_disable(request: Request, organization: Organization) -> HttpResponse:
    return of_tokens(request, organization, "Disable", simple("Disable", _disabling))


@GET_AND_POST
@in_organization("tokens")
def tokens_enable(request: Request, organization: Organization) -> HttpResponse:
    return of_tokens(request, organization, "Enable", simple("Enable", _enabling))


@GET_AND_POST
@in_organization("tokens")
def tokens_extend(request: Request, organization: Organization) -> HttpResponse:
    """First the end, then the preview, which carries it to the moment."""
    return of_tokens(request, organization, "Extend", _extend)


def _extend(request: Request, ticked: Tokens) -> HttpResponse:
    require_presence(request, ticked)
    return extend_ticked(request, ticked, _extending, SIGNED_NOTE)


@GET_AND_POST
@in_organization("tokens")
def tokens_delete(request: Request, organization: Organization) -> HttpResponse:
    """When each was used last, and their number typed."""
    return of_tokens(
        request,
        organization,
        "Delete",
        lambda request, ticked: deletion(request, ticked, _deleting(request)),
    )
