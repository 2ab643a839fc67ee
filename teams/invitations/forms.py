"""The form that invites people: who, as what, to which teams and project."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from console import names
from console.forms import choose_from
from console.http import Request, Visit
from console.models import Project
from console.pages.cards import Card, cards, pairs
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from teams.invitations.roles import CUSTOM, custom_roles, place_by_name, place_by_value
from teams.invitations.services import AT_ONCE
from teams.members.forms import ORGANIZATION_ROLES
from teams.models import InvitedPlace, Role, Team
from teams.models.invited import PROJECT_ROLES

BETWEEN = re.compile(r"[\s,;]+")
NO_PLACE = ("", "Not in it")
PLACES = (NO_PLACE, ("member", "Member"), ("owner", "Owner"))
# How many teams and projects stand there; into other teams people are let on the team's own page.
OFFERED = 50
LEVEL_WORDS = {"project": "role", "repository": "level"}
OTHER = "other"
NO_NAME = "Write the name of the custom role."
NAMED_BESIDE = "Choose “Another custom role” above, or leave this empty."


def _role_words(role: str) -> str:
    """`developer (role)`, `write (level)`."""
    scope, _, name = role.partition(":")
    return f"{name} ({LEVEL_WORDS[scope]})"


def _custom_words(role: Role) -> str:
    """`release-manager (custom role)`, with the project that it belongs to."""
    return f"{role.name} (custom role{f' of {role.project.slug}' if role.project else ''})"


BUILTIN = [(role, _role_words(role)) for role in PROJECT_ROLES]


class AddressesField(forms.CharField):
    """Addresses, one on each line or with commas between."""

    widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"})

    def clean(self, value: Any) -> list[str]:  # noqa: ANN401 - Django's own signature
        text = super().clean(value).lower()
        addresses = list(dict.fromkeys(filter(None, BETWEEN.split(text))))
        if len(addresses) > AT_ONCE:
            raise ValidationError(f"Write at most {AT_ONCE} addresses at a time.")
        if errors := [words for one in addresses for words in _wrong(one, len(addresses))]:
            raise ValidationError(errors)
        return addresses


def _wrong(address: str, count: int) -> list[str]:
    """What is wrong with an address; of several it says with which."""
    try:
        forms.EmailField(max_length=254).clean(address)
    except ValidationError as error:
        shown = f"{address[:60]}: " if count > 1 else ""
        return [f"{shown}{words}" for words in error.messages]
    return []


class ListForm(forms.Form):
    """People to invite as CSV, from a file or as text: `email`, and `role`, `teams`, `project` if wanted."""

    email = forms.CharField(
        label="List",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text="Its first line names the columns: email, and role, teams, project where wanted.",
    )
    file = forms.FileField(label="Or a CSV file", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        try:
            cleaned["email"] = file.read().decode("utf-8-sig") if file else cleaned.get("email", "")
        except UnicodeDecodeError:
            self.add_error("file", "This is no text in UTF-8.")
        if not self.errors and not cleaned["email"].strip():
            self.add_error("email", "Paste a list, or choose a file.")
        return cleaned


class InvitationForm(forms.Form):
    """Whom to invite, as what, and what they get besides. Offered is what the viewer can give."""

    email = AddressesField(
        label="E-mail addresses",
        help_text=f"One on each line, at most {AT_ONCE}. Each link works for its address alone.",
    )
    role = forms.ChoiceField(choices=pairs(ORGANIZATION_ROLES), initial="member")
    project = forms.ModelChoiceField(
        Project.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.TextInput(attrs={"list": "givable-projects", "autocomplete": "off"}),
        help_text="By its name in addresses. Empty: into none.",
        error_messages={"invalid_choice": "Choose a project that you may let people into."},
    )
    project_role = forms.ChoiceField(
        label="Role in the project",
        required=False,
        initial="project:developer",
        choices=BUILTIN,
    )
    other_role = forms.CharField(
        label="Name of the other role",
        required=False,
        max_length=names.MAX_NAME,
        help_text="Of a custom role that does not stand above.",
    )

    def __init__(self, data: Any, request: Request) -> None:  # noqa: ANN401 - as Form
        super().__init__(data, initial={"project": request.GET.get("project", "")})
        viewer, organization = request.viewer, request.organization
        self.to_project_only = not allows(viewer, Permission.MEMBER_CREATE, organization)
        self.projects = _givable_projects(request)
        choose_from(self, "project", self.projects)
        self._offer_custom_roles(request)
        self.teams = {f"team-{team.uuid}": team for team in _givable_teams(request)}
        for name, team in self.teams.items():
            self.fields[name] = forms.ChoiceField(label=team.name, choices=PLACES, required=False)
        if self.to_project_only:
            del self.fields["role"]
            self.fields["project"].required = True

    def _offer_custom_roles(self, visit: Visit) -> None:
        """The first of them; any other is named."""
        self.visit, found = visit, list(custom_roles(visit).order_by("name", "id")[: OFFERED + 1])
        custom = [(f"{CUSTOM}{role.uuid}", _custom_words(role)) for role in found[:OFFERED]]
        if len(found) > OFFERED:
            custom.append((OTHER, "Another custom role, named below"))
        else:
            del self.fields["other_role"]
        self.fields["project_role"].choices = [*BUILTIN, *custom]  # type: ignore[attr-defined] # a choice

    @property
    def roles(self) -> list[Card]:
        return [] if self.to_project_only else cards(ORGANIZATION_ROLES, self["role"].value())

    def suggested_projects(self) -> QuerySet[Project]:
        """The first of those that can be named."""
        return self.projects[:OFFERED]

    def team_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.teams]

    def places(self) -> Iterator[InvitedPlace]:
        """What a valid form offers."""
        for name, team in self.teams.items():
            if role := self.cleaned_data[name]:
                yield InvitedPlace.in_team(team, role)
        if project := self.cleaned_data["project"]:
            yield self._in_project(project)

    def _in_project(self, project: Project) -> InvitedPlace:
        role, name = self.cleaned_data["project_role"], self.cleaned_data.get("other_role", "")
        if role == OTHER:
            return place_by_name(self.visit, project, name)
        return place_by_value(self.visit, project, role)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        role, name = cleaned.get("project_role"), cleaned.get("other_role")
        if cleaned.get("project") and not role:
            self.add_error("project_role", "Choose what they are to be in the project.")
        if bool(name) != (role == OTHER) and "other_role" in self.fields:
            self.add_error("other_role", NO_NAME if role == OTHER else NAMED_BESIDE)
        return cleaned


def _givable_projects(request: Request) -> QuerySet[Project]:
    projects = Project.objects.filter(organization=request.organization).order_by("slug")
    ids = request.viewer.projects_with(Permission.GRANT_CREATE)
    return projects if ids is None else projects.filter(pk__in=ids)


def _givable_teams(request: Request) -> list[Team]:
    """The first of those into which the viewer lets people."""
    seen = Team.objects.visible_to(request.viewer, request.organization).order_by("name")
    every = seen.select_related("organization").iterator()
    return list(islice((team for team in every if _lets_in(request, team)), OFFERED))


def _lets_in(request: Request, team: Team) -> bool:
    return allows(request.viewer, Permission.TEAM_UPDATE, team)
