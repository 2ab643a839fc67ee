"""Letters 7 days and 1 day before an organization requires a second factor, to those who are not ready.

What was told is written down under the organization's lock in the same transaction, so that two schedulers at
once tell nothing twice. After days without the job only the nearest letter goes out.
"""

from contextlib import suppress
from datetime import timedelta

from console.audit.recording import ROSTER, OrganizationDeleted, changing
from console.jobs.running import heartbeat
from console.models import Organization
from console.models.organizations import OrganizationQuerySet
from console.models.sign_in_rules import ANNOUNCED_DAYS, today
from teams.sign_in_rules.services import announce_again, days_due


def announce_requirements() -> int:
    """The job: tell what is due. Returns in how many organizations something was told."""
    return sum(map(_announce, _soon_requiring().order_by("pk").iterator()))


def _soon_requiring() -> OrganizationQuerySet:
    """Organizations whose requirement begins within the longest of `ANNOUNCED_DAYS`."""
    latest = today() + timedelta(days=max(ANNOUNCED_DAYS))
    required = Organization.objects.exclude(required_factor="")
    return required.filter(factor_from__gt=today(), factor_from__lte=latest)


def _announce(organization: Organization) -> bool:
    heartbeat()
    with suppress(OrganizationDeleted), changing(organization) as chain:
        present = _soon_requiring().filter(pk=organization.pk).first()
        if present and _is_due(present):
            announce_again(chain, present, ROSTER)
            return True
    return False


def _is_due(organization: Organization) -> bool:
    due, told = days_due(organization), organization.factor_told_days
    return due is not None and (told is None or told > due)
