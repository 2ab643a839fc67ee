"""The audit log says which token somebody came with, and finds what was done with it."""

from typing import Any

import pytest
from django.test import Client

from console.audit.recording import chain_of
from console.audit.verification import verify_chain
from console.models import Event
from tests.actors import events_written
from tests.api.callers import bearer, token_of
from tests.browsers import browser, text
from tests.conftest import Cast

JSON: dict[str, Any] = {"content_type": "application/json"}
EVENTS = "/api/v1/organizations/acme/events/"


@pytest.fixture
def laptop(cast: Cast) -> tuple[Client, str]:
    """The owner's shell, and the access ID of its token."""
    token, secret = token_of(cast.owner, name="laptop")
    return bearer(secret), str(token.uuid)


def make_team(client: Client, name: str) -> Event:
    with events_written() as events:
        answer = client.post("/api/v1/organizations/acme/teams/", {"name": name}, **JSON)
    assert answer.status_code == 201, answer.content
    (event,) = events
    return event


def test_what_was_done_with_a_token_names_it(cast: Cast, laptop: tuple[Client, str]) -> None:
    api, access_id = laptop
    event = make_team(api, "builders")
    assert str(event.token_uuid) == access_id
    assert event.actor_label == cast.owner.email
    page = browser(cast.owner).get(f"/o/acme/audit-log/{event.uuid}/")
    assert access_id in text(page)


def test_what_was_done_in_the_browser_names_none(cast: Cast) -> None:
    event = make_team(browser(cast.owner), "builders")
    assert event.token_uuid is None
    assert "Came with" not in text(browser(cast.owner).get(f"/o/acme/audit-log/{event.uuid}/"))


def test_the_next_request_does_not_inherit_it(cast: Cast, laptop: tuple[Client, str]) -> None:
    make_team(laptop[0], "builders")
    assert make_team(browser(cast.owner), "testers").token_uuid is None


def test_an_access_id_finds_what_was_done_to_it_and_with_it(
    cast: Cast, laptop: tuple[Client, str]
) -> None:
    api, access_id = laptop
    made = make_team(api, "builders")
    for query in (f"?access_id={access_id}", f"?q={access_id}"):
        found = api.get(f"{EVENTS}{query}").json()["results"]
        assert [(it["id"], it["token"]) for it in found] == [(str(made.uuid), access_id)]
    told = api.get(f"{EVENTS}?access_id={cast.token.uuid}").json()["results"]
    assert [it["action"] for it in told] == ["token:created"]


def test_taking_the_token_out_of_an_event_is_found(cast: Cast, laptop: tuple[Client, str]) -> None:
    event, chain = make_team(laptop[0], "builders"), chain_of(cast.organization)
    assert not verify_chain(chain)
    Event.objects.filter(pk=event.pk).update(token_uuid=None)
    assert [fault.number for fault in verify_chain(chain)] == [event.number]
