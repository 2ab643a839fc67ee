"""What overview, notices and the robots' search ask of tokens, each over those that it is about alone."""

from django.db import models
from django.db.models import Q

TOKEN_INDEXES = (
    models.Index(
        fields=["organization", "name", "robot"],
        name="token_by_name",
        condition=Q(revoked_at=None),
    ),
    models.Index(
        fields=["organization", "expires_at", "id", "robot"],
        name="token_by_expiry",
        condition=Q(revoked_at=None),
    ),
    models.Index(
        fields=["organization", "idle_since", "id"],
        name="token_by_idleness",
        condition=Q(revoked_at=None),
    ),
    models.Index(
        fields=["organization", "refused_on", "id"],
        name="token_by_refusal",
        condition=Q(revoked_at=None, refused_on__isnull=False),
    ),
    models.Index(
        fields=["organization", "blocked_at", "id"],
        name="token_by_block",
        condition=Q(revoked_at=None, blocked_at__isnull=False),
    ),
)
