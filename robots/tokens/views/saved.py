"""The views of the list of all tokens: those that everybody has, and one's own."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from console.forms import attempt, posted
from console.http import Request
from console.models import Organization
from console.pages.frame import crumbs, in_organization
from console.pages.htmx import done, form_page
from console.pages.listing import chips, query_of
from console.pages.reading import read
from robots.models import TokenView
from robots.queries.token_filters import BUILT_IN_VIEWS
from robots.tokens.forms.filters import TokenFilterForm
from robots.tokens.forms.views import TokenViewForm
from robots.tokens.services.views import delete_token_view, save_token_view
from robots.tokens.views.filter_words import filter_words


@dataclass(frozen=True, slots=True)
class OfferedView:
    """A link beside the list; one's own can be removed."""

    name: str
    url: str
    is_current: bool
    removal_url: str = ""


def own_views(request: Request, organization: Organization) -> QuerySet[TokenView]:
    """The views of whoever asks."""
    return TokenView.objects.filter(
        membership__organization=organization, membership__user=request.user.pk
    )


def offered_views(request: Request, wanted: dict[str, Any]) -> list[OfferedView]:
    """All tokens, the views of everybody, then one's own by name."""
    slug = request.organization.slug
    listed = reverse("robots:token-list", args=[slug])
    built_in = {"All tokens": {}, **BUILT_IN_VIEWS}
    found = [
        OfferedView(name, listed + query_of(filters), wanted == filters)
        for name, filters in built_in.items()
    ]
    for view in own_views(request, request.organization):
        removal = reverse("robots:token-view-delete", args=[slug, view.uuid])
        is_current = wanted == QueryDict(view.query.removeprefix("?")).dict()
        found.append(OfferedView(view.name, listed + view.query, is_current, removal))
    return found


@require_http_methods(["GET", "POST"])
@in_organization("tokens")
def token_view_create(request: Request, organization: Organization) -> HttpResponse:
    """A name for the filters of the address."""
    reading = read(request, TokenFilterForm(request.GET, request))
    form = TokenViewForm(posted(request), request, query_of(reading.wanted))
    listed = reverse("robots:token-list", args=[organization.slug])
    if request.method == "POST":
        saved = attempt(form, lambda: _save(request, organization, form))
        if saved:
            messages.success(request, f"View {saved.name} saved.")
            return done(request, listed + saved.query)
    wanted = form.wanted
    context = {
        "form": form,
        "words": [words for words, _ in chips(request.GET, wanted, filter_words)],
        "wanted": wanted,
        "listed": listed + query_of(wanted),
        "breadcrumb": crumbs(organization, ("Tokens", listed), "Save view"),
    }
    return form_page(request, "robots/tokens/token_view_form.html", context, invalid=form.is_bound)


def _save(request: Request, organization: Organization, form: TokenViewForm) -> TokenView:
    return save_token_view(actor=request.user, organization=organization, **form.cleaned_data)


@require_POST
@in_organization("tokens")
def token_view_delete(request: Request, organization: Organization, view: UUID) -> HttpResponse:
    """Forget one's own view; its filters can be chosen again."""
    own = own_views(request, organization).select_related("membership__organization")
    found = get_object_or_404(own, uuid=view)
    delete_token_view(actor=request.user, view=found)
    messages.success(request, f"View {found.name} removed.")
    return done(request, reverse("robots:token-list", args=[organization.slug]))
