"""The form that makes a token directly for a role."""

import uuid
from typing import Any

from django import forms

from console import names
from console.forms import RowField
from console.models import Project
from console.models.organizations import ProjectQuerySet
from robots.base.policy import Policy
from robots.policies.expiry_fields import ExpiryFormMixin
from robots.tokens.forms.secrets import DeliveryFormMixin


class RoleTokenForm(ExpiryFormMixin, DeliveryFormMixin):
    """A token directly for a role, and who gets its secret; for a built-in project role also where."""

    name = forms.CharField(max_length=names.MAX_NAME, validators=[names.validate_name])
    field_order = ("project", "name", "expiry", "expiry_days", "expiry_date", "kind")

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 - Django's own signature
        *,
        projects: ProjectQuerySet | None,
        project: str = "",
        policy: Policy,
    ) -> None:
        super().__init__(data, initial={"request_key": uuid.uuid4(), "project": project})
        self.apply_policy(policy)
        if projects is not None:
            self.fields["project"] = RowField(
                {"": projects.select_related("organization")},
                label="Project",
                unknown="Choose a project of the list.",
                error_messages={"required": "Choose the project that the token works in."},
            )
            self.order_fields(self.field_order)

    @property
    def chosen_project(self) -> Project | None:
        """The project of a built-in project role."""
        found: Project | None = self.cleaned_data.get("project")
        return found

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        taken = ("name", "expires_at")
        return {name: self.cleaned_data[name] for name in taken} | self.secret_values()
