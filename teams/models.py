"""People and what they belong to."""

import uuid
from typing import Any, ClassVar, Self
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from console import names
from console.models import Organization
from console.permissions import BUILTIN_ROLES, NO_LIMITS, Held, Limits, Scope, Target


class UserManager(BaseUserManager["User"]):
    """Makes people; only services call it."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Signs in by e-mail address."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(
        "e-mail address",
        max_length=254,
        unique=True,
        error_messages={"unique": "There is an account with this e-mail address."},
    )
    name = models.CharField(
        max_length=100, blank=True, default="", validators=[names.validate_line]
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    actor_kind = "user"

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower_case"
            ),
        )

    def __str__(self) -> str:
        return self.email

    @property
    def is_staff(self) -> bool:
        """Operators alone may open the Django admin."""
        return self.is_superuser

    @property
    def display_name(self) -> str:
        return self.name or self.email

    @property
    def actor_uuid(self) -> UUID:
        return self.uuid

    @property
    def actor_label(self) -> str:
        return self.email

    @property
    def limits(self) -> Limits:
        return NO_LIMITS

    def grants_on(self, target: Target) -> list[Held]:
        """What the person's membership gives in the target's organization."""
        roles = self.memberships.filter(organization_id=target.organization_id)
        return [membership.held() for membership in roles]

    def organization_ids(self) -> "models.QuerySet[Membership, int]":
        return self.memberships.values_list("organization_id", flat=True)


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
        permissions = BUILTIN_ROLES[Scope.ORGANIZATION, self.role].permissions
        source = f"{self.role} of the organization"
        return Held(permissions, self.organization_id, source=source, uuid=self.uuid)
