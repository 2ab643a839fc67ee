"""What forms choose from, and running a change with what a form says."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from console.http import Request

T = TypeVar("T")


def parse_uuid(text: str) -> UUID | None:
    """The UUID that `text` is, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


class RowField(forms.CharField):
    """One row of several tables, sent as a prefix that tells which and the row's UUID: `team-018f…`."""

    def __init__(self, rows: Mapping[str, QuerySet[Any]], *, unknown: str, **options: Any) -> None:
        super().__init__(max_length=60, **options)
        self.rows, self.unknown = rows, unknown

    def clean(self, value: Any) -> Any:  # noqa: ANN401 - Django's own signature
        """The row. Those that are not among `rows`, unseen, foreign or none at all, are one error."""
        if (found := find_row(super().clean(value), self.rows)) is None:
            raise ValidationError(self.unknown)
        return found


def find_row(text: str, rows: Mapping[str, QuerySet[Any]]) -> Any | None:  # noqa: ANN401 - any model
    """The row that `text` names by a prefix and a UUID, if it is one of `rows`."""
    for prefix, found in rows.items():
        identifier = parse_uuid(text.removeprefix(prefix)) if text.startswith(prefix) else None
        if identifier:
            return found.filter(uuid=identifier).first()
    return None


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
