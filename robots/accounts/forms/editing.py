"""The form that edits a robot account."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from console import moments, names
from console.forms import named
from console.permissions.decision import Viewer
from robots.accounts.forms.accesses import AccessFormMixin
from robots.accounts.forms.labels import CareFormMixin
from robots.accounts.services.editing import RobotChanges, fingerprint
from robots.accounts.services.labels import labels_of
from robots.models import Robot
from robots.policies.expiry_fields import ExpiryFormMixin, expiry_choices

KEEP = "keep"


class RobotEditForm(CareFormMixin, AccessFormMixin, ExpiryFormMixin):
    """Everything but name, level and project. `seen` tells whether somebody else was faster."""

    description = forms.CharField(
        required=False,
        max_length=names.MAX_TEXT,
        validators=[names.validate_text],
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    field_order = ("description", "expiry", "expiry_days", "expiry_date", "responsible", "labels")

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
                "description": robot.description,
                "expiry": KEEP,
                "labels": labels_of(robot),
                "responsible": responsible.user.email if responsible else "",
                "seen": fingerprint(robot),
            },
        )
        self.organization = robot.organization
        self._keep(robot)
        self.offer_places(actor, robot)

    def _keep(self, robot: Robot) -> None:
        self.kept_end = robot.expires_at
        ends = moments.date(robot.expires_at) if robot.expires_at else "never"
        field = self.fields["expiry"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(KEEP, f"As it is: {ends}"), *expiry_choices(timezone.now())]

    def _resolve(self, cleaned: dict[str, Any]) -> datetime | None:
        return self.kept_end if cleaned.get("expiry", KEEP) == KEEP else super()._resolve(cleaned)

    def changes(self) -> RobotChanges:
        """What the service takes."""
        sent = named(self)
        changes: RobotChanges = {}
        for name in ("description", "responsible", "labels"):
            if name in sent:
                changes[name] = sent[name]
        if sent["expiry"] != KEEP:
            changes["expires_at"] = self.cleaned_data["expires_at"]
        if self.places:
            changes["grants"] = self.grant_requests()
        return changes
