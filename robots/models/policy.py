"""How long tokens may live, for an organization or for one of its projects."""

import uuid
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from console.models import Organization, Project
from console.permissions.decision import Target
from robots.base.periods import MAX_DAYS
from robots.base.policy import (
    LEAST_UNUSED_DAYS,
    MOST_UNUSED_DAYS,
    PERSONAL,
    UNUSED_DAYS,
    Policy,
    effective,
    within,
)
from robots.models.owners import Owner

# After how many days unused tokens and robots are disabled.
DISABLING = ("disable_tokens_days", "disable_robots_days")
LIMITS = (
    "default_days",
    "maximum_days",
    "never_allowed",
    "own_secrets_allowed",
    "unused_days",
    *DISABLING,
)


def _days_field(name: str, **options: Any) -> "models.PositiveIntegerField[int | None, int | None]":
    words = f"Give a number of days from 1 to {MAX_DAYS:,}."
    limits = [MinValueValidator(1, words), MaxValueValidator(MAX_DAYS, words)]
    return models.PositiveIntegerField(name, null=True, blank=True, validators=limits, **options)


def _disabling_field(name: str) -> "models.PositiveIntegerField[int | None, int | None]":
    words = f"Give a number of days from {LEAST_UNUSED_DAYS} to {MOST_UNUSED_DAYS}."
    limits = [
        MinValueValidator(LEAST_UNUSED_DAYS, words),
        MaxValueValidator(MOST_UNUSED_DAYS, words),
    ]
    return models.PositiveIntegerField(name, null=True, blank=True, validators=limits)


class TokenPolicyQuerySet(models.QuerySet["TokenPolicy"]):
    """Policies by what they are of."""

    def at(self, organization: Organization, project: Project | None) -> Self:
        return self.filter(organization=organization, project=project)

    def own(self, organization: Organization, project: Project | None) -> "TokenPolicy":
        """The policy to look at or to change; one that is not saved where there is none.

        What the organization has forbidden since, a project's own does not allow either.
        """
        found = self.at(organization, project).first() or TokenPolicy(organization=organization)
        found.project = project
        if project:
            limits = within(self.governing(organization.pk, None), found.limits)
            found.never_allowed = limits.never_allowed
            found.own_secrets_allowed = limits.own_secrets_allowed
        return found

    def of(self, owner: Owner) -> Policy:
        """What holds for the owner's tokens now."""
        organization = owner.chain_organization
        if organization is None:
            return PERSONAL
        return self.governing(organization.pk, owner.limits.project_id)

    def governing(self, organization_id: int, project_id: int | None) -> Policy:
        """What holds for robots of the project, or for the organization's own."""
        found = self.filter(Q(project=None) | Q(project=project_id), organization=organization_id)
        limits = {row.project_id: row.limits for row in found}
        return effective(limits.get(None), limits.get(project_id) if project_id else None)


class TokenPolicy(models.Model):
    """The policy of an organization, or a project's own, which can only be narrower.

    Where there is no row, everything is allowed and tokens unused for 90 days are pointed out.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="token_policies"
    )
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.CASCADE, related_name="token_policies"
    )
    default_days = _days_field("default lifetime")
    maximum_days = _days_field("longest lifetime")
    never_allowed = models.BooleanField("tokens may never expire", default=True)
    own_secrets_allowed = models.BooleanField("own secrets are allowed", default=True)
    unused_days = _days_field("point out tokens unused for", default=UNUSED_DAYS)
    disable_tokens_days = _disabling_field("disable tokens unused for")
    disable_robots_days = _disabling_field("disable robot accounts unused for")

    objects = TokenPolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "token policies"
        constraints = (
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(project=None),
                name="token_policy_of_organization_unique",
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(project__isnull=False),
                name="token_policy_of_project_unique",
            ),
        )

    def __str__(self) -> str:
        return str(self.project or self.organization)

    @property
    def limits(self) -> Policy:
        """The policy as `verdict` takes it."""
        return Policy(**self.recorded)

    @property
    def recorded(self) -> dict[str, Any]:
        """The columns that are the policy, for forms and the audit log."""
        return {name: getattr(self, name) for name in LIMITS}

    @property
    def target(self) -> Target:
        return (self.project or self.organization).target

    def clean(self) -> None:
        errors = {}
        if self.maximum_days is not None and self.never_allowed:
            errors["never_allowed"] = (
                "With a longest lifetime, tokens have to end. Take this off, or the longest lifetime."
            )
        if not self.never_allowed and self.default_days is None and self.project_id is None:
            errors["default_days"] = "Tokens have to end: say after how many days, unless chosen."
        if self.maximum_days is not None and (self.default_days or 0) > self.maximum_days:
            errors["default_days"] = f"The longest lifetime is {self.maximum_days:,} days."
        if errors:
            raise ValidationError(errors)
