"""Who gets which role in a project."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import F, Q, QuerySet

from console import names
from console.forms import RowField, parse_uuid
from console.models import Project
from console.models.grants import role_key
from console.paging import capped_count, count_words
from console.permissions.decision import Viewer, decide
from console.permissions.roles import BUILTIN_ROLES, BuiltinRole, Scope
from console.permissions.vocabulary import Permissions, with_implied
from teams.models import AccessGrant, Role, Team, TeamGrant, User, UserGrant
from teams.models.teams import TeamQuerySet

CUSTOM, OTHER = "custom:", "other"
# How many custom roles stand there; any other one is named.
OFFERED_ROLES = 50
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
    other = forms.CharField(
        label="Name of the other role", required=False, max_length=names.MAX_NAME
    )

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
        self.visible = visible.order_by("name")
        shown = Q(pk__in=self.visible.values("pk")[:OFFERED_ROLES]) | Q(uuid=_custom_uuid(present))
        self.custom = {f"{CUSTOM}{role.uuid}": role for role in self.visible.filter(shown)}
        self.count = capped_count(self.visible)
        self.fields["role"] = forms.ChoiceField(
            label="Role", choices=[(card.value, card.label) for card in self.cards("")]
        )
        if not self.hides_roles:
            del self.fields["other"]

    @property
    def hides_roles(self) -> bool:
        """Whether there are more custom roles than stand there."""
        return self.count > len(self.custom)

    def roles(self) -> list[RoleCard]:
        """The roles as cards."""
        return self.cards(self["role"].value())

    def cards(self, chosen: Any) -> list[RoleCard]:  # noqa: ANN401 - whatever was sent
        cards = [
            RoleCard(
                value,
                role.name,
                self._words(role.description, role.permissions),
                value == chosen,
                not self._holds(role.permissions),
            )
            for value, role in self._offered()
        ]
        if self.hides_roles:
            words = (
                f"One of {count_words(self.count)} custom roles, by the name that you write below."
            )
            cards.append(RoleCard(OTHER, "Another role", words, chosen == OTHER))
        return cards

    def _offered(self) -> Iterator[tuple[str, BuiltinRole | Role]]:
        for name in PROJECT_ROLES:
            role = BUILTIN_ROLES[Scope.PROJECT, name]
            yield role_key((role.scope, role.name)), role
        yield from self.custom.items()

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

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        name, is_other = cleaned.get("other") or "", cleaned.get("role") == OTHER
        if name and not is_other:
            self.add_error("other", "Choose “Another role” as well, or leave this empty.")
        if is_other and (found := self._called(name)) is None:
            self.add_error("other", "No role of this name can be given here. Write its whole name.")
        elif is_other:
            cleaned["custom_role"] = found
        return cleaned

    def _called(self, name: str) -> Role | None:
        """The custom role of that name, the project's own before the organization's."""
        own_first = self.visible.order_by(F("project").desc(nulls_last=True))
        return own_first.filter(name=name.strip().lower()).first()

    def chosen(self) -> dict[str, Any]:
        """The role as services take it: `role` or `custom_role`."""
        value = self.cleaned_data["role"]
        custom = self.cleaned_data.get("custom_role") or self.custom.get(value)
        return {"custom_role": custom} if custom else {"role": value}


def _custom_uuid(value: str) -> UUID | None:
    return parse_uuid(value.removeprefix(CUSTOM)) if value.startswith(CUSTOM) else None


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
