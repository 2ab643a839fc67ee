"""What forms choose from, and running a change with what a form says."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, cast
from uuid import UUID

import structlog
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from console import names
from console.errors import Conflict
from console.http import Request

T = TypeVar("T")
T_Row = TypeVar("T_Row", bound=Model)
CONFLICT = "conflict"
TYPED_STAYS = "Nothing was changed, and what you typed is still here."

logger = structlog.get_logger("roster.forms")


def parse_uuid(text: str) -> UUID | None:
    """The UUID that `text` is, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


class DayField(forms.DateField):
    """A day as browsers send it, `2027-01-31`: what `03/04/2027` is depends on who reads it."""

    input_formats = ["%Y-%m-%d"]
    default_error_messages = {"invalid": "Write a day with its year first, such as 2027-01-31."}


class RowField(forms.CharField):
    """One row of several tables, sent as a prefix that tells which and the row's UUID: `team-018f…`."""

    def __init__(self, rows: Mapping[str, QuerySet[Any]], *, unknown: str, **options: Any) -> None:
        super().__init__(max_length=60, **options)
        self.rows, self.unknown = rows, unknown

    def clean(self, value: Any) -> Any:  # noqa: ANN401 - Django's own signature
        """The row. Those that are not among `rows`, unseen, foreign or none at all, are one error."""
        text = super().clean(value)
        found = find_row(text, self.rows)
        if found is None and (text or self.required):
            raise ValidationError(self.unknown)
        return found


class RowsField(RowField):
    """Several rows of several tables, each sent like the one of a `RowField`."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 - Django's own signature
        return list(value or ())

    def run_validators(self, value: Any) -> None:  # noqa: ANN401 - Django's own signature
        """What a text may be says nothing about rows."""

    def clean(self, value: Any) -> list[Any]:  # noqa: ANN401 - Django's own signature
        """The rows in the order in which they came. One that is not among `rows` is an error for all."""
        texts = list(dict.fromkeys(forms.Field.clean(self, value)))
        found = {key: row for prefix in self.rows for key, row in self._of(prefix, texts)}
        if len(found) != len(texts):
            raise ValidationError(self.unknown)
        return [found[text] for text in texts]

    def _of(self, prefix: str, texts: Sequence[str]) -> Iterator[tuple[str, Any]]:
        """The rows of one table, by the texts that name them."""
        own = {
            text: parse_uuid(text.removeprefix(prefix)) for text in texts if text.startswith(prefix)
        }
        wanted = {uuid for uuid in own.values() if uuid}
        rows = (
            {row.uuid: row for row in self.rows[prefix].filter(uuid__in=wanted)} if wanted else {}
        )
        yield from ((text, rows[uuid]) for text, uuid in own.items() if uuid in rows)


def find_row(text: str, rows: Mapping[str, QuerySet[Any]]) -> Any | None:  # noqa: ANN401 - any model
    """The row that `text` names by a prefix and a UUID, if it is one of `rows`."""
    for prefix, found in rows.items():
        identifier = parse_uuid(text.removeprefix(prefix)) if text.startswith(prefix) else None
        if identifier:
            return found.filter(uuid=identifier).first()
    return None


def only(rows: QuerySet[T_Row]) -> T_Row | None:
    """The row, where there is no other one to choose."""
    first = list(rows[:2])
    return first[0] if len(first) == 1 else None


def choose_from(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    """Let the field of that name, a `ModelChoiceField` or one of several, choose from `rows`."""
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = rows


def filter_choice(choices: dict[str, str], any_words: str, label: str) -> forms.ChoiceField:
    """A filter with a few values; without one it filters nothing."""
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", any_words), *choices.items()],
        error_messages={"invalid_choice": f"Write {' or '.join(choices)}."},
    )


def filter_text(label: str, longest: int) -> forms.CharField:
    """A filter that is typed."""
    return forms.CharField(
        label=label, required=False, max_length=longest, validators=[names.validate_line]
    )


def posted(request: Request) -> QueryDict | None:
    """What a form is bound to: the body of a POST, and nothing where the form is only shown."""
    return request.POST if request.method == "POST" else None


def attempt(form: forms.BaseForm, change: Callable[[], T]) -> T | None:
    """Run a service if `form` is valid; its field errors become the form's, with the same words.

    `None` means that the form has errors and nothing was changed. A conflict is one of them: what was
    typed stays in the form.
    """
    if not form.data.keys() & {form.add_prefix(name) for name in form.fields}:
        form.add_error(None, "The form came without its fields. Nothing was changed.")
    return _run(form, change) if form.is_valid() else None


def _run(form: forms.BaseForm, change: Callable[[], T]) -> T | None:
    try:
        return change()
    except ValidationError as error:
        for field, errors in error.update_error_dict({}).items():
            form.add_error(field if field in form.fields else None, errors)
    except Conflict as conflict:
        if not conflict.keeps_form:
            raise
        _take_back(form, f"{conflict.title}. {conflict}")
    except IntegrityError as error:
        logger.warning("conflict", error=type(error).__name__)
        _take_back(form, "Somebody was faster. Another change came first.")
    return None


def _take_back(form: forms.BaseForm, words: str) -> None:
    """Let the form say what came first; sent once more, it is about what is there now."""
    form.add_error(None, ValidationError(f"{words} {TYPED_STAYS}", code=CONFLICT))
    fresh = copy_of(form.data)
    for name, field in form.fields.items():
        initial = form.get_initial_for_field(field, name)
        if field.widget.is_hidden and initial is not None:
            fresh[form.add_prefix(name)] = str(initial)
    form.data = fresh


def copy_of(data: Mapping[str, Any]) -> Any:  # noqa: ANN401 - of the same kind
    """What a form came with, to be changed."""
    return MultiValueDict(data) if isinstance(data, MultiValueDict) else dict(data)


def without_errors(form: forms.BaseForm) -> None:
    """Let the form keep what was typed and say nothing about it: it is not to be saved yet."""
    form.errors.clear()


def is_conflict(form: forms.BaseForm) -> bool:
    """Whether the form is valid by itself, and what it is about has changed."""
    return form.is_bound and form.has_error(NON_FIELD_ERRORS, CONFLICT)


def differences(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Where the form was typed into otherwise than things are now: label and what is there."""
    return [
        (str(form[name].label), _shown(form.fields[name], form.get_initial_for_field(field, name)))
        for name, field in form.fields.items()
        if name in form.changed_data and not field.widget.is_hidden
    ]


def _shown(field: forms.Field, value: Any) -> str:  # noqa: ANN401 - as the field has it
    choices = field.widget.choices if isinstance(field.widget, forms.Select) else ()
    shown = next((label for key, label in choices if key == value), value)
    return str(field.prepare_value(shown) or "empty")


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
