"""From which networks an organization's robots come: columns of its own row, which every verifier reads."""

from django.db import models

from console.fields import NetworksField
from console.network_modes import LABELS, NetworkMode

# The columns, for forms and the audit log.
ROBOT_NETWORKS = ("robot_networks", "robot_network_mode")


class RobotNetworks(models.Model):
    """The networks, in addition to a robot's own and a token's; without any, robots come from anywhere."""

    robot_networks = NetworksField("networks that robot accounts may come from", db_default="")
    robot_network_mode = models.CharField(
        max_length=10,
        choices=list(LABELS.items()),
        default=NetworkMode.ENFORCE.value,
        # A version that does not know the columns may still run beside this one.
        db_default=NetworkMode.ENFORCE.value,
    )

    class Meta:
        abstract = True

    @property
    def refuses_robots(self) -> bool:
        """Whether there are networks that refuse who comes from elsewhere."""
        return bool(self.robot_networks) and not self.observes_robots

    @property
    def observes_robots(self) -> bool:
        """Whether there are networks that refuse no robot yet."""
        return bool(self.robot_networks) and self.robot_network_mode == NetworkMode.OBSERVE
