"""The form that makes a robot account."""

from typing import Any

from django import forms

from console import names
from console.forms import RowField, only, parse_uuid
from console.models import Organization, Project
from console.organizations.queries import projects_matching
from console.permissions.decision import Viewer, allows
from console.permissions.vocabulary import Permission
from robots.accounts.forms.accesses import SHOWN, AccessFormMixin, Place, places_of
from robots.accounts.forms.labels import CareFormMixin
from robots.accounts.forms.permissions import Tick, held_of, holds_on, permissions_field, ticks
from robots.accounts.forms.texts import TextsFormMixin
from robots.accounts.services.robots import GrantRequest
from robots.base.robot_texts import TEXT_NAMES
from robots.policies.expiry_fields import ExpiryFormMixin


class RobotForm(TextsFormMixin, CareFormMixin, AccessFormMixin, ExpiryFormMixin):
    """Name, description, level, expiry, permissions; one page.

    A project robot has one list of ticks. An organization robot has rows, one for each project that was
    chosen and one for all projects, also future ones; `search` finds more to choose.
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
        search: str = "",
    ) -> None:
        self.reaches_all = allows(actor, Permission.ROBOT_CREATE, organization)
        self.organization, self.actor = organization, actor
        self.offered = Project.objects.where(actor, [Permission.ROBOT_CREATE], organization)
        level = "project" if project or not self.reaches_all else "organization"
        super().__init__(data, initial={"level": level, "project": self._preset(project)})
        self.fields["project"] = RowField(
            {"": self.offered.select_related("organization")},
            required=False,
            unknown="Choose a project of the list.",
        )
        self.order_fields(self.field_order)
        self.matching = projects_matching(self.offered, search)
        self.offer(actor, self._places() if self.reaches_all else [])

    def _preset(self, project: Project | None) -> str:
        """The project that was asked for, or the only one there is."""
        if project is None and not self.reaches_all:
            project = only(self.offered)
        return str(project.uuid) if project else ""

    def _places(self) -> list[Place]:
        """All projects, those that something was chosen in, and some that match the search."""
        seen = self.offered.select_related("organization")
        chosen = list(seen.filter(uuid__in=self.sent_projects()))
        found = self.matching.exclude(uuid__in=self.sent_projects())
        return list(places_of(self.organization, [*chosen, *found[:SHOWN]], {}))

    @property
    def has_projects(self) -> bool:
        """Whether there is any that a robot can be made in."""
        return self.offered.exists()

    def project_ticks(self) -> list[Tick]:
        """The list of a project robot: at first all ten that the creator holds."""
        identifier = parse_uuid(str(self["project"].value() or ""))
        chosen = self.offered.filter(uuid=identifier).first() if identifier else None
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
        if not self.reaches_all:
            words["organization"] = "Created by those who may create robots in the organization."
        closed = {"project": not self.has_projects, "organization": not self.reaches_all}
        return [
            {
                "value": value,
                "label": label,
                "description": words[value],
                "checked": value == chosen,
                "disabled": closed[value],
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
        found: Project = self.cleaned_data["project"]
        return found

    def grant_requests(self) -> list[GrantRequest]:
        """What the robot is to hold at first."""
        if project := self.chosen_project:
            return [GrantRequest(project, frozenset(self.cleaned_data["permissions"]))]
        return super().grant_requests()
