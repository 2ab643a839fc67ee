"""From where a robot and a token may be used: the forms, beside where they were used from, and enforcing."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.network_modes import NetworkMode
from console.pages.confirmation import Consequence, confirm
from console.pages.frame import in_organization
from console.pages.htmx import done, form_page
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.accounts.forms.addresses import AddressesForm
from robots.accounts.services.addresses import change_robot_addresses
from robots.models import Robot, Token, TokenAddress
from robots.queries.finding import find_robot
from robots.queries.networks import proposals, would_be_refused
from robots.tokens.services.addresses import change_token_addresses
from robots.tokens.views.frame import TokenFrame, of_token, robot_frame

SHOWN = 20
ENFORCED = "What comes from outside the networks of {name} is refused from now on."


@dataclass(frozen=True, slots=True)
class LimitedThing:
    """A robot or a token: what is limited with it, how that changes, and what its pages show."""

    thing: Robot | Token
    tokens: QuerySet[Token]
    change: Callable[..., Robot | Token]
    page: Callable[[str], dict[str, object]]
    change_url: str
    enforce_url: str

    def context(self, title: str) -> dict[str, object]:
        """What each of the pages shows of it."""
        urls = {"change_url": self.change_url, "enforce_url": self.enforce_url}
        return self.page(title) | {"thing": self.thing} | urls


@require_http_methods(["GET", "POST"])
@in_organization("robots")
def robot_addresses(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    return _change(request, _limited_robot(request, organization, robot))


@require_http_methods(["GET", "POST"])
@of_token(Permission.TOKEN_UPDATE)
def token_addresses(request: Request, frame: TokenFrame) -> HttpResponse:
    return _change(request, _limited_token(request, frame))


@require_http_methods(["GET", "POST"])
@in_organization("robots")
def robot_addresses_enforce(
    request: Request, organization: Organization, robot: UUID
) -> HttpResponse:
    return _enforce(request, _limited_robot(request, organization, robot))


@require_http_methods(["GET", "POST"])
@of_token(Permission.TOKEN_UPDATE)
def token_addresses_enforce(request: Request, frame: TokenFrame) -> HttpResponse:
    return _enforce(request, _limited_token(request, frame))


def _limited_robot(request: Request, organization: Organization, robot: UUID) -> LimitedThing:
    found = find_robot(request, organization, robot)
    require(request.viewer, Permission.ROBOT_UPDATE, found)

    def change(**values: str) -> Robot:
        return change_robot_addresses(actor=request.user, robot=found, **values)

    urls = (
        reverse(f"robots:{name}", args=[organization.slug, found.uuid])
        for name in ("robot-addresses", "robot-addresses-enforce")
    )
    return LimitedThing(found, found.tokens.logins(), change, robot_frame(found).page, *urls)


def _limited_token(request: Request, frame: TokenFrame) -> LimitedThing:
    token = frame.token

    def change(**values: str) -> Token:
        return change_token_addresses(actor=request.user, token=token, **values)

    alone = Token.objects.filter(pk=token.pk)
    urls = map(token.address, ("token-addresses", "token-addresses-enforce"))
    return LimitedThing(token, alone, change, frame.page, *urls)


def _change(request: Request, limited: LimitedThing) -> HttpResponse:
    thing = limited.thing
    form = AddressesForm(
        posted(request),
        addresses=thing.addresses,
        network_mode=thing.network_mode,
        proposals=proposals(limited.tokens, thing.addresses),
    )
    if request.method == "POST" and (saved := attempt(form, lambda: _save(limited, form))):
        messages.success(request, _said(saved))
        return done(request, saved)
    context = limited.context("Addresses") | {"form": form, "seen": _seen(limited.tokens)}
    return form_page(request, "robots/tokens/addresses.html", context, invalid=form.is_bound)


def _save(limited: LimitedThing, form: AddressesForm) -> Robot | Token:
    cleaned = form.cleaned_data
    return limited.change(addresses=cleaned["addresses"], network_mode=cleaned["network_mode"])


def _said(saved: Robot | Token) -> str:
    if saved.is_observed:
        return f"Addresses of {saved.name} saved. They are only observed: they refuse nothing yet."
    return f"Addresses of {saved.name} saved. They hold from now on."


def _seen(tokens: QuerySet[Token]) -> list[str]:
    """The addresses that were seen last, each once."""
    rows = TokenAddress.objects.filter(token__in=tokens.order_by().values("pk"))
    latest = rows.order_by("-last_seen_at").values_list("address", flat=True)[: 5 * SHOWN]
    return list(dict.fromkeys(latest))[:SHOWN]


def _enforce(request: Request, limited: LimitedThing) -> HttpResponse:
    """What the networks would have refused lately, and the question whether they are to."""
    thing = limited.thing
    consequence = Consequence(
        lambda: limited.change(network_mode=NetworkMode.ENFORCE.value),
        ENFORCED.format(name=thing.name),
        thing,
    )
    context = limited.context("Enforce networks") | {
        "outside": would_be_refused(limited.tokens, thing.addresses)
    }
    return confirm(request, "robots/tokens/addresses_enforce.html", context, consequence)
