"""The form that makes a robot account."""

from dataclasses import dataclass
from typing import Any

from django import forms

from console import names
from console.models import Organization, Project
from console.permissions.decision import Decision, Held, Limits, Target, Viewer, decide
from console.permissions.vocabulary import TICKABLE, Permission, Permissions
from robots.accounts.forms.labels import CareFormMixin
from robots.accounts.forms.permissions import Tick, held_of, permissions_field, ticks
from robots.accounts.services.robots import GrantRequest
from robots.policies.expiry_fields import ExpiryFormMixin

ALL_PROJECTS = "all"
EVERY_PROJECT = "All projects, also future ones"
OFFERED_PROJECTS = 100


@dataclass(frozen=True, slots=True)
class Reach:
    """One row of an organization robot's projects: whether it is added, and with which ticks."""

    key: str
    label: str
    checked: bool
    ticks: list[Tick]


class ProjectSelect(forms.Select):
    """A choice of projects; each option carries the slug, from which the page forms the login name."""

    slugs: dict[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - Django's own signature
        option = super().create_option(name, value, *args, **kwargs)
        if slug := self.slugs.get(str(value)):
            option["attrs"]["data-slug"] = slug
        return option


class RobotForm(CareFormMixin, ExpiryFormMixin):
    """Name, description, level, expiry, permissions; one page.

    A project robot has one list of ticks. An organization robot has a list for each project that is
    added and one for all projects, also future ones.
    """

    name = forms.CharField(max_length=names.MAX_NAME, validators=[names.validate_name])
    description = forms.CharField(
        required=False,
        max_length=names.MAX_TEXT,
        validators=[names.validate_text],
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    level = forms.ChoiceField(
        choices=[("project", "Project"), ("organization", "Organization")],
        widget=forms.RadioSelect,
    )
    project = forms.TypedChoiceField(required=False, widget=ProjectSelect)
    permissions = permissions_field("Permissions")
    reach = forms.MultipleChoiceField(label="Projects", required=False)
    field_order = ("name", "description", "level", "project", "permissions", "reach", "expiry")

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
        self.organization = organization
        self.limits: Limits = actor.limits
        self.grants: list[Held] = actor.grants_on(organization.target)
        visible = Project.objects.visible_to(actor, organization).select_related("organization")
        self.projects = {
            str(found.uuid): found
            for found in visible[:OFFERED_PROJECTS]
            if self._decide(Permission.ROBOT_CREATE, found.target)
        }
        if project:
            self.projects.setdefault(str(project.uuid), project)
        self._offer()

    def _decide(self, permission: Permission, target: Target) -> Decision:
        return decide(self.grants, permission, target, self.limits)

    def _offer(self) -> None:
        choices = [(key, project.name) for key, project in self.projects.items()]
        for name, offered in (
            ("project", [("", "Choose a project"), *choices]),
            ("reach", [(ALL_PROJECTS, EVERY_PROJECT), *choices]),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = offered
        select = self.fields["project"].widget
        if isinstance(select, ProjectSelect):
            select.slugs = {key: project.slug for key, project in self.projects.items()}
        for key in (ALL_PROJECTS, *self.projects):
            self.fields[f"permissions_{key}"] = permissions_field("Permissions")

    def _holds(self, target: Target) -> dict[Permission, Decision]:
        return {name: self._decide(name, target) for name in TICKABLE}

    def _target(self, key: str) -> Target:
        return self.projects[key].target if key in self.projects else self.organization.target

    def _checked(self, name: str, held: Permissions) -> list[str]:
        return self._sent(name) if self.is_bound else [str(permission) for permission in held]

    def _sent(self, name: str) -> list[str]:
        return [str(value) for value in self[name].value() or ()]

    def project_ticks(self) -> list[Tick]:
        """The list of a project robot: at first all ten that the creator holds."""
        key = str(self.initial.get("project") or "")
        holds = self._holds(self._target(key))
        return ticks(self._checked("permissions", held_of(holds)), None if not key else holds)

    def reaches(self) -> list[Reach]:
        """The rows of an organization robot: all projects, then each."""
        added = self._sent("reach")
        offered = {ALL_PROJECTS: EVERY_PROJECT} | {key: p.name for key, p in self.projects.items()}
        return [self._reach(key, label, key in added) for key, label in offered.items()]

    def _reach(self, key: str, label: str, added: bool) -> Reach:
        name = f"permissions_{key}"
        holds = self._holds(self._target(key))
        given = self.is_bound and (added or self._sent(name))
        checked = self._checked(name, held_of(holds)) if given else sorted(held_of(holds))
        return Reach(key, label, added, ticks(checked, holds))

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
        return cleaned

    @property
    def chosen_project(self) -> Project | None:
        """The project of a project robot."""
        if self.cleaned_data["level"] != "project":
            return None
        return self.projects[self.cleaned_data["project"]]

    def grant_requests(self) -> list[GrantRequest]:
        """What the robot is to hold at first."""
        cleaned = self.cleaned_data
        if project := self.chosen_project:
            return [GrantRequest(project, frozenset(cleaned["permissions"]))]
        return [
            GrantRequest(self.projects.get(key), frozenset(cleaned[f"permissions_{key}"]))
            for key in cleaned["reach"]
        ]
