"""When a token ends, chosen anew."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from console import moments
from console.forms import attempt, posted
from console.http import Request
from console.pages.htmx import done, form_page
from console.permissions.vocabulary import Permission
from robots.models import Secret, Token
from robots.policies.enforcement import offered_policy
from robots.tokens.forms.expiry import TokenExpiryForm
from robots.tokens.services.expiry import change_token_expiry
from robots.tokens.views.frame import TokenFrame, of_token


@require_http_methods(["GET", "POST"])
@of_token(Permission.TOKEN_UPDATE, strengthens=True)
def token_expiry(request: Request, frame: TokenFrame) -> HttpResponse:
    token = frame.token
    form = TokenExpiryForm(
        posted(request), policy=offered_policy(token.owner), ends_at=token.expires_at
    )
    if request.method == "POST" and (saved := attempt(form, lambda: _save(request, token, form))):
        messages.success(request, f"{saved.name} ends: {_end(saved)}.")
        return done(request, token)
    context = frame.page("Expiry") | {
        "form": form,
        "is_signed": token.secrets.filter(kind=Secret.Kind.SIGNED, ends_at=None).exists(),
    }
    return form_page(request, "robots/tokens/token_expiry.html", context, invalid=form.is_bound)


def _save(request: Request, token: Token, form: TokenExpiryForm) -> Token:
    if form.is_kept:
        return token
    return change_token_expiry(
        actor=request.user, token=token, expires_at=form.cleaned_data["expires_at"]
    )


def _end(token: Token) -> str:
    return moments.absolute(token.ends_at) if token.ends_at else "never"
