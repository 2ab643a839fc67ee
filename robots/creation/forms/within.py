"""What a project's robot is to hold in its project: a level of its repositories, or what is ticked."""

from typing import Any

from django import forms

from console.forms import parse_uuid
from console.models import Organization, Project
from console.models.organizations import ProjectQuerySet
from console.permissions.decision import Decision, Viewer, allows
from console.permissions.roles import REPOSITORY_LEVELS
from console.permissions.vocabulary import TICKABLE, Permission
from robots.accounts.forms.accesses import TICKED, may_confer_level
from robots.accounts.forms.permissions import Tick, held_of, holds_on, ticks
from robots.accounts.services.robots import GrantRequest
from robots.queries.people import owners_of

NOT_HELD, NO_GRANTS = "You do not hold this.", "You may not give permissions here."


class WithinFormMixin(forms.Form):
    """Adds `what` beside the ticks of `permissions`; both by what the actor may give in the project."""

    actor: Viewer
    organization: Organization
    offered: ProjectQuerySet

    def choose_within(self) -> None:
        """Offer the levels; once it is known which project is chosen."""
        identifier = parse_uuid(str(self["project"].value() or ""))
        self.within = self.offered.filter(uuid=identifier).first() if identifier else None
        # What is preset before one is chosen: as in the first of them.
        self.measure = self.within or self.offered.first()
        levels = [(name, name.capitalize()) for name in self._levels()]
        self.fields["what"] = forms.ChoiceField(
            label="What it may do there",
            required=False,
            choices=[(TICKED, "What is ticked"), *levels],
            initial=TICKED,
        )

    def _levels(self) -> list[str]:
        """Before a project is chosen, and in one whose radio button was pressed since: all of them."""
        if self.within is None or self.is_bound:
            return list(REPOSITORY_LEVELS)
        return [
            name for name in REPOSITORY_LEVELS if may_confer_level(self.actor, name, self.within)
        ]

    @property
    def may_give(self) -> bool:
        """Whether the actor may give anything in the project."""
        return self.measure is None or allows(self.actor, Permission.GRANT_CREATE, self.measure)

    def project_ticks(self) -> list[Tick]:
        """The list of a project robot: at first all ten that the creator holds."""
        holds = self._holds()
        is_preset = not self.is_bound and "permissions" not in self.initial
        checked: Any = held_of(holds) if is_preset else self["permissions"].value() or ()
        if self.within is None:
            return ticks(checked)
        ask = (
            "" if all(holds.values()) else f"{', '.join(owners_of(self.organization))} can give it."
        )
        missing = NOT_HELD if self.may_give else NO_GRANTS
        return ticks(checked, holds, ask, missing=missing)

    def _holds(self) -> dict[Permission, Decision]:
        if not self.may_give:
            return dict.fromkeys(TICKABLE, Decision(False, NO_GRANTS))
        return holds_on(self.measure or self.organization, self.actor)

    def request_within(self, project: Project) -> GrantRequest:
        """What the robot is to hold in its project."""
        what = self.cleaned_data.get("what") or TICKED
        if what == TICKED:
            return GrantRequest(project, frozenset(self.cleaned_data["permissions"]))
        return GrantRequest(project, level=what)
