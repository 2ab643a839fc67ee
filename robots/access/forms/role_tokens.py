"""The form that makes a token directly for a role."""

import uuid
from typing import Any

from django import forms

from console import names
from console.models import Project
from robots.policies.expiry_fields import ExpiryFormMixin
from robots.tokens.forms.secrets import DeliveryFormMixin


class RoleTokenForm(ExpiryFormMixin, DeliveryFormMixin):
    """A token directly for a role, and who gets its secret; for a built-in project role also where."""

    project = forms.ChoiceField(label="Project")
    name = forms.CharField(max_length=names.MAX_NAME, validators=[names.validate_name])
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
                label="Project",
                choices=[("", "Choose a project"), *choices],
                help_text="The token works in this project and nowhere else.",
            )

    @property
    def chosen_project(self) -> Project | None:
        """The project of a built-in project role."""
        return self.projects.get(self.cleaned_data.get("project", ""))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        taken = ("name", "expires_at")
        return {name: self.cleaned_data[name] for name in taken} | self.secret_values()
