"""From where tokens came, beside networks: which to propose, and what they would refuse."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from console.network_proposals import Proposals, SeenFrom, propose
from console.networks import contain
from robots.base.periods import RECENTLY
from robots.models import OutsideUse, Token, TokenAddress

PROPOSED_FROM = timedelta(days=90)
# So many addresses are looked at, those that were seen last.
MAX_SEEN = 5000
SHOWN = 50
SHOWN_BRIEFLY = 3


@dataclass(frozen=True, slots=True)
class Place:
    """An address outside of networks, none where the verifier sees no client: who came from there, how often
    since the first time, and when last.
    """

    address: str
    token: str
    uses: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Outside:
    """What would be refused, the latest first: what is shown of it, and how many places more there are."""

    places: list[Place]
    more: int
    uses: int


def proposals(tokens: QuerySet[Token], allowed: str) -> Proposals | None:
    """Networks for the addresses of the last 90 days from which these tokens came and that `allowed` lacks;
    `None` where they came from none.
    """
    rows = list(_seen(tokens, PROPOSED_FROM))
    lacking = [row for row in rows if not contain(allowed, row.address)]
    seen = (SeenFrom(row.address, row.count, row.last_seen_at) for row in lacking)
    return propose(seen) if rows else None


def would_be_refused(tokens: QuerySet[Token], allowed: str) -> Outside:
    """What of the last 30 days `allowed` would have refused, whether it was observed or not."""
    unseen = _observed(tokens, address="")
    return _outside([*_seen(tokens, RECENTLY), *unseen], allowed, SHOWN)


def observed_outside(tokens: QuerySet[Token], allowed: str) -> Outside:
    """What of the last 30 days was counted while networks were observed, and is outside of `allowed`."""
    by_address: dict[str, Place] = {}
    for place in _outside(_observed(tokens), allowed, MAX_SEEN).places:
        known = by_address.setdefault(place.address, place)
        if known is not place:
            by_address[place.address] = Place(
                place.address, "", known.uses + place.uses, max(known.last, place.last)
            )
    return _shown(list(by_address.values()), SHOWN_BRIEFLY)


def _seen(tokens: QuerySet[Token], within: timedelta) -> QuerySet[TokenAddress]:
    found = TokenAddress.objects.filter(
        token__in=tokens.order_by().values("pk"), last_seen_at__gt=timezone.now() - within
    )
    return found.select_related("token").order_by("-last_seen_at", "id")[:MAX_SEEN]


def _observed(tokens: QuerySet[Token], **which: str) -> QuerySet[OutsideUse]:
    found = OutsideUse.objects.filter(
        token__in=tokens.order_by().values("pk"),
        last_seen_at__gt=timezone.now() - RECENTLY,
        **which,
    )
    return found.select_related("token").order_by("-last_seen_at", "id")[:MAX_SEEN]


def _outside(rows: Iterable[TokenAddress | OutsideUse], allowed: str, most: int) -> Outside:
    """Those that are in none of the networks that are allowed now."""
    places = [
        Place(
            row.address,
            "a trust" if row.token.by_trust else row.token.name,
            row.count,
            row.last_seen_at,
        )
        for row in rows
        if allowed and not contain(allowed, row.address)
    ]
    return _shown(places, most)


def _shown(places: list[Place], most: int) -> Outside:
    places.sort(key=lambda place: place.last, reverse=True)
    uses = sum(place.uses for place in places)
    return Outside(places[:most], max(0, len(places) - most), uses)
