"""What overview, notices, lists and searches ask of tokens, each over those that it is about alone."""

from django.db import models
from django.db.models import Q

from robots.models.idling import announced
from robots.models.limited import observed_index

LIVING = Q(revoked_at=None)
TOKEN_INDEXES = (
    announced("token_announced", LIVING),
    observed_index("token_observed", LIVING),
    models.Index(
        fields=["organization", "name", "id", "robot"],
        name="token_by_name",
        condition=LIVING,
    ),
    models.Index(
        fields=["organization", "id"],
        name="token_by_creation",
        condition=LIVING,
    ),
    models.Index(
        fields=["organization", "created_by", "id"],
        name="token_by_creator",
        condition=LIVING,
    ),
    models.Index(
        fields=["organization", "expires_at", "id", "robot"],
        name="token_by_expiry",
        condition=LIVING,
    ),
    models.Index(
        fields=["organization", "sorted_end", "id"],
        name="token_by_end",
        condition=LIVING,
    ),
    models.Index(
        fields=["organization", "idle_since", "id"],
        name="token_by_idleness",
        condition=LIVING,
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
    models.Index(
        fields=["organization", "name", "id"],
        name="token_disabled",
        condition=Q(revoked_at=None, disabled_at__isnull=False),
    ),
)
# Of which kind a token's secrets are, and who has seen them.
SECRET_INDEXES = (
    models.Index(fields=["organization", "kind", "token"], name="secret_by_kind"),
    models.Index(
        fields=["organization", "seen_by", "token"],
        name="secret_by_person",
        condition=Q(seen_by__isnull=False),
    ),
)
