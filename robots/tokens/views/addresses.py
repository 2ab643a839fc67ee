"""From where a robot and a token may be used: the forms, beside where they were used from."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.pages.frame import in_organization
from console.pages.htmx import done, form_page
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.accounts.forms.addresses import AddressesForm
from robots.accounts.services.addresses import change_robot_addresses
from robots.models import Robot, Token, TokenAddress
from robots.queries.finding import find_robot
from robots.tokens.services.addresses import change_token_addresses
from robots.tokens.views.frame import TokenFrame, of_token, robot_frame

SHOWN = 20


@require_http_methods(["GET", "POST"])
@in_organization("robots")
def robot_addresses(request: Request, organization: Organization, robot: UUID) -> HttpResponse:
    found = find_robot(request, organization, robot)
    require(request.viewer, Permission.ROBOT_UPDATE, found)
    form = _form(request, found)
    if request.method == "POST" and (
        saved := attempt(form, lambda: _save_robot(request, found, form))
    ):
        return _saved(request, saved)
    context = robot_frame(found).page("Addresses") | {
        "thing": found,
        "seen": _seen(TokenAddress.objects.filter(token__robot=found, token__revoked_at=None)),
    }
    return _page(request, form, context)


@require_http_methods(["GET", "POST"])
@of_token(Permission.TOKEN_UPDATE)
def token_addresses(request: Request, frame: TokenFrame) -> HttpResponse:
    token = frame.token
    form = _form(request, token)
    if request.method == "POST" and (
        saved := attempt(form, lambda: _save_token(request, token, form))
    ):
        return _saved(request, saved)
    context = frame.page("Addresses") | {
        "thing": token,
        "seen": _seen(TokenAddress.objects.filter(token=token)),
    }
    return _page(request, form, context)


def _save_robot(request: Request, robot: Robot, form: AddressesForm) -> Robot:
    wanted = form.cleaned_data["addresses"]
    return change_robot_addresses(actor=request.user, robot=robot, addresses=wanted)


def _save_token(request: Request, token: Token, form: AddressesForm) -> Token:
    wanted = form.cleaned_data["addresses"]
    return change_token_addresses(actor=request.user, token=token, addresses=wanted)


def _saved(request: Request, limited: Robot | Token) -> HttpResponse:
    messages.success(request, f"Addresses of {limited.name} saved. They hold from now on.")
    return done(request, limited)


def _form(request: Request, limited: Robot | Token) -> AddressesForm:
    return AddressesForm(posted(request), initial={"addresses": limited.addresses})


def _seen(rows: QuerySet[TokenAddress]) -> list[str]:
    """The addresses that were seen last, each once."""
    latest = rows.order_by("-last_seen_at").values_list("address", flat=True)[: 5 * SHOWN]
    return list(dict.fromkeys(latest))[:SHOWN]


def _page(request: Request, form: AddressesForm, context: dict[str, object]) -> HttpResponse:
    return form_page(
        request, "robots/tokens/addresses.html", context | {"form": form}, invalid=form.is_bound
    )
