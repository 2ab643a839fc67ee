"""The form that edits a robot account."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db.models import Case, Q, When

from console.forms import named
from console.models import Project
from console.models.organizations import ProjectQuerySet
from console.organizations.queries import projects_matching
from console.permissions.decision import Viewer, allows
from console.permissions.projects import projects_with
from console.permissions.roles import REPOSITORY_LEVELS
from console.permissions.vocabulary import Permission
from robots.accounts.forms.accesses import (
    PREFIX,
    SHOWN,
    AccessForm,
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
from robots.policies.enforcement import end_policy
from robots.policies.expiry_fields import KEEP, KeptExpiryMixin


class RobotEditForm(TextsFormMixin, CareFormMixin, AccessFormMixin, KeptExpiryMixin):
    """Everything but name, level and project. `seen` tells whether somebody else was faster."""

    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    field_order = (*TEXT_NAMES, "expiry", "expiry_days", "expiry_date", "responsible", "labels")

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 - Django's own signature
        *,
        actor: Viewer,
        robot: Robot,
        search: str = "",
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
        self.suggest_people()
        self.keep_end(robot.expires_at, end_policy(robot))
        self.grants = editable_grants(robot)
        self.actor, self.robot = actor, robot
        self.offered = self._offered()
        self.matching = projects_matching(self.offered, search)
        self.offer(actor, self._places(), REPOSITORY_LEVELS)

    def _offered(self) -> ProjectQuerySet:
        """The projects where the robot holds something, and those where the actor may give something."""
        seen = Project.objects.visible_to(self.actor, self.organization)
        if self.robot.is_role_account:
            return seen.none()
        allowed = projects_with(self.actor, Permission.GRANT_CREATE, self.organization.target)
        held = Q(pk__in=[key for key in self.grants if key is not None])
        found = seen if allowed is None else seen.filter(held | Q(pk__in=allowed))
        own = self.robot.project_id
        return (found.filter(pk=own) if own else found).select_related("organization")

    def _places(self) -> list[Place]:
        """Those where something else was chosen, those where the robot holds something, then others."""
        sent = self.offered.filter(uuid__in=self.sent_projects())
        changed = [place.project for place in self._among(sent) if self._is_changed(place)]
        beside = self.matching.exclude(pk__in=[project.pk for project in changed if project])
        held = Case(When(pk__in=[*filter(None, self.grants)], then=0), default=1)
        every, *places = self._among(
            [*filter(None, changed), *beside.order_by(held, "slug")[:SHOWN]]
        )
        return [*self._of_all(every), *places]

    def _among(self, projects: Iterable[Project]) -> list[Place]:
        return list(places_of(self.organization, projects, self.grants))

    def _of_all(self, every: Place) -> list[Place]:
        """The place of all projects, where the robot may have it."""
        if self.robot.project or self.robot.is_role_account:
            return []
        is_open = every.grant or allows(self.actor, Permission.GRANT_CREATE, every)
        return [every] if is_open else []

    def _is_changed(self, place: Place) -> bool:
        """Whether something else was sent for the place than what is there."""
        row = AccessForm(
            data=self.data,
            prefix=f"{PREFIX}{place.key}",
            actor=self.actor,
            place=place,
            levels=REPOSITORY_LEVELS,
        )
        return row.add_prefix("choice") in self.data and row.is_changed()

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
