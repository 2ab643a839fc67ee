"""Custom roles: named sets of permissions, of an organization or of one project."""

import uuid
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from console import names
from console.fields import PermissionSetField
from console.models import Organization, Project
from console.models.constraints import unique
from console.models.organizations import description_field
from console.permissions.decision import Target, Viewer
from console.permissions.projects import projects_with
from console.permissions.roles import BUILTIN_ROLES, PROJECT_PERMISSIONS
from console.permissions.vocabulary import Permission

BUILTIN_NAMES = {name for _, name in BUILTIN_ROLES} | {"new"}


class RoleQuerySet(models.QuerySet["Role"]):
    """Custom roles, through the eyes of an actor."""

    def visible_to(self, actor: Viewer, organization: Organization) -> Self:
        """All of the organization's, or those of projects where the actor may see roles."""
        within = self.filter(organization=organization)
        projects = projects_with(actor, Permission.ROLE_READ, organization.target)
        return within if projects is None else within.filter(project__in=projects)


class Role(models.Model):
    """A custom role. Without a project it is the organization's and may be granted anywhere in it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="roles")
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.CASCADE, related_name="roles"
    )
    name = models.CharField(max_length=names.MAX_NAME - 5, validators=[names.validate_name])
    description = description_field()
    permissions = PermissionSetField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            unique(
                "organization",
                "name",
                name="role_name_unique_in_organization",
                message="A role of this organization has this name.",
                condition=Q(project=None),
            ),
            unique(
                "project",
                "name",
                name="role_name_unique_in_project",
                message="A role of this project has this name.",
                condition=Q(project__isnull=False),
            ),
            models.CheckConstraint(condition=~Q(permissions=""), name="role_has_permissions"),
        )

    def __str__(self) -> str:
        return f"{self.project or self.organization}/{self.name}"

    def get_absolute_url(self) -> str:
        return reverse("robots:role", args=[self.organization.slug, self.uuid])

    def clean(self) -> None:
        if self.name in BUILTIN_NAMES:
            raise ValidationError({"name": "A built-in role has this name. Choose another."})
        if not self.permissions:
            raise ValidationError({"permissions": "Choose at least one permission."})
        if self.project and self.project.organization_id != self.organization_id:
            raise ValidationError({"project": "The project is not of this organization."})
        if self.project and not self.permissions <= PROJECT_PERMISSIONS:
            raise ValidationError(
                {"permissions": "Some of these mean something in organizations only."}
            )

    @property
    def scope(self) -> Organization | Project:
        """What the role belongs to."""
        return self.project or self.organization

    @property
    def target(self) -> Target:
        return self.scope.target
