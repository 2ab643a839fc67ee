"""Adding access: any number of places for one holder, or of holders at one place, and what is given."""

from datetime import datetime
from typing import Any

from django import forms

from console.forms import RowsField
from console.models import Organization, Project, Repository
from console.models.grants import role_key
from console.models.organizations import ProjectQuerySet
from console.pages.candidates import MOST
from console.pages.cards import Card, Choices, cards, pairs
from console.permissions.decision import Viewer
from console.permissions.roles import BUILTIN_ROLES, LEVEL_PREFIX, REPOSITORY_LEVELS, Scope
from console.permissions.vocabulary import Permission, with_implied
from robots.access.forms.holders import holders_for
from robots.access.forms.members import PROJECT_ROLES
from robots.accounts.forms.permissions import Tick, permissions_field, ticks
from robots.policies.expiry_fields import ExpiryFormMixin
from teams.grants.scopes import gives_everywhere, grantable_projects, grantable_repositories
from teams.grants.services import GrantSpec
from teams.teams.forms import LEVELS

ROLE, TICKED = "role", "ticked"
ROLES = [
    (role_key((Scope.PROJECT, name)), f"{name}: {BUILTIN_ROLES[Scope.PROJECT, name].description}")
    for name in PROJECT_ROLES
]
OF_ROLES: Choices = ((ROLE, "A project role", "Of whole projects: developer, maintainer …"),)
OF_TICKS: Choices = ((TICKED, "Single permissions", "Tick what it may do, and nothing else."),)
TOO_MANY = f"Choose at most {MOST} at once, and the others later."
Place = Organization | Project | Repository


class GivingForm(ExpiryFormMixin):
    """What is given, a level of repositories, a role in projects, or single permissions, and until when."""

    what = forms.ChoiceField(initial="read")
    role = forms.ChoiceField(
        label="Role", required=False, choices=ROLES, initial=ROLES[0][0], widget=forms.Select
    )
    permissions = permissions_field("Permissions")
    # What of the form is ticked in any number.
    chosen = ""

    def __init__(self, data: Any = None, *, has_roles: bool = True) -> None:  # noqa: ANN401 - as Form
        super().__init__(data)
        self.choices = (*LEVELS, *(OF_ROLES if has_roles else ()), *OF_TICKS)
        self.fields["what"] = forms.ChoiceField(
            label="What", choices=pairs(self.choices), initial="read"
        )
        self.fields["expiry"].label, self.fields["expiry"].required = "Until", False
        if not has_roles:
            del self.fields["role"]

    @property
    def kinds(self) -> list[Card]:
        return cards(self.choices, self["what"].value())

    def ticks(self) -> list[Tick]:
        return ticks(self["permissions"].value() or ())

    @property
    def rows(self) -> list[Any]:
        """What was ticked and is there to be ticked."""
        found: list[Any] = self.cleaned_data.get(self.chosen) or []
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("what") == TICKED and not cleaned.get("permissions"):
            self.add_error("permissions", "Tick at least one permission.")
        if len(self.rows) > MOST:
            self.add_error(self.chosen, TOO_MANY)
        return cleaned

    @property
    def expires_at(self) -> datetime | None:
        """When what is given ends by itself, as far as that is known."""
        end: datetime | None = self.cleaned_data.get("expires_at")
        return end

    @property
    def says_what(self) -> bool:
        """Whether it is known what to give."""
        what = self.cleaned_data.get("what")
        missing = what == TICKED and not self.cleaned_data.get("permissions")
        return bool(what and not missing)

    def spec(self, place: Place) -> GrantSpec:
        """What is given on `place`."""
        given = self._given() | {"expires_at": self.expires_at}
        if isinstance(place, Organization):
            return GrantSpec(place, **given)
        if isinstance(place, Project):
            return GrantSpec(place.organization, place, **given)
        return GrantSpec(place.project.organization, place.project, place, **given)

    def _given(self) -> dict[str, Any]:
        what = self.cleaned_data["what"]
        if what in REPOSITORY_LEVELS:
            return {"role": LEVEL_PREFIX + what}
        if what == ROLE:
            return {"role": self.cleaned_data.get("role") or ROLES[0][0]}
        return {"permissions": with_implied(map(Permission, self.cleaned_data["permissions"]))}


class PlacesForm(GivingForm):
    """What one holder is given, on any number of projects and repositories."""

    chosen = "place"

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 - as Form
        *,
        actor: Viewer,
        organization: Organization,
        within: Project | None = None,
    ) -> None:
        super().__init__(data)
        self.everywhere = _everywhere(actor, organization, within)
        self.projects: ProjectQuerySet = grantable_projects(actor, organization)
        self.repositories = grantable_repositories(actor, organization)
        if within:
            self.projects = self.projects.filter(pk=within.pk)
            self.repositories = self.repositories.filter(project=within)
        self.fields["place"] = RowsField(
            {
                "organization:": self.everywhere,
                "project:": self.projects.select_related("organization"),
                "repository:": self.repositories.select_related("project__organization"),
            },
            label="Where",
            unknown="Choose projects and repositories of the list.",
            error_messages={"required": "Choose at least one project or repository."},
        )
        self.order_fields(("place",))

    @property
    def specs(self) -> list[GrantSpec]:
        """What is given where, but for places that cannot have it."""
        fitting = [it for it in self.rows if self._fits(it)]
        return [self.spec(place) for place in fitting]

    def _fits(self, place: Place) -> bool:
        return self.cleaned_data.get("what") != ROLE or isinstance(place, Project)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        others = [row for row in self.rows if not self._fits(row)]
        if others:
            where = ", ".join(map(str, others[:3]))
            self.add_error(
                "place", f"A project role is given on projects. Choose a level for {where}."
            )
        return cleaned


def _everywhere(actor: Viewer, organization: Organization, within: Project | None) -> Any:  # noqa: ANN401 - a queryset
    """The organization itself: all its projects, for whoever may give something there."""
    own = Organization.objects.filter(pk=organization.pk)
    return own if within is None and gives_everywhere(actor, organization) else own.none()


class HoldersForm(GivingForm):
    """What any number of teams, robots and people are given at one place."""

    chosen = "holder"

    def __init__(self, data: Any = None, *, actor: Viewer, place: Project | Repository) -> None:  # noqa: ANN401 - as Form
        project = place if isinstance(place, Project) else place.project
        super().__init__(data, has_roles=isinstance(place, Project))
        self.holders = holders_for(actor, project)
        self.fields["holder"] = RowsField(
            {f"{kind}-": rows for kind, rows in self.holders.items()},
            label="Who",
            unknown="Choose teams, robot accounts and people of the list.",
            error_messages={"required": "Choose at least one team, robot account or person."},
        )
        self.order_fields(("holder",))
