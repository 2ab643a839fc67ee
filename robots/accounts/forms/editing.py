"""The form that edits a robot account."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils import timezone

from console import moments
from console.forms import named
from console.models import Project
from console.permissions.decision import Viewer, allows
from console.permissions.roles import REPOSITORY_LEVELS
from console.permissions.vocabulary import Permission
from robots.accounts.forms.accesses import (
    OFFERED_PROJECTS,
    AccessFormMixin,
    Place,
    places_of,
    request_of,
)
from robots.accounts.forms.labels import CareFormMixin
from robots.accounts.forms.texts import TextsFormMixin
from robots.accounts.services.editing import RobotChanges, editable_grants, fingerprint
from robots.accounts.services.labels import labels_of
from robots.accounts.services.robots import GrantRequest
from robots.base.robot_texts import TEXT_NAMES
from robots.models import Robot
from robots.policies.expiry_fields import ExpiryFormMixin, expiry_choices

KEEP = "keep"


class RobotEditForm(TextsFormMixin, CareFormMixin, AccessFormMixin, ExpiryFormMixin):
    """Everything but name, level and project. `seen` tells whether somebody else was faster."""

    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    field_order = (*TEXT_NAMES, "expiry", "expiry_days", "expiry_date", "responsible", "labels")

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 - Django's own signature
        *,
        actor: Viewer,
        robot: Robot,
    ) -> None:
        responsible = robot.responsible
        super().__init__(
            data,
            initial={
                **robot.texts,
                "expiry": KEEP,
                "labels": labels_of(robot),
                "responsible": responsible.user.email if responsible else "",
                "seen": fingerprint(robot),
            },
        )
        self.organization = robot.organization
        self._keep(robot)
        self.grants = editable_grants(robot)
        self.offer(actor, self._places(actor, robot), REPOSITORY_LEVELS)

    def _keep(self, robot: Robot) -> None:
        self.kept_end = robot.expires_at
        ends = moments.date(robot.expires_at) if robot.expires_at else "never"
        self.fields["expiry"] = forms.ChoiceField(
            label="Expires",
            choices=[(KEEP, f"As it is: {ends}"), *expiry_choices(timezone.now())],
        )

    def _places(self, actor: Viewer, robot: Robot) -> list[Place]:
        """Those where the robot holds something, then those where the actor may give something."""
        if robot.is_role_account:
            return []
        projects = [robot.project] if robot.project else self._projects(actor)
        every, *own = places_of(self.organization, projects, self.grants)
        places = own if robot.project else [every, *own]
        offered = [it for it in places if it.grant or allows(actor, Permission.GRANT_CREATE, it)]
        return sorted(offered, key=lambda place: place.grant is None)

    def _projects(self, actor: Viewer) -> list[Project]:
        seen = Project.objects.visible_to(actor, self.organization).select_related("organization")
        held = [key for key in self.grants if key is not None]
        shown = list(seen.filter(pk__in=held))
        return shown + list(seen.exclude(pk__in=held)[: max(0, OFFERED_PROJECTS - len(shown))])

    def _resolve(self, cleaned: dict[str, Any]) -> datetime | None:
        return self.kept_end if cleaned.get("expiry", KEEP) == KEEP else super()._resolve(cleaned)

    def changes(self) -> RobotChanges:
        """What the service takes."""
        sent = named(self)
        plain = {*TEXT_NAMES, "responsible", "labels"} & sent.keys()
        changes = cast("RobotChanges", {name: sent[name] for name in plain})
        if sent["expiry"] != KEEP:
            changes["expires_at"] = self.cleaned_data["expires_at"]
        if self.rows.forms:
            changes["grants"] = self.grant_requests()
        return changes

    def grant_requests(self) -> list[GrantRequest]:
        """By the rows; what stands in none, as it is."""
        shown = {row.place.grant for row in self.rows}
        beside = [grant for grant in self.grants.values() if grant not in shown]
        return [*super().grant_requests(), *map(request_of, beside)]
