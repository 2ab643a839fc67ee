"""What helps people to find a robot and whoever answers for it: labels, a responsible person."""

from typing import Any

from django import forms
from django.urls import reverse

from console import names
from console.models import Organization
from robots.models.labels import label_text, read_label
from teams.members.queries import people_of
from teams.models import Membership

# How many people an error names.
MOST_NAMED = 5
# Suggests people as one types.
SUGGESTS = {
    "hx-trigger": "input changed delay:300ms",
    "hx-target": "#people-choices",
    "hx-swap": "outerHTML",
}


class LabelsField(forms.CharField):
    """Labels, one a line, as a dictionary: value by key."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}))
        super().__init__(
            required=False,
            help_text="One a line: <code>key=value</code>, or <code>key</code> alone.",
            **options,
        )

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 - Django's own signature
        if isinstance(value, dict):
            return "\n".join(label_text(*label) for label in value.items())
        return value

    def clean(self, value: Any) -> Any:  # noqa: ANN401 - Django's own signature
        names.validate_text(str(value or ""))
        labels: dict[str, str] = {}
        for line in str(value or "").splitlines():
            if line.strip():
                key, content = read_label(line)
                if key in labels:
                    raise forms.ValidationError(f"The label “{key}” stands there twice.")
                labels[key] = content
        return labels


class CareFormMixin(forms.Form):
    """Adds `responsible`, a membership or nobody, and `labels`. The form sets `organization`."""

    responsible = forms.CharField(
        label="Responsible person",
        required=False,
        max_length=254,
        help_text="The e-mail address of the member who answers for it. A part of the name finds it.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "list": "people"}),
    )
    labels = LabelsField()
    organization: Organization

    def suggest_people(self) -> None:
        """Let the field ask for people; once the form knows its organization."""
        listed = reverse("robots:robot-list", args=[self.organization.slug])
        self.fields["responsible"].widget.attrs |= SUGGESTS | {"hx-get": listed}

    def clean_responsible(self) -> Membership | None:
        email = str(self.cleaned_data["responsible"]).strip().lower()
        if not email or "\x00" in email:
            return None
        members = Membership.objects.filter(organization=self.organization, user__email=email)
        if found := members.select_related("user").first():
            return found
        near = self._like(email)
        raise forms.ValidationError(f"No member of this organization has this address. {near}")

    def _like(self, text: str) -> str:
        """Whom somebody may have meant: the search of those who have no scripts."""
        near = people_of(self.organization, text)[: MOST_NAMED + 1]
        emails = [membership.user.email for membership in near]
        if not emails:
            return "Nobody's name or address contains it."
        more = " and more" if len(emails) > MOST_NAMED else ""
        return f"These contain it: {', '.join(emails[:MOST_NAMED])}{more}."
