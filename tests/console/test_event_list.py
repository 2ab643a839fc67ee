"""The audit log as a page: filters, sentences, one event."""

import pytest
from django.test import Client
from django.urls import reverse

from console.models import Event
from console.permissions import Permission
from robots.services import create_token, delete_token, disable_robot, enable_robot
from tests.actors import holder
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast

ADDRESS = "/o/acme/audit-log/"


def shown(client: Client, **query: str) -> list[str]:
    """The events of the page: action and target."""
    page = client.get(ADDRESS, query)
    assert page.status_code == 200
    return [row for row in texts_of(page, "tr") if row and not row.startswith("Event Action")]


def test_the_newest_event_stands_first(as_owner: Client, cast: Cast) -> None:
    disable_robot(actor=cast.owner, robot=cast.robot)
    assert (
        "owner@example.com disabled the robot account robot_acme.payments+ci" in shown(as_owner)[0]
    )
    assert len(shown(as_owner)) == Event.objects.filter(organization_slug="acme").count()


def test_an_action_filters(as_owner: Client, cast: Cast) -> None:
    rows = shown(as_owner, action="token:created")
    assert len(rows) == 1
    assert "created the token acme/payments/ci/nightly" in rows[0]
    assert shown(as_owner, action="token:deleted") != rows


def test_an_actor_filters(as_owner: Client, cast: Cast) -> None:
    actor = holder(cast.organization, Permission.ROBOT_UPDATE)
    disable_robot(actor=actor, robot=cast.robot)
    rows = shown(as_owner, actor=str(actor.uuid))
    assert len(rows) == 1
    assert rows[0].startswith(actor.login_name)
    assert "No event matches" in shown(as_owner, actor=str(cast.stranger.uuid))[0]


@pytest.mark.parametrize("words", ["nightly", "NIGHT", "payments/ci/nightly"])
def test_a_text_finds_targets(as_owner: Client, cast: Cast, words: str) -> None:
    assert [row for row in shown(as_owner, q=words) if "created the token" in row]
    assert len(shown(as_owner, q=words)) == 1


def test_a_text_finds_actors(as_owner: Client, cast: Cast) -> None:
    assert len(shown(as_owner, q="owner@exa")) == len(shown(as_owner))
    assert "No event matches" in shown(as_owner, q="stranger@example.com")[0]


@pytest.mark.parametrize("words", ["%", "_ightly", "night%", "*", '"nightly"', "' OR 1=1 --"])
def test_signs_of_a_query_are_plain_text(as_owner: Client, cast: Cast, words: str) -> None:
    assert "No event matches" in shown(as_owner, q=words)[0]


def test_an_access_id_finds_the_whole_life_of_a_token(as_owner: Client, cast: Cast) -> None:
    delete_token(actor=cast.owner, token=cast.token)
    create_token(actor=cast.owner, robot=cast.robot, name="nightly", kind="compact")
    for written in (str(cast.token.uuid), str(cast.token.uuid).upper(), cast.token.uuid.hex):
        rows = shown(as_owner, q=written)
        assert ["deleted" in row for row in rows] == [True, False]


def test_filters_work_together(as_owner: Client, cast: Cast) -> None:
    disable_robot(actor=cast.owner, robot=cast.robot)
    enable_robot(actor=cast.owner, robot=cast.robot)
    rows = shown(as_owner, q="payments+ci", action="robot:enabled", actor=str(cast.owner.uuid))
    assert len(rows) == 1


def event_page(client: Client, event: Event) -> object:
    return client.get(reverse("console:event", args=["acme", event.uuid]))


def test_an_event_shows_before_and_after(as_owner: Client, cast: Cast) -> None:
    disable_robot(actor=cast.owner, robot=cast.robot)
    page = event_page(as_owner, Event.objects.latest("id"))
    assert "state enabled disabled" in texts_of(page, "tr")
    assert "robot:disabled" in text(page)
    assert str(cast.robot.uuid) in text(page)


def test_an_event_has_a_permalink(as_owner: Client, cast: Cast) -> None:
    event = Event.objects.get(organization_slug="acme", number=2)
    where = reverse("console:event", args=["acme", event.uuid])
    assert f"http://testserver{where}" in text(as_owner.get(where))
    assert f'href="{where}"' in text(as_owner.get(ADDRESS))


def test_a_member_is_told_what_is_missing_and_whom_to_ask(cast: Cast) -> None:
    event = Event.objects.filter(organization_slug="acme").latest("id")
    for where in (ADDRESS, reverse("console:event", args=["acme", event.uuid])):
        answer = browser(cast.member).get(where)
        assert answer.status_code == 403
        assert "event:read" in text(answer)
        assert cast.owner.display_name in text(answer)
        assert event.target_label not in text(answer)
