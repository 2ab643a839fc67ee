"""Who of an organization's people has which second factor, and who does not meet its rules."""

from django.db.models import QuerySet

from console.entry import MEETS
from console.models import Organization
from console.models.sign_in_rules import RequiredFactor
from teams.members.factors import has_any_of
from teams.members.queries import people_of
from teams.models import Membership

SHOWN_PEOPLE = 100


def people_not_ready(organization: Organization, required: str) -> QuerySet[Membership]:
    """Members whose account works and has nothing that meets the requirement, by name; nobody without one."""
    people = people_of(organization).filter(user__is_active=True)
    if not required:
        return people.none()
    return people.filter(~has_any_of(MEETS[RequiredFactor(required)]))
