"""What may be limited to networks: the columns that robots and tokens share."""

from django.db import models
from django.db.models import Q

from console.fields import NetworksField
from console.network_modes import LABELS, NetworkMode


class Limited(models.Model):
    """Something with a list of networks, and what becomes of a use from outside them.

    While they are observed, everything is decided as though there were none.
    """

    addresses = NetworksField()
    network_mode = models.CharField(
        max_length=10,
        choices=list(LABELS.items()),
        default=NetworkMode.ENFORCE.value,
        # A version that does not know the column may still run beside this one.
        db_default=NetworkMode.ENFORCE.value,
    )

    class Meta:
        abstract = True

    @property
    def is_observed(self) -> bool:
        """Whether it has networks that refuse nobody yet."""
        return bool(self.addresses) and self.network_mode == NetworkMode.OBSERVE


OBSERVED = Q(network_mode=NetworkMode.OBSERVE.value) & ~Q(addresses="")


def observed_index(name: str, condition: Q) -> models.Index:
    """The index that finds those whose networks are observed: few of many."""
    return models.Index(
        fields=["organization", "name", "id"], condition=condition & OBSERVED, name=name
    )
