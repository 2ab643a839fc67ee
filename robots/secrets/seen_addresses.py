"""From where tokens were used lately, as the database knows it: after a restart, and on every replica."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from console.networks import client_of
from robots.models import TokenAddress

LATELY = timedelta(days=30)


def know(tokens: Collection[UUID], address: str) -> bool:
    """Whether one of these tokens was used lately by the client that has this address."""
    client = client_of(address)
    if not client:
        return False
    seen = TokenAddress.objects.filter(
        token__uuid__in=tokens, last_seen_at__gt=timezone.now() - LATELY
    )
    return client in map(client_of, seen.values_list("address", flat=True))
