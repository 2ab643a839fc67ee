"""The views of the list of tokens that people keep for themselves."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from console import names
from teams.models import Membership

MAX_VIEW_NAME, MAX_QUERY = 60, 2000


class TokenView(models.Model):
    """A name for filters of the list of all tokens: a member's own, and gone with the membership.

    `query` is what stands after the question mark of the list's address.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="token_views", db_index=False
    )
    name = models.CharField(max_length=MAX_VIEW_NAME, validators=[names.validate_line])
    query = models.CharField(max_length=MAX_QUERY)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints = (
            models.UniqueConstraint(
                "membership",
                Lower("name"),
                name="token_view_unique",
                violation_error_message="You have a view of this name.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("robots:token-list", args=[self.membership.organization.slug]) + self.query
