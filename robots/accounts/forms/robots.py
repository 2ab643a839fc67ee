"""The form that makes a robot account."""

from typing import Any

from django import forms

from console import names
from console.models import Organization, Project
from console.permissions.decision import Viewer, allows
from console.permissions.vocabulary import Permission
from robots.accounts.forms.accesses import OFFERED_PROJECTS, AccessFormMixin, places_of
from robots.accounts.forms.labels import CareFormMixin
from robots.accounts.forms.permissions import Tick, held_of, holds_on, permissions_field, ticks
from robots.accounts.forms.texts import TextsFormMixin
from robots.accounts.services.robots import GrantRequest
from robots.base.robot_texts import TEXT_NAMES
from robots.policies.expiry_fields import ExpiryFormMixin


class ProjectSelect(forms.Select):
    """A choice of projects; each option carries the slug, from which the page forms the login name."""

    def __init__(self, slugs: dict[str, str]) -> None:
        super().__init__()
        self.slugs = slugs

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - Django's own signature
        option = super().create_option(name, value, *args, **kwargs)
        if slug := self.slugs.get(str(value)):
            option["attrs"]["data-slug"] = slug
        return option


class RobotForm(TextsFormMixin, CareFormMixin, AccessFormMixin, ExpiryFormMixin):
    """Name, description, level, expiry, permissions; one page.

    A project robot has one list of ticks. An organization robot has rows, one for each project and
    one for all projects, also future ones.
    """

    name = forms.CharField(max_length=names.MAX_NAME, validators=[names.validate_name])
    level = forms.ChoiceField(
        choices=[("project", "Project"), ("organization", "Organization")],
        widget=forms.RadioSelect,
    )
    permissions = permissions_field("Permissions")
    field_order = ("name", *TEXT_NAMES, "level", "project", "permissions", "expiry")

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 - Django's own signature
        *,
        actor: Viewer,
        organization: Organization,
        project: Project | None = None,
    ) -> None:
        level = "project" if project else "organization"
        super().__init__(data, initial={"level": level, "project": project and str(project.uuid)})
        self.organization, self.actor = organization, actor
        visible = Project.objects.visible_to(actor, organization).select_related("organization")
        self.projects = {
            str(found.uuid): found
            for found in visible[:OFFERED_PROJECTS]
            if allows(actor, Permission.ROBOT_CREATE, found)
        }
        if project:
            self.projects.setdefault(str(project.uuid), project)
        self._offer_projects()
        self.offer(actor, list(places_of(organization, self.projects.values(), {})))

    def _offer_projects(self) -> None:
        names_of = [(key, project.name) for key, project in self.projects.items()]
        self.fields["project"] = forms.ChoiceField(
            required=False,
            choices=[("", "Choose a project"), *names_of],
            widget=ProjectSelect({key: project.slug for key, project in self.projects.items()}),
        )
        self.order_fields(self.field_order)

    def project_ticks(self) -> list[Tick]:
        """The list of a project robot: at first all ten that the creator holds."""
        chosen = self.projects.get(str(self.initial.get("project") or ""))
        holds = holds_on(chosen or self.organization, self.actor)
        checked = self["permissions"].value() or () if self.is_bound else held_of(holds)
        return ticks(checked, holds if chosen else None)

    def levels(self) -> list[dict[str, object]]:
        """The two levels as cards."""
        chosen = self["level"].value()
        words = {
            "project": "Belongs to one project for good and acts only there.",
            "organization": "Can be given several projects; reaches none until you add them.",
        }
        return [
            {
                "value": value,
                "label": label,
                "description": words[value],
                "checked": value == chosen,
                "disabled": value == "project" and not self.projects,
            }
            for value, label in (("project", "Project"), ("organization", "Organization"))
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("level") == "project" and not cleaned.get("project"):
            self.add_error("project", "Choose the project that the robot account belongs to.")
        offered = {row["choice"].html_name for row in self.rows}
        if {name for name in self.data if name.endswith("-choice")} - offered:
            self.add_error(None, "Select a valid choice. A project that was ticked is not offered.")
        return cleaned

    @property
    def chosen_project(self) -> Project | None:
        """The project of a project robot."""
        if self.cleaned_data["level"] != "project":
            return None
        return self.projects[self.cleaned_data["project"]]

    def grant_requests(self) -> list[GrantRequest]:
        """What the robot is to hold at first."""
        if project := self.chosen_project:
            return [GrantRequest(project, frozenset(self.cleaned_data["permissions"]))]
        return super().grant_requests()
