"""Which of an organization's tokens a list shows; behind each filter and order stands an index."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from console.http import Visit
from console.models import Organization, Project
from console.networks import Network, key_range, read_network
from console.paging import Order
from robots.base.periods import EXPIRING_SOON, NEVER_ENDS, NEVER_USED
from robots.models import Robot, Secret, Token, TokenAddress
from robots.models.limited import OBSERVED
from robots.models.tokens import TokenQuerySet, today
from robots.queries import search
from robots.queries.clues import IDENTIFIER
from robots.queries.people import people_who_left, person_called
from robots.queries.token_filters import LEFT, NOBODY_YET, TOKEN_ORDERS, WITHOUT


def filtered_tokens(request: Visit, tokens: TokenQuerySet, wanted: dict[str, str]) -> TokenQuerySet:
    """Those of `tokens` that fit every filter."""
    for name, value in wanted.items():
        if name in CONDITIONS:
            tokens = tokens.filter(CONDITIONS[name](request, value))
    text = wanted.get("q", "").strip()
    return tokens.filter(_matching(request, text)) if text else tokens


def token_order(wanted: dict[str, str]) -> Order:
    """By name unless asked."""
    return Order(*TOKEN_ORDERS[wanted.get("sort") or "name"])


def _matching(request: Visit, text: str) -> Q:
    """An access ID, an address or network that it was used from, else part of its name or its robot's."""
    if IDENTIFIER.fullmatch(text):
        return Q(uuid=UUID(text)) | Q(robot__uuid=UUID(text))
    if network := read_network(text):
        return _used_from(network)
    here = Token.objects.filter(organization=request.organization, revoked_at=None)
    named = here.filter(name__contains=text.lower()).order_by().values("pk")
    robots = Robot.objects.living().filter(organization=request.organization)
    owned = here.filter(robot__in=robots.filter(search.containing(text)).values("pk"))
    # Each half by its own index: as one condition with OR they would have none.
    return Q(pk__in=named) | Q(pk__in=owned.order_by().values("pk"))


def _used_from(network: Network) -> Q:
    seen = TokenAddress.objects.filter(address_key__range=key_range(network))
    return Q(pk__in=seen.order_by().values("token"))


def _state(_: Visit, state: str) -> Q:
    works = Q(blocked_at=None, disabled_at=None)
    match state:
        case "blocked":
            return Q(blocked_at__isnull=False)
        case "disabled":
            return Q(blocked_at=None, disabled_at__isnull=False)
        case "expired":
            return works & Q(sorted_end__lte=timezone.now())
    return works & Q(sorted_end__gt=timezone.now())


def live_secrets(organization: Organization) -> QuerySet[Secret]:
    """The secrets of its robots' tokens that still work."""
    works = Q(ends_at=None) | Q(ends_at__gt=timezone.now())
    return Secret.objects.filter(works, organization=organization).order_by()


def _kind(request: Visit, kind: str) -> Q:
    live = live_secrets(request.organization)
    if kind == WITHOUT:
        return ~Q(pk__in=live.values("token"))
    return Q(pk__in=live.filter(kind=kind).values("token"))


def expiring(value: str, now: datetime) -> Q:
    """By when a token stops to work, whether by its own end or its robot's."""
    if value == "never":
        return Q(sorted_end=NEVER_ENDS)
    until = end_of_month(now) if value == "month" else now + EXPIRING_SOON
    return Q(sorted_end__gt=now, sorted_end__lte=until)


def end_of_month(now: datetime) -> datetime:
    """The end of this month in UTC."""
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1) - timedelta(microseconds=1)


def _unused(_: Visit, value: str) -> Q:
    if value == "never":
        return Q(last_used_at=NEVER_USED)
    return Q(idle_since__lt=today() - timedelta(days=int(value)))


def _project(request: Visit, slug: str) -> Q:
    seen = Project.objects.visible_to(request.viewer, request.organization).filter(slug=slug)
    robots = Robot.objects.living().filter(project__in=seen.order_by().values("pk"))
    return Q(robot__in=robots.order_by().values("pk"))


def _owner(request: Visit, kind: str) -> Q:
    accounts = Robot.objects.role_accounts().filter(organization=request.organization)
    of_roles = Q(robot__in=accounts.order_by().values("pk"))
    return of_roles if kind == "role" else ~of_roles


def _seen_by(request: Visit, who: str) -> Q:
    organization = request.organization
    live = live_secrets(organization)
    if who == NOBODY_YET:
        found = live.filter(handed_over_at=None)
    elif who == LEFT:
        found = live.filter(seen_by__in=people_who_left(organization))
    else:
        found = live.filter(seen_by=person_called(who))
    return Q(pk__in=found.values("token"))


CONDITIONS: dict[str, Callable[[Visit, str], Q]] = {
    "state": _state,
    "kind": _kind,
    "networks": lambda _, __: OBSERVED,
    "expiring": lambda _, value: expiring(value, timezone.now()),
    "unused": _unused,
    "project": _project,
    "owner": _owner,
    "created_by": lambda _, text: Q(created_by=text),
    "seen_by": _seen_by,
}
