"""Which of an organization's people do not meet its rules."""

from typing import Any

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


def first_not_ready(organization: Organization) -> dict[str, Any]:
    """How many do not meet the organization's requirement, as `not_ready_count`, and the first of them, as
    `not_ready`. The organization may be one with changes that are not saved.
    """
    people = people_not_ready(organization, organization.required_factor)
    return {"not_ready_count": people.count(), "not_ready": people[:SHOWN_PEOPLE]}
