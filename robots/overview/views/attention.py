"""The lists of tokens behind the figures of an overview."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from console import moments
from console.http import Request
from console.models import Organization
from console.pages.actions import Tab
from console.pages.frame import crumbs, in_organization
from console.pages.htmx import page_or_part
from console.pages.reading import read
from console.paging import Reading, page_of
from console.permissions.decision import require
from console.permissions.projects import projects_with_all
from robots.models import Token, Usage
from robots.models.tokens import TokenQuerySet
from robots.models.usage import ACCEPTED
from robots.overview.attention import NEEDS, WEEK, Asked, Need, unused_days_of
from robots.overview.figures import need_address, shown_needs
from robots.overview.forms import NeedFilter
from robots.queries.all_tokens import filtered_tokens
from robots.queries.finding import TOKENS_NEED, visible_tokens


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A token, and why it is in the list."""

    token: Token
    why: str


@require_GET
@in_organization("overview")
def need(request: Request, organization: Organization, need: str) -> HttpResponse:
    """The tokens behind one figure that the viewer may see, and why each is there."""
    _require_tokens(request, organization)
    if need not in NEEDS:
        raise Http404
    chosen, days = NEEDS[need], unused_days_of(organization)
    if chosen.query:
        return redirect(need_address(organization, chosen, days))
    reading = read(request, NeedFilter(request.GET))
    tokens = _tokens(request, chosen, Asked.of(organization, days), reading)
    page = page_of(tokens, chosen.order, reading, ("token", "tokens"))
    context = {
        "need": chosen,
        "note": chosen.note.format(days),
        "page": page,
        "rows": _rows(chosen, page.rows),
        "tabs": _tabs(organization, chosen, days),
        "project": reading.wanted.get("project", ""),
        "breadcrumb": crumbs(organization, chosen.label),
    }
    return page_or_part(request, "robots/overview/need.html", "need-table", context)


def _require_tokens(request: Request, organization: Organization) -> None:
    """In the organization, or in one of its projects."""
    if projects_with_all(request.viewer, TOKENS_NEED, organization.target) == set():
        for needed in TOKENS_NEED:
            require(request.viewer, needed, organization)


def _tokens(request: Request, need: Need, asked: Asked, reading: Reading) -> TokenQuerySet:
    """Nothing is joined: SQLite's planner would leave the index of the order."""
    seen = visible_tokens(request.viewer, request.organization).filter(need.narrow(asked))
    return filtered_tokens(request, seen, reading.wanted).prefetch_related("robot__organization")


def _tabs(organization: Organization, chosen: Need, days: int | None) -> list[Tab]:
    return [
        Tab(each.label, need_address(organization, each, days), each is chosen)
        for each in shown_needs(days)
    ]


def _rows(need: Need, tokens: Sequence[Token]) -> list[NeedRow]:
    reasons = _refusals(tokens) if need.key == "refused" else {}
    return [NeedRow(token, reasons.get(token.pk) or _why(need, token)) for token in tokens]


def _why(need: Need, token: Token) -> str:
    if need.key == "idle" and token.disables_at:
        return f"Disabled on {moments.absolute(token.disables_at)} unless it is used."
    return token.blocked_reason if need.key == "blocked" else ""


def _refusals(tokens: Sequence[Token]) -> dict[int, str]:
    """How often each was refused in a week, by reason."""
    week = Usage.objects.filter(token__in=tokens, day__gte=(timezone.now() - WEEK).date())
    counted = (
        week.exclude(outcome=ACCEPTED).values_list("token", "outcome").annotate(n=Sum("count"))
    )
    words: dict[int, list[str]] = defaultdict(list)
    for token, outcome, number in counted.order_by("token", "-n"):
        words[token].append(f"{outcome} {number:,} times" if number > 1 else f"{outcome} once")
    return {token: ", ".join(parts) for token, parts in words.items()}
