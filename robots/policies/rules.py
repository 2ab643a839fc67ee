"""Which policies there are in an organization, and what holds where by all of them."""

from console.models import Organization
from robots.base.policy import OPEN, Policy, effective
from robots.models import TokenPolicy

# Of projects by their ids, and the organization's (`None`).
Rules = dict[int | None, Policy]


def limits_of(organization: Organization) -> Rules:
    """The policies that there are."""
    rows = TokenPolicy.objects.filter(organization=organization)
    return {row.project_id: row.limits for row in rows}


def rules_of(limits: Rules) -> Rules:
    """What holds by them in each project that has rules of its own, and everywhere else."""
    whole = limits.get(None, OPEN)
    own = {pk: effective(whole, policy) for pk, policy in limits.items() if pk is not None}
    return {None: whole} | own
