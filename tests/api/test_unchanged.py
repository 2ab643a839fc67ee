"""A PATCH with what is there already changes nothing and leaves no event, whatever resource it is."""

from typing import Any

import pytest

from tests.actors import events_written
from tests.api.updates import FIELDS, Changeable, changeables, changed
from tests.conftest import Cast
from tests.snapshots import rows


def send_again(resource: Changeable, bodies: list[dict[str, Any]]) -> None:
    shown, before = resource.get(), rows()
    for body in bodies:
        with events_written() as events:
            assert resource.patch(body) == shown
        assert [event.action for event in events] == [], body
        assert not changed(before, rows()), body


@pytest.mark.parametrize("name", FIELDS)
def test_the_same_values_again_leave_no_event(furnished: Cast, name: str) -> None:
    resource = changeables(furnished)[name]
    with events_written() as events:
        resource.patch(resource.first)
    assert events
    each = [{key: value} for key, value in resource.first.items()]
    send_again(resource, [{}, resource.first, *each])


@pytest.mark.parametrize("name", FIELDS)
def test_what_an_answer_shows_can_be_sent_back(furnished: Cast, name: str) -> None:
    """Of what is as it was made, too: most of it empty."""
    resource = changeables(furnished)[name]
    shown = resource.get()
    there = {key: shown[key] for key in resource.first if key in shown}
    send_again(resource, [there])
