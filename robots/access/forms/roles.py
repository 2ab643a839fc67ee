"""Forms of roles: what is ticked, and where a role belongs."""

from typing import Any

from django import forms

from console import names
from console.forms import RowField, parse_uuid
from console.models import Organization, Project
from console.organizations.queries import projects_matching
from console.permissions.decision import Target, Viewer, decide
from console.permissions.projects import projects_with
from console.permissions.roles import PROJECT_PERMISSIONS, Scope
from console.permissions.vocabulary import (
    OFFERED,
    Permission,
    Permissions,
)
from robots.accounts.forms.permission_grid import (
    GridPart,
    grid,
    permissions_among,
)
from robots.queries.roles import ShownRole

OFFERED_IN_PROJECTS = PROJECT_PERMISSIONS & OFFERED
NOTHING_TICKED = "Choose at least one permission."


def held_on(actor: Viewer, target: Target, offered: Permissions) -> Permissions:
    """Which of `offered` the actor holds on `target`."""
    held = actor.grants_on(target)
    return frozenset(name for name in offered if decide(held, name, target, actor.limits))


def description_field() -> forms.CharField:
    """What a role is for."""
    return forms.CharField(
        required=False,
        max_length=names.MAX_TEXT,
        validators=[names.validate_text],
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RoleForm(forms.Form):
    """A new role: empty, or with what `source` has."""

    name = forms.CharField(max_length=names.MAX_NAME - 5, validators=[names.validate_name])
    description = description_field()
    level = forms.ChoiceField(
        label="Scope",
        choices=[("organization", "Organization"), ("project", "Project")],
        widget=forms.RadioSelect,
    )
    project = forms.ChoiceField(required=False)
    permissions = permissions_among()
    project_permissions = permissions_among(OFFERED_IN_PROJECTS)

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 - Django's own signature
        *,
        actor: Viewer,
        organization: Organization,
        source: ShownRole | None = None,
        search: str = "",
    ) -> None:
        self.actor, self.organization = actor, organization
        self.offered = Project.objects.where(actor, [Permission.ROLE_CREATE], organization)
        self.matching = projects_matching(self.offered, search)
        self.has_projects = self.offered.exists()
        whole = held_on(actor, organization.target, OFFERED)
        self.may_use_organization = Permission.ROLE_CREATE in whole
        super().__init__(data, initial=self._copied(source))
        self.fields["project"] = RowField(
            {"": self.offered.select_related("organization")},
            required=False,
            unknown="Choose a project of the list.",
        )
        self.held = whole
        self.held_in_project = self._held_in_project()

    def _copied(self, source: ShownRole | None) -> dict[str, Any]:
        level = "organization" if self.may_use_organization else "project"
        if source is None:
            return {"level": level}
        ticked = [name.value for name in source.permissions]
        if source.scope is not Scope.ORGANIZATION and self.has_projects:
            level = "project"
        return {
            "name": f"{source.name}-copy"[: names.MAX_NAME - 5],
            "description": source.description,
            "level": level,
            "project": str(source.project.uuid) if source.project else "",
            "permissions": ticked,
            "project_permissions": ticked,
        }

    def _held_in_project(self) -> Permissions:
        """What is held on the chosen project, else on any that is offered."""
        identifier = parse_uuid(str(self["project"].value() or ""))
        if chosen := self.offered.filter(uuid=identifier).first() if identifier else None:
            return held_on(self.actor, chosen.target, OFFERED_IN_PROJECTS)
        whole = self.organization.target
        return frozenset(
            name
            for name in OFFERED_IN_PROJECTS
            if projects_with(self.actor, name, whole) != set() and self.has_projects
        )

    def levels(self) -> list[dict[str, object]]:
        """The two scopes as cards."""
        words = {
            "organization": (
                "Organization",
                "May be granted anywhere in the organization.",
                not self.may_use_organization,
            ),
            "project": ("One project", "Exists in this project alone.", not self.has_projects),
        }
        chosen = self["level"].value()
        return [
            {
                "value": value,
                "label": label,
                "description": text,
                "checked": value == chosen,
                "disabled": disabled,
            }
            for value, (label, text, disabled) in words.items()
        ]

    def organization_grid(self) -> list[GridPart]:
        """The permissions of an organization's role."""
        return grid(OFFERED, self._ticked("permissions", self.held), self.held)

    def project_grid(self) -> list[GridPart]:
        """The permissions of a project's role."""
        held = self.held_in_project
        return grid(OFFERED_IN_PROJECTS, self._ticked("project_permissions", held), held)

    def _ticked(self, name: str, held: Permissions) -> set[str]:
        return {str(value) for value in self[name].value() or ()} & {str(own) for own in held}

    def is_incomplete(self) -> bool:
        """Whether somebody else has to give what is pale."""
        return self.held != OFFERED

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        in_project = cleaned.get("level") == "project"
        if in_project and not cleaned.get("project"):
            self.add_error("project", "Choose the project that the role belongs to.")
        ticks = "project_permissions" if in_project else "permissions"
        if not cleaned.get(ticks) and ticks not in self.errors:
            self.add_error(ticks, NOTHING_TICKED)
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        cleaned = self.cleaned_data
        project = cleaned["project"] if cleaned["level"] == "project" else None
        ticked = cleaned["project_permissions" if project else "permissions"]
        return {
            "name": cleaned["name"],
            "description": cleaned["description"],
            "project": project,
            "permissions": frozenset(ticked),
        }


class RoleSettingsForm(forms.Form):
    """What of a role may change."""

    description = description_field()
    permissions = permissions_among()

    def __init__(self, data: Any = None, *, actor: Viewer, role: ShownRole) -> None:  # noqa: ANN401 - as above
        present = [name.value for name in role.permissions]
        super().__init__(data, initial={"description": role.description, "permissions": present})
        offered = OFFERED_IN_PROJECTS if role.project else OFFERED
        self.offered = offered | role.permissions
        self.fields["permissions"] = permissions_among(self.offered)
        target = (role.project or role.organization).target
        self.held = held_on(actor, target, self.offered)
        # Nothing that cannot be ticked is lost unseen.
        self.kept = role.permissions - self.held

    def grid(self) -> list[GridPart]:
        """The permissions, those that are not held as they are."""
        ticked = {str(value) for value in self["permissions"].value() or ()}
        return grid(self.offered, ticked | {str(name) for name in self.kept}, self.held)

    def is_incomplete(self) -> bool:
        """Whether somebody else has to give what is pale."""
        return self.held != self.offered

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["permissions"] = frozenset(cleaned.get("permissions") or ()) | self.kept
        if not cleaned["permissions"] and "permissions" not in self.errors:
            self.add_error("permissions", NOTHING_TICKED)
        return cleaned
