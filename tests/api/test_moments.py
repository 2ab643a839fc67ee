"""A moment in a body or a query has its time and its offset, and an end is not farther than any may be."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console.api.reference import document
from console.models import Event
from robots.models import Token
from tests.addresses import EVERY_ADDRESS, acme
from tests.api.bodies import BODIES
from tests.api.updates import changeables
from tests.browsers import browser
from tests.conftest import Cast

WORDS = "Write a moment with its time and offset, such as 2027-01-31T23:59:59Z."
TOO_FAR = "Choose a moment in the next 36,500 days, or never."
EVENTS = "/api/v1/organizations/acme/events/"
JSON: dict[str, Any] = {"content_type": "application/json"}
MAKING = (
    "robots-api:robots",
    "robots-api:tokens",
    "robots-api:trusts",
    "robots-api:role-tokens",
    "robots-api:personal-tokens",
    "robots-api:grants",
    "robots-api:grants-bulk",
)
CHANGING = (
    *("robots-api:robot", "robots-api:token"),
    *("robots-api:trust", "robots-api:personal-token", "robots-api:grant"),
)


# Who is named in a body.
NAMED: dict[str, dict[str, Any]] = {
    "robots-api:grants": {"user": "member@example.com"},
    "robots-api:grants-bulk": {"holders": [{"user": "member@example.com"}]},
}


def takes_an_end(operation: dict[str, Any]) -> bool:
    schemas = document()["components"]["schemas"]
    content = operation.get("requestBody", {}).get("content", {}).values()
    names = {it["schema"]["$ref"].rpartition("/")[2] for it in content if "$ref" in it["schema"]}
    return any("expires_at" in schemas[name].get("properties", {}) for name in names)


def test_these_are_all_that_take_an_end() -> None:
    operations = [
        method
        for path in document()["paths"].values()
        for method, operation in path.items()
        if takes_an_end(operation)
    ]
    assert sorted(operations) == ["patch"] * len(CHANGING) + ["post"] * len(MAKING)


def answers(cast: Cast, *ends: str) -> Iterator[Any]:
    """What each of them says to each of these ends."""
    client, changed = browser(cast.owner, confirmed=True), changeables(cast)
    for body in ({"expires_at": end} for end in ends):
        for name in MAKING:
            sent = BODIES.get((name, "POST"), {"name": "laptop"}) | body | NAMED.get(name, {})
            places = {part: acme(cast)[part] for part in EVERY_ADDRESS[name]}
            yield client.post(reverse(name, kwargs=places), sent, **JSON)
        for name in CHANGING:
            yield client.patch(changed[name].address, body, **JSON)


@pytest.mark.parametrize(
    "end",
    [
        "2099-01-31",
        "2099-01-31T10:00:00",
        "2099-W05-1",
        "20990131",
        "31.01.2099",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_what_is_no_moment_is_refused_with_what_to_write(furnished: Cast, end: str) -> None:
    for answer in answers(furnished, end):
        assert answer.status_code == 422, answer.content
        assert answer.json()["errors"] == [{"field": "expires_at", "message": WORDS}]


def test_no_end_is_farther_than_the_farthest(furnished: Cast) -> None:
    beyond = (timezone.now() + timedelta(days=36_501)).isoformat()
    for answer in answers(furnished, "9999-12-31T23:59:59Z", beyond):
        assert answer.status_code == 422, answer.content
        assert answer.json()["errors"] == [{"field": "expires_at", "message": TOO_FAR}]


@pytest.mark.usefixtures("clock")
def test_the_farthest_end_is_the_last_day_to_its_end(
    furnished: Cast,
) -> None:
    day = timezone.now() + timedelta(days=36_500)
    for answer in answers(furnished, f"{day:%Y-%m-%d}T23:59:59Z"):
        assert answer.status_code in {200, 201}, answer.content


def test_an_offset_is_heeded(cast: Cast) -> None:
    places = {"organization": "acme", "robot": cast.robot.uuid, "token": cast.token.uuid}
    address = reverse("robots-api:token", kwargs=places)
    answer = browser(cast.owner).patch(address, {"expires_at": "2098-01-31T01:00:00+02:00"}, **JSON)
    assert answer.json()["expires_at"] == "2098-01-30T23:00:00Z"
    token = Token.objects.get(pk=cast.token.pk)
    assert token.expires_at == datetime.fromisoformat("2098-01-30T23:00:00Z")


@pytest.mark.usefixtures("clock")
def test_the_server_counts_seconds(cast: Cast) -> None:
    client, robots = browser(cast.owner), reverse("robots-api:robots", args=["acme"])
    for seconds in (1, 43_200, 36_500 * 86_400):
        body = {"name": f"ends-in-{seconds}", "expires_in": seconds}
        made = client.post(robots, body, **JSON)
        assert made.status_code == 201, made.content
        expected = timezone.now() + timedelta(seconds=seconds)
        assert datetime.fromisoformat(made.json()["expires_at"]) == expected


def found(client: Client, **query: str) -> list[int]:
    answer = client.get(EVENTS, query)
    assert answer.status_code == 200, answer.content
    return [event["number"] for event in answer.json()["results"]]


def test_events_are_asked_for_between_moments(cast: Cast) -> None:
    client, second = browser(cast.owner), timedelta(seconds=1)
    numbers = found(client)
    event = Event.objects.get(organization_slug="acme", number=numbers[1])
    start = event.created_at - 9 * second
    for number in numbers:
        moment = start + number * second
        Event.objects.filter(organization_slug="acme", number=number).update(created_at=moment)
    middle = (start + numbers[1] * second).isoformat()
    assert found(client, since=middle) == numbers[:2]
    assert found(client, until=middle) == numbers[1:]
    assert found(client, since=middle, until=middle) == [numbers[1]]


@pytest.mark.parametrize("name", ["since", "until"])
@pytest.mark.parametrize("day", ["2026-03-02", "2026-03-02T10:00:00"])
def test_a_day_alone_filters_no_events(cast: Cast, name: str, day: str) -> None:
    answer = browser(cast.owner).get(EVENTS, {name: day})
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"field": name, "message": WORDS}]
