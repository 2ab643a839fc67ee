"""A PATCH of one field changes that field alone, whatever resource and field it is."""

import pytest

from tests.api.updates import FIELDS, Changeable, changeables, changed
from tests.conftest import Cast
from tests.snapshots import rows, undone


def test_every_field_that_a_patch_may_change_has_a_row(furnished: Cast) -> None:
    declared = {name: resource.declared() for name, resource in changeables(furnished).items()}
    assert declared == {name: set(fields) for name, fields in FIELDS.items()}


def different(before: dict[str, object], after: dict[str, object]) -> set[str]:
    assert before.keys() == after.keys()
    return {name for name, value in after.items() if value != before[name]}


@pytest.mark.parametrize("name", FIELDS)
def test_the_first_values_are_not_what_is_there_anyway(furnished: Cast, name: str) -> None:
    """Otherwise nobody would see that a field was emptied."""
    resource = changeables(furnished)[name]
    fresh, filled = resource.get(), resource.patch(resource.first)
    for key in resource.first:
        told = resource.fields[key].shown or {key}
        assert told & different(fresh, filled), key
        assert all(filled[it] not in (None, "", [], {}) for it in told), key


@pytest.mark.parametrize("name", FIELDS)
def test_a_patch_of_one_field_changes_that_field_alone(
    furnished: Cast, name: str, subtests: pytest.Subtests
) -> None:
    resource = changeables(furnished)[name]
    resource.patch(resource.first)
    for key in resource.changing:
        with subtests.test(key), undone():
            change_one(resource, key)


def change_one(resource: Changeable, key: str) -> None:
    field = resource.fields[key]
    if field.given:
        resource.patch(field.given)
    shown, stored = resource.get(), rows()
    answer = resource.patch({key: field.second})
    told = field.shown or {key}
    assert different(shown, answer) == different(shown, resource.get())
    assert different(shown, answer) & told
    assert different(shown, answer) <= told
    found = changed(stored, rows())
    assert found
    assert found <= field.columns
    if key in answer and key != "permissions":  # those that others imply come with them
        assert answer[key] == field.second


@pytest.mark.parametrize("name", FIELDS)
def test_a_patch_of_nothing_changes_nothing(furnished: Cast, name: str) -> None:
    resource = changeables(furnished)[name]
    filled = resource.patch(resource.first)
    before = rows()
    assert resource.patch({}) == filled
    assert not changed(before, rows())
