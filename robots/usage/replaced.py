"""What a rotation left alive until the new secret is used ends with that."""

from datetime import datetime

from console.audit.recording import ROSTER, changing, record
from robots.models import Secret

CHUNK = 500


def replacing(first: dict[int, datetime]) -> dict[int, datetime]:
    """Those of the secrets, with the moments of their first use, that end another one by it."""
    used, waiting = sorted(first), Secret.objects.filter(ends_at=None)
    found: dict[int, datetime] = {}
    for start in range(0, len(used), CHUNK):
        replaced = waiting.filter(ends_with__in=used[start : start + CHUNK])
        ids = replaced.values_list("ends_with_id", flat=True)
        found |= {secret_id: first[secret_id] for secret_id in ids if secret_id is not None}
    return found


def end_replaced(secret_id: int, used_at: datetime) -> None:
    """End what was to end with the first use of this secret, and record it."""
    owners = ("token__robot__organization", "token__user")
    secret = Secret.objects.select_related(*owners).filter(pk=secret_id).first()
    if secret is None:
        return
    token = secret.token
    with changing(token.owner.chain_organization) as chain:
        for old in token.secrets.filter(ends_with=secret_id, ends_at=None):
            old.ends_at = used_at
            old.save(update_fields=["ends_at"])
            before = old.recorded_end
            record(chain, actor=ROSTER, action="secret:ended", target=token, before=before)
