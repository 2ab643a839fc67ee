"""The form that makes a robot account."""

from collections.abc import Iterator
from itertools import chain
from typing import Any
from uuid import UUID

from django import forms

from console import names
from console.forms import RowField, only, parse_uuid
from console.models import Organization, Project
from console.organizations.queries import projects_matching
from console.pages.cards import Card
from console.permissions.decision import Viewer, allows
from console.permissions.roles import REPOSITORY_LEVELS
from console.permissions.vocabulary import Permission
from robots.accounts.forms.accesses import SHOWN, AccessFormMixin, Place, places_of
from robots.accounts.forms.addresses import NetworksFormMixin
from robots.accounts.forms.labels import CareFormMixin
from robots.accounts.forms.permissions import permissions_field
from robots.accounts.forms.texts import TextsFormMixin
from robots.accounts.services.robots import GrantRequest
from robots.base.robot_texts import TEXT_NAMES
from robots.creation.copying import NOTHING, Original
from robots.creation.forms.teams import TeamsFormMixin
from robots.creation.forms.tokens import FirstTokenForm
from robots.creation.forms.within import WithinFormMixin
from robots.creation.services import NewRobot
from robots.models import TokenPolicy
from robots.policies.expiry_fields import ExpiryFormMixin
from teams.models import Team


class RobotForm(
    WithinFormMixin,
    TeamsFormMixin,
    TextsFormMixin,
    CareFormMixin,
    AccessFormMixin,
    ExpiryFormMixin,
    NetworksFormMixin,
):
    """Name, description, level, expiry, permissions, teams; one page.

    A project robot has one level or list of ticks. An organization robot has rows, one for each project that
    was chosen and one for all projects, also future ones; `search` finds more to choose. What `original`
    holds is chosen at first. The first token's part counts `with_token` alone.
    """

    name = forms.CharField(max_length=names.MAX_NAME, validators=[names.validate_name])
    level = forms.ChoiceField(
        choices=[("project", "Project"), ("organization", "Organization")],
        widget=forms.RadioSelect,
    )
    permissions = permissions_field("Permissions")
    field_order = ("name", *TEXT_NAMES, "level", "project", "what", "permissions", "team", "expiry")

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 - Django's own signature
        *,
        actor: Viewer,
        organization: Organization,
        project: Project | None = None,
        search: str = "",
        original: Original = NOTHING,
        with_token: bool = False,
    ) -> None:
        self.reaches_all = allows(actor, Permission.ROBOT_CREATE, organization)
        self.organization, self.actor, self.original = organization, actor, original
        mine = Project.objects.where(actor, [Permission.ROBOT_CREATE], organization)
        self.offered = mine.select_related("organization")
        self.with_token = with_token
        super().__init__(data, initial=self._initial(project))
        self.token = FirstTokenForm(data, policy=self._policy(project))
        self.fields["project"] = RowField(
            {"": self.offered},
            required=False,
            unknown="Choose a project of the list.",
        )
        self.matching = projects_matching(self.offered, search)
        self.suggest_people()
        self.choose_within()
        self.offer_teams(actor, organization, search)
        self.order_fields(self.field_order)
        places = self._places() if self.reaches_all else []
        self.offer(actor, places, REPOSITORY_LEVELS, original.by_key)

    def _initial(self, project: Project | None) -> dict[str, Any]:
        level = "project" if project or not self.reaches_all else "organization"
        return {"level": level, "project": self._preset(project), **self.original.initial}

    def _preset(self, project: Project | None) -> str:
        """The project that was asked for, or the only one there is."""
        if project is None and not self.reaches_all:
            project = only(self.offered)
        return str(project.uuid) if project else ""

    def _policy(self, project: Project | None) -> Any:  # noqa: ANN401 - a `Policy`
        """What holds for tokens of the project, or of the organization's robots."""
        return TokenPolicy.objects.governing(self.organization.pk, project.pk if project else None)

    def _places(self) -> list[Place]:
        """All projects, those that something was chosen in, and some that match the search."""
        keys = self._chosen_projects()
        chosen = list(self.offered.filter(uuid__in=keys))
        others = self.matching.exclude(uuid__in=keys)
        return list(places_of(self.organization, [*chosen, *others[:SHOWN]], {}))

    def _chosen_projects(self) -> list[UUID]:
        if self.is_bound:
            return self.sent_projects()
        return [uuid for uuid in map(parse_uuid, self.original.by_key) if uuid]

    @property
    def has_projects(self) -> bool:
        """Whether there is any that a robot can be made in."""
        return self.offered.exists()

    def levels(self) -> list[Card]:
        """The two levels as cards."""
        whole = "Can be given several projects; reaches none until you add them."
        if not self.reaches_all:
            whole = "Created by those who may create robots in the organization."
        chosen, single = (
            self["level"].value(),
            "Belongs to one project for good and acts only there.",
        )
        return [
            Card("project", "Project", single, chosen == "project", not self.has_projects),
            Card(
                "organization",
                "Organization",
                whole,
                chosen == "organization",
                not self.reaches_all,
            ),
        ]

    def __iter__(self) -> Iterator[forms.BoundField]:
        return chain(super().__iter__(), self.token if self.with_token else ())

    def full_clean(self) -> None:
        super().full_clean()
        if self.with_token and self.is_bound:
            self.token.end_with(
                self._policy(self.chosen_project), self.cleaned_data.get("expires_at")
            )
            wrong = self.token.errors.items()
            self.errors.update({self.token.add_prefix(name): why for name, why in wrong})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("level") == "project" and not cleaned.get("project"):
            self.add_error("project", "Choose the project that the robot account belongs to.")
        return cleaned

    @property
    def chosen_project(self) -> Project | None:
        """The project of a project robot."""
        if self.cleaned_data.get("level") != "project":
            return None
        project: Project | None = self.cleaned_data.get("project")
        return project

    @property
    def chosen_teams(self) -> list[Team]:
        """Those that an organization robot is to join; a project's robot joins none."""
        if self.cleaned_data["level"] == "project":
            return []
        chosen: list[Team] = self.cleaned_data["team"]
        return chosen

    def grant_requests(self) -> list[GrantRequest]:
        """What the robot is to hold at first."""
        if project := self.chosen_project:
            return [self.request_within(project)]
        return super().grant_requests()

    def values(self) -> NewRobot:
        """What the service takes."""
        cleaned = self.cleaned_data
        return NewRobot(
            name=cleaned["name"],
            project=self.chosen_project,
            expires_at=cleaned["expires_at"],
            grants=self.grant_requests(),
            labels=cleaned["labels"],
            responsible=cleaned["responsible"],
            addresses=cleaned["addresses"],
            disabled=False,
            network_mode=cleaned["network_mode"],
            **self.text_values(),
        )
