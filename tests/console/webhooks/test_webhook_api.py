"""Webhooks through the API."""

from typing import Any

import pytest
from django.test import Client

from console.models import Webhook, WebhookSecret
from console.webhooks.sending import send_due
from tests.api.callers import bearer, token_of
from tests.conftest import Cast
from tests.console.outgoing.conftest import Serve
from tests.https import answer

AT = "/api/v1/organizations/acme/webhooks/"
JSON: dict[str, Any] = {"content_type": "application/json"}
NEW = {
    "name": "chat",
    "url": "https://chat.example.com/hooks",
    "kinds": ["token.leaked", "token.ending"],
}


@pytest.fixture
def api(cast: Cast) -> Client:
    return bearer(token_of(cast.owner)[1])


def test_a_webhook_comes_with_its_secret_once(api: Client) -> None:
    made = api.post(AT, NEW, **JSON)
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    assert "no-store" in made["Cache-Control"]
    found = api.get(made["Location"]).json()
    assert "secret" not in found
    assert (found["kinds"], found["active"]) == (["token.ending", "token.leaked"], True)
    assert api.get(AT).json()["results"] == [found]


def test_the_same_request_makes_no_second_one(api: Client) -> None:
    key: Any = {"headers": {"Idempotency-Key": "one"}}
    assert api.post(AT, NEW, **JSON, **key).status_code == 201
    assert api.post(AT, NEW, **JSON, **key).status_code == 409
    other = api.post(AT, NEW | {"name": "other"}, **JSON, **key)
    assert other.status_code == 422
    assert (Webhook.objects.count(), WebhookSecret.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"url": "ftp://x"}, 422, "url"),
        ({"kinds": []}, 422, "kinds"),
        ({"kinds": ["token.sung"]}, 422, "kinds"),
        ({"kinds": "token.leaked"}, 422, "kinds"),
        ({"name": "No Name"}, 422, "name"),
        ({"organization": "globex"}, 400, "organization"),
        ({"disabled_because": "gone"}, 400, "disabled_because"),
    ],
)
def test_what_is_wrong_is_named(api: Client, body: dict[str, Any], status: int, field: str) -> None:
    refused = api.post(AT, NEW | body, **JSON)
    assert refused.status_code == status
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert not Webhook.objects.exists()


def test_messages_are_seen_and_sent_again(api: Client, serve: Serve) -> None:
    statuses = iter([500, 200])
    server = serve(lambda visit: visit.send(answer(next(statuses), "inside")))
    made = api.post(AT, NEW | {"url": server.url()}, **JSON).json()
    below = f"{AT}{made['id']}/"
    sent = api.post(f"{below}tests/", {}, **JSON).json()
    assert (sent["kind"], sent["state"], sent["tries"]) == ("webhook.test", "waiting", [])
    send_due()
    assert api.get(below).json()["failing_since"]
    again = api.post(f"{below}deliveries/{sent['id']}/repetition/", {}, **JSON)
    assert again.status_code == 201
    send_due()
    (found,) = api.get(f"{below}deliveries/").json()["results"]
    assert found["state"] == "delivered"
    assert [tried["status"] for tried in found["tries"]] == [500, 200]
    assert "inside" not in str(found)
    assert api.get(f"{below}deliveries/{sent['id']}/").json() == found
    assert api.get(below).json()["failing_since"] is None


def test_a_secret_is_replaced(api: Client) -> None:
    made = api.post(AT, NEW, **JSON).json()
    below = f"{AT}{made['id']}/secrets/"
    new = api.post(below, {"overlap": 60}, **JSON).json()
    assert new["secret"] != made["secret"]
    listed = api.get(below).json()["results"]
    assert [row["ends_at"] is None for row in listed] == [True, False]
    assert not any("secret" in row for row in listed)
    assert api.post(below, {"overlap": 9_999_999}, **JSON).status_code == 422
