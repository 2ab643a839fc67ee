"""New secrets of many tokens by one-time links: how, what would become of each, and the links."""

from uuid import uuid5

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from console.errors import Conflict
from console.http import Request
from console.models import Organization
from console.pages.frame import in_organization
from console.permissions.vocabulary import Permission
from robots.accounts.services.bulk import Change
from robots.accounts.views.ticked import ask, preview, result
from robots.base.secret_lifetimes import OldEnds
from robots.base.states import State
from robots.models import Handover, Token
from robots.tokens.forms.bulk import LinksForm
from robots.tokens.services.handovers import Link, create_link
from robots.tokens.services.repetition import RepeatedRequest
from robots.tokens.services.secrets import MAX_LIVE
from robots.tokens.views.ticked import GET_AND_POST, Tokens, of_tokens, require_presence

RESULT, FIELDS = "robots/tokens/bulk_links.html", "robots/tokens/bulk_link_fields.html"
VERB = "Rotate"
ABOUT = "Each gets a one-time link to send. Whoever opens it gets a new secret beside the old one."
MADE_BEFORE = "A link was made by an earlier try. Make another one if nobody has it."


@never_cache
@GET_AND_POST
@in_organization("tokens")
def tokens_hand_over(request: Request, organization: Organization) -> HttpResponse:
    """First how, then the preview, then the one page that has the links."""
    return of_tokens(request, organization, VERB, hand_over)


@sensitive_variables()
def hand_over(request: Request, ticked: Tokens) -> HttpResponse:
    """The steps of a rotation by links, for tokens that were ticked in any list."""
    require_presence(request, ticked)
    form = LinksForm(request.POST if "life" in request.POST else None)
    if not (form.is_bound and form.is_valid()):
        return ask(request, ticked, VERB, form, about=ABOUT, asked=FIELDS)
    change = _linking(request, form)
    if not ticked.is_confirmed:
        carried = {name: str(form.cleaned_data[name]) for name in form.fields}
        return preview(request, ticked, VERB, change, carried=carried)
    return result(request, ticked, VERB, change, RESULT, _links)


def _linking(request: Request, form: LinksForm) -> Change[Token]:
    ends = OldEnds(form.cleaned_data["old_ends"]).label.lower()
    return Change(
        Permission.TOKEN_ROTATE,
        lambda token: _make(request, token, form),
        idle=_no_link,
        effect=lambda token: (
            f"Gets a link. Opened, it makes a new secret; the old one ends: {ends}."
        ),
        result="got a link",
        confers=lambda token: True,
    )


@sensitive_variables()
def _make(request: Request, token: Token, form: LinksForm) -> Link:
    cleaned = form.cleaned_data
    try:
        return create_link(
            actor=request.user,
            token=token,
            purpose=Handover.Purpose.ROTATE,
            kind=_same_kind(token),
            old_ends=cleaned["old_ends"],
            life=cleaned["life"],
            request_key=uuid5(cleaned["request_key"], str(token.uuid)),
        )
    except RepeatedRequest as repeated:
        raise Conflict(MADE_BEFORE) from repeated


def _same_kind(token: Token) -> str:
    """Of the newest secret; what a person chose is followed by what Roster makes."""
    newest = token.secrets.live().values_list("kind", flat=True).first()
    return newest if newest in Handover.Kind.values else Handover.Kind.SIGNED


def _no_link(token: Token) -> str:
    """Why a link would give nothing to whoever opens it."""
    if token.state != State.ACTIVE:
        return f"Is {token.state.value}, so a link would not work."
    if token.of_robot.disabled_at:
        return "Its robot account is disabled, so a link would not work."
    if token.secrets.live().count() >= MAX_LIVE:
        return "Two secrets work already. End the older one first."
    return ""


@sensitive_variables()
def _links(made: list[Link]) -> list[tuple[Token, str, str]]:
    """Each token that got one, with its link, and who is responsible for its robot account."""
    return [(link.token, _address(link), _responsible(link.token)) for link in made]


def _responsible(token: Token) -> str:
    member = token.of_robot.responsible
    return member.user.email if member else ""


@sensitive_variables()
def _address(link: Link) -> str:
    where = reverse("robots:handover", args=[link.handover.uuid, link.key.reveal()])
    return f"{settings.ROSTER_ORIGIN}{where}"
