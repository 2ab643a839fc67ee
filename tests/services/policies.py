"""The service of token policies."""

from robots.models import TokenPolicy
from robots.policies.services import change_policy
from tests.services.row import Row, Rows

ROWS: Rows = {
    change_policy: Row(
        lambda actor, on: change_policy(actor=actor, policy=on.rule, unused_days=30),
        "policy:updated",
        lambda on: TokenPolicy.objects.get(organization=on.organization, project=None),
    ),
}
