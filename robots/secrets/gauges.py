"""Gauges of signing keys, for monitors."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric

from robots.models import SigningKey
from robots.secrets.signing_keys import State


def signing_keys() -> Iterator[Metric]:
    """When the key that signs and the one that follows were made, for each purpose."""
    family = GaugeMetricFamily(
        "roster_signing_key_created_timestamp_seconds",
        "When the key was made; one that is `next` is published and does not sign yet.",
        labels=["purpose", "state"],
    )
    for key in SigningKey.objects.filter(state__in=[State.CURRENT, State.NEXT]).order_by("id"):
        family.add_metric([key.purpose, key.state], key.created_at.timestamp())
    yield family
