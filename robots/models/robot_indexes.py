"""What answers each filter and order of a list of robots."""

from django.db import models
from django.db.models import Q

from robots.models.idling import announced
from robots.models.limited import observed_index

ROBOT_INDEXES = (
    announced("robot_announced", Q(deleted_at=None)),
    observed_index("robot_observed", Q(deleted_at=None)),
    models.Index(
        fields=["organization", "name", "id"],
        condition=Q(deleted_at=None),
        name="robot_by_name",
    ),
    models.Index(
        fields=["organization", "created_at", "id"],
        condition=Q(deleted_at=None),
        name="robot_by_created",
    ),
    models.Index(
        fields=["organization", "last_used_at", "id"],
        condition=Q(deleted_at=None),
        name="robot_by_use",
    ),
    models.Index(
        fields=["organization", "next_expiry_at", "id"],
        condition=Q(deleted_at=None),
        name="robot_by_next_expiry",
    ),
    models.Index(
        fields=["project", "name", "id"],
        condition=Q(deleted_at=None),
        name="robot_of_project",
    ),
    models.Index(
        fields=["organization", "name", "id"],
        condition=Q(deleted_at=None, project=None),
        name="robot_of_organization",
    ),
    models.Index(
        fields=["organization", "name", "id"],
        condition=Q(deleted_at=None, disabled_at__isnull=False),
        name="robot_disabled",
    ),
    models.Index(
        fields=["responsible", "name", "id"],
        condition=Q(responsible__isnull=False),
        name="robot_of_responsible",
    ),
    models.Index(
        fields=["organization", "expires_at", "id"],
        name="robot_by_expiry",
        condition=Q(deleted_at=None, expires_at__isnull=False),
    ),
    models.Index(
        fields=["organization", "purpose", "id"],
        name="robot_by_purpose",
        condition=Q(deleted_at=None) & ~Q(purpose=""),
    ),
    models.Index(
        fields=["organization", "role_name", "id"],
        name="robot_by_role",
        condition=Q(deleted_at=None) & ~Q(role_name=""),
    ),
)
