"""The figures of the overview that want a look, and the list behind each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from console import moments
from console.http import Request
from console.models import Organization
from console.pages.actions import Tab
from console.pages.frame import crumbs, in_organization
from console.pages.htmx import page_or_part
from console.pages.reading import read
from console.paging import count_words, page_of
from console.permissions.decision import require
from console.permissions.vocabulary import Permission
from robots.models import Token, Usage
from robots.models.usage import ACCEPTED
from robots.overview.attention import NEEDS, WEEK, Asked, Need, counts, unused_days_of


@dataclass(frozen=True, slots=True)
class Figure:
    """Something that needs attention, and how much of it there is."""

    label: str
    count: str
    note: str
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A token, and why it is in the list."""

    token: Token
    why: str


def figures(organization: Organization) -> list[Figure]:
    """The figures, each with its list; what is rare stands there only when there is some."""
    days = unused_days_of(organization)
    number = counts(organization, days)
    found = [
        _figure(organization, need, number[need.key], days)
        for need in _shown(days)
        if number[need.key] or need.always
    ]
    if robots := number["ending_robots"]:
        listed = reverse("robots:robot-list", args=[organization.slug])
        note = "robot accounts in 14 days"
        found.append(
            Figure("Expiring with all tokens", count_words(robots), note, "warning", listed)
        )
    return found


def _shown(days: int | None) -> list[Need]:
    return [need for need in NEEDS.values() if need.key != "unused" or days]


def _figure(organization: Organization, need: Need, count: int, days: int | None) -> Figure:
    url = reverse("robots:need", args=[organization.slug, need.key])
    tone = need.tone if count else ""
    return Figure(need.label, count_words(count), need.note.format(days), tone, url)


@require_GET
@in_organization("overview")
def need(request: Request, organization: Organization, need: str) -> HttpResponse:
    """The tokens behind one figure."""
    for needed in (Permission.ROBOT_READ, Permission.TOKEN_READ):
        require(request.viewer, needed, organization)
    if need not in NEEDS:
        raise Http404
    chosen, days = NEEDS[need], unused_days_of(organization)
    # Nothing is joined: SQLite's planner would leave the index of the order.
    tokens = chosen.tokens(Asked.of(organization, days)).prefetch_related("robot__organization")
    page = page_of(tokens, chosen.order, read(request), ("token", "tokens"))
    context = {
        "need": chosen,
        "note": chosen.note.format(days),
        "page": page,
        "rows": _rows(chosen, page.rows),
        "tabs": _tabs(organization, chosen, days),
        "breadcrumb": crumbs(organization, chosen.label),
    }
    return page_or_part(request, "robots/overview/need.html", "need-table", context)


def _tabs(organization: Organization, chosen: Need, days: int | None) -> list[Tab]:
    return [
        Tab(each.label, reverse("robots:need", args=[organization.slug, each.key]), each is chosen)
        for each in _shown(days)
    ]


def _rows(need: Need, tokens: Sequence[Token]) -> list[NeedRow]:
    reasons = _refusals(tokens) if need.key == "refused" else {}
    return [NeedRow(token, reasons.get(token.pk) or _why(need, token)) for token in tokens]


def _why(need: Need, token: Token) -> str:
    match need.key:
        case "blocked":
            return token.blocked_reason
        case "endless":
            return f"created by {token.created_by}"
        case "expiring" if token.ends_at:
            return f"ends {moments.relative(token.ends_at, timezone.now())}"
        case "unused":
            return f"unused since {token.idle_since:%-d %b %Y}"
    return ""


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
