"""The form that makes a token directly for a role."""

import uuid
from typing import Any

from django import forms

from console import names
from console.models import Project
from robots.forms.expiry import ExpiryFormMixin
from robots.models import Handover


class RoleTokenForm(ExpiryFormMixin):
    """A token directly for a role; for a built-in project role also where."""

    project = forms.ChoiceField(label="Project")
    name = forms.CharField(max_length=names.MAX_NAME, validators=[names.validate_name])
    kind = forms.ChoiceField(
        label="Kind of secret",
        choices=Handover.Kind.choices,
        initial=Handover.Kind.SIGNED,
        help_text="Compact fits password boxes that refuse long text.",
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("project", "name", "expiry", "expiry_days", "expiry_date", "kind")

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 - Django's own signature
        *,
        projects: dict[str, Project] | None,
        project: str = "",
    ) -> None:
        super().__init__(data, initial={"request_key": uuid.uuid4(), "project": project})
        self.projects = projects or {}
        if projects is None:
            del self.fields["project"]
        else:
            choices = [(key, own.name) for key, own in projects.items()]
            self.fields["project"] = forms.ChoiceField(
                label="Project", choices=[("", "Choose a project"), *choices],
                help_text="The token works in this project and nowhere else.",
            )  # fmt: skip

    @property
    def chosen_project(self) -> Project | None:
        """The project of a built-in project role."""
        return self.projects.get(self.cleaned_data.get("project", ""))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        taken = ("name", "expires_at", "kind", "request_key")
        return {name: self.cleaned_data[name] for name in taken}
