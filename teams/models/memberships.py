"""Who belongs to an organization, and who is invited."""

import hashlib
import hmac
import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from console import keyring
from console.models import Organization, Project
from console.models.constraints import unique
from console.permissions.decision import Actor, Held
from teams.models.holding import of_membership
from teams.models.users import User

INVITATION_DAYS = 7
INVITATION_PURPOSE = "invitation:v1"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Who belongs to what."""

    def owners(self, organization_id: int) -> Self:
        return self.filter(
            organization_id=organization_id, role=Membership.Role.OWNER, user__is_active=True
        ).select_related("user")


class Membership(models.Model):
    """A person in an organization."""

    class Role(models.TextChoices):
        OWNER = "owner", "Owner"
        MEMBER = "member", "Member"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization", "user"], name="membership_unique"),
            models.CheckConstraint(
                condition=models.Q(role__in=["owner", "member"]), name="membership_role_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} in {self.organization}"

    def held(self) -> Held:
        """The membership's role as `decide` takes it."""
        return of_membership(self.role, self.organization_id, self.uuid)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations by what became of them."""

    def pending(self) -> Self:
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """An address that may join, once, until the link ends.

    The link's key is not a column: it follows from the keyring, the row and how often the link was
    sent, so a new link ends the old one and whoever reads the table cannot use it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField("e-mail address", max_length=254)
    role = models.CharField(
        max_length=10, choices=Membership.Role.choices, default=Membership.Role.MEMBER
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=255)
    # Whoever sent the link last: what it confers must be theirs when it is followed, too. Not a foreign
    # key, because robots send links as well.
    inviter_kind = models.CharField(max_length=10, editable=False)
    inviter_uuid = models.UUIDField(null=True, editable=False)
    sent_at = models.DateTimeField()
    sent_count = models.PositiveIntegerField(default=1)
    root_number = models.PositiveIntegerField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = (
            unique(
                "organization",
                "email",
                name="invitation_pending_unique",
                message="There is a pending invitation for this address.",
                condition=models.Q(accepted_at=None, withdrawn_at=None),
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="invitation_email_lower_case"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["owner", "member"]), name="invitation_role_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} to {self.organization}"

    @property
    def project(self) -> Project | None:
        """The project that it gives a role in, while that is there."""
        to_project = self.places.filter(project__isnull=False)
        return next((place.project for place in to_project.select_related("project")), None)

    @property
    def ends_at(self) -> datetime:
        return self.sent_at + timedelta(days=INVITATION_DAYS)

    @property
    def is_open(self) -> bool:
        """Whether its link still lets somebody in."""
        gone = self.accepted_at or self.withdrawn_at
        return not gone and self.ends_at > timezone.now()

    @property
    def role_words(self) -> str:
        """What the person becomes, as the end of a sentence."""
        return "an owner" if self.role == Membership.Role.OWNER else "a member"

    def note_inviter(self, actor: Actor) -> None:
        """Remember who sends the link now."""
        self.inviter_kind, self.inviter_uuid = actor.actor_kind, actor.actor_uuid

    def opens_with(self, key: str) -> bool:
        """Whether a link with this key still lets somebody in."""
        return self.is_open and hmac.compare_digest(key.encode(), self.key().encode())

    def key(self) -> str:
        """The secret part of the link that was sent last."""
        message = f"{self.uuid}:{self.email}:{self.sent_count}".encode()
        key = keyring.key(INVITATION_PURPOSE, self.root_number)
        return hmac.digest(key, message, hashlib.sha256).hex()
