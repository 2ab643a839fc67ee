"""Who gets which role in a project."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from console.forms import RowField
from console.models import Project
from console.models.grants import role_key
from console.permissions.decision import Viewer, decide
from console.permissions.roles import BUILTIN_ROLES, BuiltinRole, Scope
from console.permissions.vocabulary import Permissions, with_implied
from teams.models import AccessGrant, Role, Team, TeamGrant, User, UserGrant
from teams.models.teams import TeamQuerySet

CUSTOM = "custom:"
PROJECT_ROLES = ("developer", "maintainer", "guest", "admin")


@dataclass(frozen=True, slots=True)
class RoleCard:
    """One role to choose."""

    value: str
    label: str
    description: str
    checked: bool
    disabled: bool = False


class ProjectRoleForm(forms.Form):
    """A role for somebody in a project: a built-in one, or a custom one that fits."""

    role = forms.ChoiceField(label="Role")

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 - Django's own signature
        *,
        actor: Viewer,
        project: Project,
        present: str = "project:developer",
    ) -> None:
        super().__init__(data, initial={"role": present})
        self.actor, self.project = actor, project
        fitting = Q(project=None) | Q(project=project)
        visible = Role.objects.visible_to(actor, project.organization).filter(fitting)
        self.custom = {f"{CUSTOM}{role.uuid}": role for role in visible.order_by("name")[:100]}
        self.fields["role"] = forms.ChoiceField(
            label="Role", choices=[(card.value, card.label) for card in self.cards("")]
        )

    def roles(self) -> list[RoleCard]:
        """The roles as cards."""
        return self.cards(self["role"].value())

    def cards(self, chosen: Any) -> list[RoleCard]:  # noqa: ANN401 - whatever was sent
        builtin = [BUILTIN_ROLES[Scope.PROJECT, name] for name in PROJECT_ROLES]
        offered: list[tuple[str, BuiltinRole | Role]] = [
            *((role_key((role.scope, role.name)), role) for role in builtin),
            *self.custom.items(),
        ]
        return [
            RoleCard(
                value,
                role.name,
                self._words(role.description, role.permissions),
                value == chosen,
                not self._holds(role.permissions),
            )
            for value, role in offered
        ]

    def _words(self, description: str, permissions: Permissions) -> str:
        if self._holds(permissions):
            return description
        return f"{description} You do not hold all of it yourself.".strip()

    def _holds(self, permissions: Permissions) -> bool:
        target = self.project.target
        held = self.actor.grants_on(target)
        return all(
            decide(held, name, target, self.actor.limits) for name in with_implied(permissions)
        )

    def chosen(self) -> dict[str, Any]:
        """The role as services take it: `role` or `custom_role`."""
        value = self.cleaned_data["role"]
        custom = self.custom.get(value)
        return {"custom_role": custom} if custom else {"role": value}


def value_of(grant: AccessGrant) -> str:
    """How the form names what a grant gives."""
    return f"{CUSTOM}{grant.custom_role.uuid}" if grant.custom_role else grant.role


class ProjectMemberForm(ProjectRoleForm):
    """A person or a team, and their role."""

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 - Django's own signature
        *,
        actor: Viewer,
        project: Project,
    ) -> None:
        super().__init__(data, actor=actor, project=project)
        self.people, self.teams = self._people(), self._teams()
        self.fields["holder"] = RowField(
            {"person-": self.people, "team-": self.teams},
            label="Person or team",
            unknown="Choose somebody who has no role here yet.",
            error_messages={"required": "Choose a person or a team."},
        )
        self.order_fields(["holder", "role"])

    def _people(self) -> QuerySet[User]:
        """Members of the organization who have no role in the project."""
        members = User.objects.filter(memberships__organization=self.project.organization_id)
        placed = UserGrant.objects.filter(project=self.project, repository=None)
        return members.filter(is_active=True).exclude(pk__in=placed.values("user"))

    def _teams(self) -> TeamQuerySet:
        """Teams that the actor sees and that have no role in the project."""
        visible = Team.objects.visible_to(self.actor, self.project.organization)
        placed = TeamGrant.objects.filter(project=self.project, repository=None)
        return visible.exclude(pk__in=placed.values("team"))
