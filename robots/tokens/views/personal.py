"""One's own tokens: their list, and making one. What else they have is `tokens` and `secrets`."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from console.forms import attempt, posted
from console.http import Request
from console.pages.htmx import form_page, page_or_part
from console.pages.reading import read
from console.paging import Order, page_of
from console.reauthentication import fresh_sign_in
from robots.accounts.views.columns import OWN_TOKENS
from robots.accounts.views.menus import token_menu
from robots.queries.finding import tokens_of, tries_of_ended
from robots.tokens.forms.tokens import PersonalTokenForm
from robots.tokens.services.minting import Minted
from robots.tokens.services.repetition import RepeatedRequest
from robots.tokens.services.tokens import create_personal_token
from robots.tokens.views.frame import personal_frame
from robots.tokens.views.reveal import reveal
from robots.tokens.views.tokens import OWN


@require_GET
def personal_token_list(request: Request) -> HttpResponse:
    newest = Order("created_at", descending=True)
    page = page_of(tokens_of(request.user), newest, read(request), ("token", "tokens"))
    context = personal_frame(request.user).page() | OWN
    context |= {
        "page": page,
        "columns": OWN_TOKENS,
        "rows": [(token, token_menu(token, OWN)) for token in page.rows],
        "caption": "Your API tokens",
        "tried": tries_of_ended(request.user, page.rows),
    }
    return page_or_part(request, "robots/tokens/personal_token_list.html", "token-table", context)


@never_cache
@require_http_methods(["GET", "POST"])
def personal_token_create(request: Request) -> HttpResponse:
    """The form; its POST answers with the reveal. Both want a fresh sign-in."""
    return _confirmed_create(request)


@fresh_sign_in
def _confirmed_create(request: Request) -> HttpResponse:
    frame = personal_frame(request.user)
    form = PersonalTokenForm(posted(request))
    if request.method == "POST":
        try:
            made = attempt(form, lambda: _create(request, form))
        except RepeatedRequest as repeated:
            return redirect(repeated.token)
        if made:
            return reveal(request, frame, made)
    context = frame.page("Create token") | {"form": form}
    return form_page(
        request, "robots/tokens/personal_token_form.html", context, invalid=form.is_bound
    )


def _create(request: Request, form: PersonalTokenForm) -> Minted:
    return create_personal_token(actor=request.user, **form.values())
