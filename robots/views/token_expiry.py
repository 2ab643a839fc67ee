"""When a token ends, chosen anew."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from console import moments
from console.forms import attempt
from console.htmx import done, form_page
from console.http import Request
from console.models import Organization
from console.permissions import Permission, require
from console.views.frame import in_organization
from robots.forms import TokenExpiryForm
from robots.models import Secret, Token
from robots.services import change_token_expiry, offered_policy
from robots.views.finding import find_robot, find_token, robot_crumbs


@require_http_methods(["GET", "POST"])
@in_organization("robots")
def token_expiry(
    request: Request, organization: Organization, robot: UUID, token: UUID
) -> HttpResponse:
    owner = find_robot(request, organization, robot)
    found = find_token(request, owner, token)
    require(request.viewer, Permission.TOKEN_UPDATE, found)
    sent = request.POST if request.method == "POST" else None
    form = TokenExpiryForm(sent, policy=offered_policy(owner), ends_at=found.expires_at)
    if request.method == "POST" and (saved := attempt(form, lambda: _save(request, found, form))):
        messages.success(request, f"{saved.name} ends: {_end(saved)}.")
        return done(request, found)
    context = {
        "robot": owner,
        "token": found,
        "form": form,
        "is_signed": found.secrets.filter(kind=Secret.Kind.SIGNED, ends_at=None).exists(),
        "breadcrumb": robot_crumbs(owner, (found.name, found.get_absolute_url()), "Expiry"),
    }
    return form_page(request, "robots/token_expiry.html", context, invalid=form.is_bound)


def _save(request: Request, token: Token, form: TokenExpiryForm) -> Token:
    return change_token_expiry(
        actor=request.user, token=token, expires_at=form.cleaned_data["expires_at"]
    )


def _end(token: Token) -> str:
    return moments.date(token.ends_at) if token.ends_at else "never"
