"""What every kind of grant has in common; who holds it is the concrete model's."""

import uuid
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from console.fields import PermissionSetField
from console.permissions.roles import BUILTIN_ROLES, Scope
from console.permissions.vocabulary import Permissions


class Grant(models.Model):
    """A holder gets a role (or level) or permissions on an organization, project or repository.

    A built-in role is written with its scope (`project:admin`, `repository:read`); a repository
    level on a project means all its present and future repositories. What else it can be, and that
    it is exactly one thing, is for the app above to say: custom roles are there.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "console.Organization", on_delete=models.CASCADE, related_name="+"
    )
    project = models.ForeignKey(
        "console.Project", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    repository = models.ForeignKey(
        "console.Repository", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    role = models.CharField(max_length=40, blank=True, default="")
    permissions = PermissionSetField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                condition=Q(repository=None) | Q(project__isnull=False),
                name="%(class)s_repository_in_project",
            ),
        )

    def clean(self) -> None:
        if self.role and self.role not in {role_key(role) for role in BUILTIN_ROLES}:
            raise ValidationError({"role": f"There is no role {self.role!r}."})
        if self.project and self.project.organization_id != self.organization_id:
            raise ValidationError({"project": "The project is not of this organization."})
        if self.repository and self.repository.project_id != self.project_id:
            raise ValidationError({"repository": "The repository is not of this project."})

    @property
    def scope_label(self) -> str:
        """What the grant is on, in the words of an address."""
        return str(self.repository or self.project or self.organization)


def role_key(role: tuple[Scope, str]) -> str:
    """How a built-in role is written in a grant's row: `project:admin`, `repository:read`."""
    return f"{role[0]}:{role[1]}"


HELD_BY_ROLE: dict[str, tuple[Permissions, bool]] = {
    role_key(key): (role.permissions, role.is_level) for key, role in BUILTIN_ROLES.items()
}
