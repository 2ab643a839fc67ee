"""Who gets which role in a project."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q

from console.models import Project
from console.models.grants import role_key
from console.permissions.decision import Viewer, decide
from console.permissions.roles import BUILTIN_ROLES, BuiltinRole, Scope
from console.permissions.vocabulary import Permissions, with_implied
from teams.models import AccessGrant, Role, Team, TeamGrant, User, UserGrant

OFFERED = 20
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person or team that has no role in the project yet."""

    key: str
    kind: str
    name: str
    detail: str


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

    holder = forms.CharField(label="Person or team", max_length=60, widget=forms.RadioSelect)
    field_order = ("holder", "role")

    def people(self) -> Any:  # noqa: ANN401 - a queryset of people
        """Members of the organization who have no role in the project."""
        members = User.objects.filter(memberships__organization=self.project.organization_id)
        placed = UserGrant.objects.filter(project=self.project, repository=None)
        return members.filter(is_active=True).exclude(pk__in=placed.values("user"))

    def teams(self) -> Any:  # noqa: ANN401 - a queryset of teams
        """Teams that the actor sees and that have no role in the project."""
        visible = Team.objects.visible_to(self.actor, self.project.organization)
        placed = TeamGrant.objects.filter(project=self.project, repository=None)
        return visible.exclude(pk__in=placed.values("team"))

    def candidates(self, text: str) -> list[Candidate]:
        """The first whose name contains `text`."""
        teams = self.teams().filter(name__icontains=text).order_by("name")[:OFFERED]
        named = Q(name__icontains=text) | Q(email__icontains=text)
        people = self.people().filter(named).order_by("name", "email")[:OFFERED]
        return [
            *(Candidate(f"team-{it.uuid}", "team", it.name, "team") for it in teams),
            *(Candidate(f"person-{it.uuid}", "person", it.display_name, it.email) for it in people),
        ]

    def clean_holder(self) -> User | Team:
        kind, _, text = str(self.cleaned_data["holder"]).partition("-")
        offered = {"person": self.people, "team": self.teams}.get(kind)
        try:
            found: User | Team | None = (
                offered().filter(uuid=UUID(text)).first() if offered else None
            )
        except ValueError:
            found = None
        if found is None:
            raise forms.ValidationError("Choose somebody who has no role here yet.")
        return found

    @property
    def holder_name(self) -> str:
        """What the chosen one is called."""
        return str(self.cleaned_data["holder"].shown_name)
