"""Who has seen secrets of an organization's tokens, who of them has left, and whom one asks."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from console.http import Visit
from console.models import Organization
from console.organizations.queries import only_one
from console.permissions.vocabulary import Permission
from robots.models import Robot, Secret, Token
from robots.models.tokens import TokenQuerySet
from robots.queries.finding import visible_tokens
from robots.queries.token_filters import SEEN_BY
from teams.models import Membership, User

# How many owners a page names.
SHOWN_OWNERS = 3


def owners_of(organization: Organization) -> list[str]:
    """Who can grant what others do not hold."""
    owners = Membership.objects.owners(organization.pk)[:SHOWN_OWNERS]
    return [membership.user.display_name for membership in owners]


def _everybody_who_saw(organization: Organization) -> QuerySet[Secret]:
    """From an index alone; also of tokens that have ended."""
    return Secret.objects.filter(organization=organization, seen_by__isnull=False).order_by()


def people_who_saw(request: Visit) -> QuerySet[Secret, UUID | None]:
    """Each person once to whom a secret was shown of tokens that the viewer may see."""
    seen = _everybody_who_saw(request.organization)
    if request.viewer.projects_with(Permission.TOKEN_READ) is not None:
        seen = seen.filter(token__in=visible_tokens(request.viewer, request.organization))
    return seen.values_list("seen_by", flat=True).distinct()


def people_who_left(organization: Organization) -> set[UUID]:
    """Who saw a secret and is no longer a member, or whose account is disabled or gone."""
    people = _everybody_who_saw(organization).values_list("seen_by", flat=True).distinct()
    saw = {person for person in people if person}
    present = User.objects.filter(
        uuid__in=saw, is_active=True, memberships__organization=organization
    )
    return saw - set(present.values_list("uuid", flat=True))


def person_called(email: str) -> UUID | None:
    """The person of that address."""
    return User.objects.filter(email=email).values_list("uuid", flat=True).first()


def seer_email(request: Visit, text: str) -> str:
    """Somebody who saw a secret here by address, else by name; or one of `SEEN_BY`."""
    if text.lower() in SEEN_BY:
        return text.lower()
    seers = User.objects.filter(uuid__in=people_who_saw(request))
    return only_one(seers.filter(Q(email=text.lower()) | Q(name__reads=text)), "email", text)


def tokens_seen_by(
    organization: Organization, person: UUID, since: datetime | None = None
) -> TokenQuerySet:
    """Living tokens of which that person saw a secret that worked at that moment, at first now."""
    worked = Q(ends_at=None) | Q(ends_at__gt=since or timezone.now())
    saw = Secret.objects.filter(worked, organization=organization, seen_by=person).order_by()
    return Token.objects.living().filter(organization=organization, pk__in=saw.values("token"))


class LeftBehind:
    """What of robots a member leaves behind: `teams.members.alone.Behind`."""

    def robots_of(self, membership: Membership) -> QuerySet[Robot]:
        """Those that they are responsible for."""
        own = Robot.objects.living().filter(responsible=membership)
        return own.select_related("organization").order_by("name")

    def robots_of_nobody(self, organization: Organization) -> QuerySet[Robot]:
        nobodys = Robot.objects.living().filter(organization=organization, responsible=None)
        return nobodys.select_related("organization").order_by("name")

    def tokens_seen(self, membership: Membership) -> int:
        return tokens_seen_by(membership.organization, membership.user.uuid).count()

    def personal_tokens(self, membership: Membership) -> int:
        """How many they have; which, is nobody else's business."""
        return Token.objects.living().filter(user=membership.user).count()
