"""Who has left an organization or would, and the tokens whose secrets they saw."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, QuerySet, Value, When
from django.db.models.functions import Concat
from django.http import Http404
from django.utils import timezone

from console.http import Visit
from console.models import Organization
from console.paging import Order
from robots.models import Handover, Robot, Secret, Token
from robots.models.tokens import TokenQuerySet
from robots.queries.all_tokens import live_secrets
from robots.queries.finding import visible_tokens
from robots.queries.people import people_who_left, tokens_seen_by
from teams.models import Departure, Membership, User

UNKNOWN = "Somebody whose account is gone"
# Those that still wait for a new secret come first.
TURN = Order("turn")


@dataclass(frozen=True, slots=True)
class Leaver:
    """Who has left, whose account is disabled, or who is still a member and might leave."""

    uuid: UUID
    name: str
    email: str = ""
    departure: Departure | None = None
    membership: Membership | None = None
    is_disabled: bool = False

    @property
    def left_at(self) -> datetime | None:
        return self.departure.left_at if self.departure else None

    @property
    def has_left(self) -> bool:
        return self.membership is None


def find_leaver(organization: Organization, person: UUID) -> Leaver:
    """The person of that UUID, if they are or were a member or have seen a secret; else a 404."""
    here = Membership.objects.filter(organization=organization, user__uuid=person)
    membership = here.select_related("user", "organization").first()
    if membership:
        return _present(membership)
    departure = Departure.objects.filter(organization=organization, person_uuid=person).first()
    if departure:
        return Leaver(person, departure.display_name, departure.email, departure)
    if not Secret.objects.filter(organization=organization, seen_by=person).exists():
        raise Http404
    return _without_departure(person, User.objects.filter(uuid=person).first())


def _present(membership: Membership) -> Leaver:
    user = membership.user
    return Leaver(
        user.uuid,
        user.display_name,
        user.email,
        membership=membership,
        is_disabled=not user.is_active,
    )


def _without_departure(person: UUID, user: User | None) -> Leaver:
    """Who left before Roster kept who leaves."""
    return Leaver(person, user.display_name, user.email) if user else Leaver(person, UNKNOWN)


def leavers(organization: Organization) -> list[Leaver]:
    """Everybody who has left or whose account is disabled, as far as it is known."""
    departures = {each.person_uuid: each for each in organization.departures.all()}
    people = {*departures, *people_who_left(organization)}
    accounts = {user.uuid: user for user in User.objects.filter(uuid__in=people)}
    members = Membership.objects.filter(organization=organization, user__uuid__in=people)
    present = {each.user.uuid: _present(each) for each in members.select_related("user")}
    return [
        present.get(person) or _leaver(person, departures.get(person), accounts.get(person))
        for person in people
        if person not in present or present[person].is_disabled
    ]


def _leaver(person: UUID, departure: Departure | None, user: User | None) -> Leaver:
    if departure:
        return Leaver(person, departure.display_name, departure.email, departure)
    return _without_departure(person, user)


def _open_secrets(organization: Organization) -> QuerySet[Secret]:
    """Secrets that work and have no end in sight."""
    return live_secrets(organization).filter(ends_at=None, ends_with=None)


def tokens_to_rotate(visit: Visit, people: Iterable[UUID]) -> dict[UUID, int]:
    """How many tokens each of them still knows a secret of that nobody has replaced."""
    seen = visible_tokens(visit.viewer, visit.organization).order_by().values("pk")
    secrets = _open_secrets(visit.organization).filter(seen_by__in=list(people), token__in=seen)
    counts = secrets.values("seen_by").annotate(tokens=Count("token", distinct=True))
    rows = counts.values_list("seen_by", "tokens")
    return {person: count for person, count in rows if person}


def tokens_of_leaver(visit: Visit, leaver: Leaver) -> TokenQuerySet:
    """Those that the viewer may see; `is_open` says whether a secret has to be replaced yet."""
    organization = visit.organization
    saw = tokens_seen_by(organization, leaver.uuid, leaver.left_at).values("pk")
    own = _open_secrets(organization).filter(token=OuterRef("pk"), seen_by=leaver.uuid)
    place = Case(When(is_open=True, then=Value("0")), default=Value("1"))
    found: TokenQuerySet = visible_tokens(visit.viewer, organization).filter(pk__in=saw)
    return found.annotate(is_open=Exists(own)).annotate(turn=Concat(place, F("name")))


def uuids_to_rotate(tokens: Any) -> list[UUID]:  # noqa: ANN401 - of `tokens_of_leaver`, which annotates
    """Those whose secret nobody has replaced, in their order."""
    return list(tokens.filter(is_open=True).order_by(*TURN.by).values_list("uuid", flat=True))


def with_what_follows(tokens: TokenQuerySet) -> TokenQuerySet:
    """With their robots and who is responsible for these, live secrets, and links that wait."""
    robots = Robot.objects.select_related("organization", "project__organization")
    waiting = Handover.objects.pending().filter(ends_at__gt=timezone.now())
    return tokens.prefetch_related(
        Prefetch("robot", queryset=robots.select_related("responsible__user")),
        Prefetch("secrets", queryset=Secret.objects.live(), to_attr="live"),
        Prefetch("handovers", queryset=waiting, to_attr="waiting"),
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """A token of which somebody saw a secret: what has become of that."""

    token: Token
    secret: Secret | None
    is_open: bool
    link: Handover | None
    rotate_url: str

    @property
    def responsible(self) -> str:
        """Who is responsible for its robot account."""
        member = self.token.of_robot.responsible
        return member.user.display_name if member else ""
