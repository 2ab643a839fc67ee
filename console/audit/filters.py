"""Which events of a chain somebody wants to see; an index answers each question."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from console.audit import search
from console.audit.recording import chain_of
from console.models import Event, Organization
from console.networks import Network, overlap, read_network
from console.paging import Order

PEOPLE, MACHINES, ALL = "people", "machines", "all"
NEWEST_FIRST = Order("number", descending=True)
AS_FOUND = Order("found_at", descending=True, unique=True)


def filtered(events: QuerySet[Event], wanted: dict[str, Any]) -> tuple[QuerySet[Event], Order]:
    """The events of one chain that are wanted, and the order that costs nothing."""
    columns = {
        "actor_uuid": wanted.get("actor"),
        "action": wanted.get("action"),
        "target_uuid": wanted.get("target"),
    }
    chosen = events.filter(**{name: value for name, value in columns.items() if value})
    if access_id := wanted.get("token"):
        chosen = chosen.filter(_of_token(access_id))
    if (who := acting(wanted)) != ALL:
        chosen = chosen.filter(by_machine=who == MACHINES)
    chosen = _within(events, chosen, wanted.get("since"), wanted.get("until"))
    return _about(chosen, words(wanted))


def in_moments(wanted: dict[str, Any]) -> dict[str, Any]:
    """`wanted` with the moments that its days are, in UTC; both days belong to it."""
    bounds = {"since": time.min, "until": time.max}
    days = {name: (wanted.get(name), bound) for name, bound in bounds.items()}
    return wanted | {
        name: datetime.combine(day, bound, UTC) for name, (day, bound) in days.items() if day
    }


def _of_token(access_id: UUID) -> Q:
    """What was done to it, and what was done with it; each has an index."""
    return Q(target_uuid=access_id) | Q(token_uuid=access_id)


def acting(wanted: dict[str, Any]) -> str:
    """Whose events: people's on the bare page, so that machines do not drown them; everybody's once
    something is looked for.
    """
    looked_for = any(wanted.get(name) for name in ("q", "actor", "action", "target", "token"))
    return wanted.get("who") or (ALL if looked_for else PEOPLE)


def words(wanted: dict[str, Any]) -> str:
    """The text to look for."""
    return str(wanted.get("q") or "").strip()


def _within(
    events: QuerySet[Event],
    chosen: QuerySet[Event],
    since: datetime | None,
    until: datetime | None,
) -> QuerySet[Event]:
    """Moments as numbers: within a chain both grow together, and the order stays the index's."""
    if since is not None:
        first = _first(events.filter(created_at__gte=since))
        chosen = chosen.none() if first is None else chosen.filter(number__gte=first)
    if until is not None:
        beyond = _first(events.filter(created_at__gt=until))
        chosen = chosen if beyond is None else chosen.filter(number__lt=beyond)
    return chosen


def _first(events: QuerySet[Event]) -> int | None:
    return events.order_by("created_at", "number").values_list("number", flat=True).first()


def _about(events: QuerySet[Event], text: str) -> tuple[QuerySet[Event], Order]:
    """An identifier, an address or a network is asked for by itself, any other text of names."""
    try:
        return events.filter(_of_token(UUID(text))), NEWEST_FIRST
    except ValueError:
        pass
    if network := read_network(text):
        return events.filter(address__in=_addresses(events, network)), NEWEST_FIRST
    if not text:
        return events, NEWEST_FIRST
    if search.is_too_short(text):
        return events.none(), NEWEST_FIRST
    return search.matching(events, text), AS_FOUND


def _addresses(events: QuerySet[Event], network: Network) -> list[str]:
    """Those inside the network that acts came from: an index names each of them once."""
    if network.num_addresses == 1:
        return [str(network.network_address)]
    known = events.exclude(address="").order_by("address")
    several = known.values_list("address", flat=True).distinct()
    return [address for address in several.iterator() if overlap(str(network), address)]


def events_of(organization: Organization) -> QuerySet[Event]:
    """The organization's whole chain."""
    return Event.objects.filter(chain=chain_of(organization))
