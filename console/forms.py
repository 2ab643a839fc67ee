"""What forms choose from, and running a change with what a form says."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from console.http import Request

T = TypeVar("T")


def choose_from(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    """Let the field of that name, a `ModelChoiceField` or one of several, choose from `rows`."""
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = rows


def posted(request: Request) -> QueryDict | None:
    """What a form is bound to: the body of a POST, and nothing where the form is only shown."""
    return request.POST if request.method == "POST" else None


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
