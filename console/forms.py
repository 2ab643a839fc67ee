"""Forms of organizations, projects and repositories. Rules live on the models; forms shape input."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError

from console import names
from console.event_filters import ALL, MACHINES, PEOPLE
from console.models import Organization, Project, Repository

T = TypeVar("T")


def attempt(form: forms.BaseForm, change: Callable[[], T]) -> T | None:
    """Run a service if `form` is valid; its field errors become the form's, with the same words.

    `None` means that the form has errors and nothing was changed.
    """
    if not form.data.keys() & {form.add_prefix(name) for name in form.fields}:
        form.add_error(None, "The form came without its fields. Nothing was changed.")
    if not form.is_valid():
        return None
    try:
        return change()
    except ValidationError as error:
        for field, errors in error.update_error_dict({}).items():
            form.add_error(field if field in form.fields else None, errors)
        return None


def named(form: forms.BaseForm) -> dict[str, Any]:
    """What a valid form says, by field: one that it came without is not named, so it stays as it is.

    A check box that came without is one that is not ticked: browsers send no other.
    """
    return {
        name: form.cleaned_data[name]
        for name, field in form.fields.items()
        if name in form.cleaned_data
        and not field.widget.value_omitted_from_data(form.data, form.files, form.add_prefix(name))
    }


class OrganizationNameForm(forms.ModelForm[Organization]):
    """The display name of an organization."""

    class Meta:
        model = Organization
        fields = ("name",)


class ProjectForm(forms.ModelForm[Project]):
    """A new project."""

    class Meta:
        model = Project
        fields = ("name", "slug", "description", "public")
        labels = {"slug": "Name in addresses", "name": "Display name"}
        help_texts = {
            "slug": "Stands in every repository's path and login name. It never changes.",
            "name": "What people read. You can change it.",
            "public": "Everyone may pull from a public repository, with or without credentials.",
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}


class ProjectSettingsForm(forms.ModelForm[Project]):
    """What of a project may change."""

    class Meta:
        model = Project
        fields = ("name", "description", "public")
        labels = {"name": "Display name"}
        help_texts = {
            "public": "What repositories are that are created from now on. Present ones stay as they are.",
        }
        widgets = ProjectForm.Meta.widgets


class RepositoryForm(forms.ModelForm[Repository]):
    """A new repository."""

    class Meta:
        model = Repository
        fields = ("name", "description", "public")
        labels = {"public": "Public"}
        help_texts = {
            "name": "As it stands after the project in the registry's path.",
            "public": "Everyone may pull, with or without credentials.",
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}


class RepositorySettingsForm(forms.ModelForm[Repository]):
    """What of a repository may change."""

    class Meta:
        model = Repository
        fields = ("description", "public")
        labels = RepositoryForm.Meta.labels
        help_texts = RepositoryForm.Meta.help_texts
        widgets = RepositoryForm.Meta.widgets


class EventFilterForm(forms.Form):
    """What of the audit log to show."""

    q = forms.CharField(required=False, max_length=255, validators=[names.validate_line])
    who = forms.ChoiceField(
        required=False, choices=[(name, name) for name in (PEOPLE, MACHINES, ALL)]
    )
    actor = forms.UUIDField(required=False)
    action = forms.RegexField(
        r"\A[a-z]+(?:-[a-z]+)*:[a-z]+(?:-[a-z]+)*\Z", required=False, max_length=60
    )
    target = forms.UUIDField(required=False)
    token = forms.UUIDField(required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
