"""Finding the people of an organization."""

from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.shortcuts import get_object_or_404

from console.models import Organization
from teams.models import Membership

# What a person is sorted by: the name, or the address of those who have none.
LABEL = Lower(
    Coalesce(NullIf("user__name", Value("")), "user__email", output_field=models.CharField())
)


def people_of(organization: Organization, text: str = "") -> QuerySet[Membership]:
    """The members whose name or address contains `text`, each with a `label` to sort by."""
    found = Membership.objects.filter(organization=organization)
    if text:
        found = found.filter(Q(user__name__has_text=text) | Q(user__email__has_text=text))
    return found.select_related("user", "organization").annotate(label=LABEL).order_by("label")


def find_member(organization: Organization, member: UUID) -> Membership:
    """The membership of that UUID."""
    found = Membership.objects.select_related("user", "organization")
    return get_object_or_404(found, organization=organization, uuid=member)
