"""The service of token policies."""

from robots.models import TokenPolicy
from robots.networks.services import change_robot_networks
from robots.policies.services import change_policy
from tests.services.row import Row, Rows

ROWS: Rows = {
    change_policy: Row(
        lambda actor, on: change_policy(actor=actor, policy=on.rule, unused_days=30),
        "policy:updated",
        lambda on: TokenPolicy.objects.get(organization=on.organization, project=None),
    ),
    change_robot_networks: Row(
        lambda actor, on: change_robot_networks(
            actor=actor,
            organization=on.organization,
            robot_networks="203.0.113.0/24",
            robot_network_mode="observe",
        ),
        "robot-networks:updated",
    ),
}
