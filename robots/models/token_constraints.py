"""What no two tokens may have alike, and that each is somebody's."""

from django.db import models
from django.db.models import Q

from console.models.constraints import unique

TOKEN_CONSTRAINTS = (
    models.CheckConstraint(
        condition=Q(robot__isnull=False, user=None) | Q(robot=None, user__isnull=False),
        name="token_of_robot_or_user",
    ),
    unique(
        "robot",
        "name",
        name="token_name_unique_of_robot",
        message="This robot account has a token of this name.",
        condition=Q(revoked_at=None, robot__isnull=False, by_trust=False),
    ),
    unique(
        "robot",
        "name",
        name="trust_name_unique_of_robot",
        message="This robot account has a trust of this name.",
        condition=Q(revoked_at=None, by_trust=True),
    ),
    unique(
        "user",
        "name",
        name="token_name_unique_of_user",
        message="You have a token of this name.",
        condition=Q(revoked_at=None, user__isnull=False),
    ),
)
