"""Finding people of the whole installation, for operators."""

from django.db.models import OuterRef, Q, QuerySet

from console.paging import CappedCount
from teams.models import Membership, User


def people_of_site(text: str = "") -> QuerySet[User]:
    """Those whose name or address contains `text`, each with how many organizations they are in."""
    found = User.objects.all()
    if text:
        found = found.filter(Q(name__has_text=text) | Q(email__has_text=text))
    own = Membership.objects.filter(user=OuterRef("pk"))
    return found.annotate(organizations=CappedCount(own))


def sole_ownerships(person: User) -> list[str]:
    """The names of organizations that no other active person owns."""
    owned = Membership.objects.filter(user=person, role=Membership.Role.OWNER)
    others = Membership.objects.filter(role=Membership.Role.OWNER, user__is_active=True)
    shared = others.exclude(user=person).values("organization_id")
    alone = owned.exclude(organization__in=shared).select_related("organization")
    return [each.organization.name for each in alone.order_by("organization__name")]
