"""The pages of webhooks: made, shown, changed, tried, deleted."""

import re
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from console.models import Webhook, WebhookDelivery, WebhookSecret
from console.webhooks.services.secrets import create_webhook_secret
from console.webhooks.services.webhooks import send_test, update_webhook
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.console.webhooks.conftest import Hook, present
from tests.leak_search import Haystack

LIST = "/o/acme/settings/webhooks/"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture
def owner(cast: Cast) -> Client:
    """Whose password was given just now."""
    return browser(cast.owner, confirmed=True)


def new(**changes: object) -> dict[str, object]:
    return {
        "name": "chat",
        "url": "https://chat.example.com/hooks/s3cret-path",
        "kinds": ["token.leaked", "token.ending"],
        "request_key": str(uuid4()),
    } | changes


def test_a_new_webhook_shows_its_secret_once(owner: Client, haystack: Haystack) -> None:
    body = new()
    with events_written() as events:
        answer = owner.post(f"{LIST}new/", body)
    (secret,) = set(SECRET.findall(text(answer)))
    assert "no-store" in answer["Cache-Control"]
    made = Webhook.objects.get()
    assert (made.name, made.kinds) == ("chat", ["token.ending", "token.leaked"])
    (event,) = events
    assert (event.action, event.after["host"]) == ("webhook:created", "chat.example.com")
    assert "s3cret-path" not in str(event.after)
    page = text(owner.get(made.get_absolute_url()))
    assert secret not in page
    assert haystack.finds(secret) == []
    again = owner.post(f"{LIST}new/", body)
    assert again["Location"] == made.get_absolute_url()
    assert WebhookSecret.objects.count() == 1


def test_what_was_given_wrong_is_said_where_it_was_given(owner: Client, hook: Hook) -> None:
    hook()
    for changes, words in (
        ({"url": "http://chat.example.com/"}, "does not begin with https://"),
        ({"url": "https://me:pw@chat.example.com/"}, "user name or a password"),
        ({"kinds": []}, "This field is required."),
        ({"kinds": ["token.sung"]}, "not one of the available choices"),
        ({"name": "chat"}, "The organization has a webhook of this name."),
        ({"name": "No Name"}, "lower-case letters"),
    ):
        answer = owner.post(f"{LIST}new/", new(name="other") | changes)
        assert answer.status_code == 422, changes
        assert words in text(answer), changes
    assert Webhook.objects.count() == 1


def test_the_list_names_hosts_and_no_paths(owner: Client, hook: Hook) -> None:
    hook("https://chat.example.com/hooks/s3cret-path")
    page = text(owner.get(LIST))
    assert "chat.example.com" in page
    assert "s3cret-path" not in page


def test_it_is_switched_off_and_on(owner: Client, hook: Hook) -> None:
    minted = hook()
    address = minted.webhook.get_absolute_url()
    shown = {"name": "chat", "url": minted.webhook.url, "kinds": ["token.leaked"]}
    owner.post(address, shown)
    assert present(minted).state == "Disabled"
    page = text(owner.get(address))
    assert "It is told nothing" in page
    assert "Send a Test" not in page
    owner.post(address, shown | {"active": "on"})
    assert present(minted).state == "Active"


def test_what_changes_nothing_leaves_no_event(owner: Client, hook: Hook) -> None:
    minted = hook(kinds=["token.leaked"])
    shown = {"name": "chat", "url": minted.webhook.url, "kinds": ["token.leaked"], "active": "on"}
    with events_written() as events:
        owner.post(minted.webhook.get_absolute_url(), shown)
    assert events == []


def test_another_secret_is_shown_once_and_the_old_one_goes_on(owner: Client, hook: Hook) -> None:
    minted = hook()
    address = f"{minted.webhook.get_absolute_url()}secrets/new/"
    body = {"overlap": "24", "request_key": str(uuid4())}
    (secret,) = set(SECRET.findall(text(owner.post(address, body))))
    assert secret != minted.plaintext.reveal()
    new_row, old = minted.webhook.secrets.live()
    assert (new_row.ends_at, old.ends_at is None) == (None, False)
    assert owner.post(address, body)["Location"] == minted.webhook.get_absolute_url()
    owner.post(address, {"overlap": "0", "request_key": str(uuid4())})
    assert minted.webhook.secrets.live().count() == 1


def test_secrets_take_a_fresh_sign_in(as_owner: Client, hook: Hook) -> None:
    minted = hook()
    for address in (f"{LIST}new/", f"{minted.webhook.get_absolute_url()}secrets/new/"):
        answer = as_owner.post(address, new() | {"overlap": "0"})
        assert answer.status_code == 302
        assert "sign-in-again" in answer["Location"]
    assert WebhookSecret.objects.count() == 1


def test_secrets_are_sealed(cast: Cast, hook: Hook) -> None:
    """Each opens in its own row alone."""
    first = hook().secret
    second = create_webhook_secret(actor=cast.owner, webhook=first.webhook).secret
    second.sealed = first.sealed
    with pytest.raises(InvalidTag):
        second.opened()


def test_a_test_is_sent_and_a_message_sent_again(owner: Client, hook: Hook) -> None:
    minted = hook()
    address = minted.webhook.get_absolute_url()
    owner.post(f"{address}tests/")
    made = WebhookDelivery.objects.get()
    assert made.kind == "webhook.test"
    assert "webhook.test" in text(owner.get(address))
    WebhookDelivery.objects.update(state="failed", attempts=8)
    page = text(owner.get(made.get_absolute_url()))
    assert made.message_id in page
    assert "Given up" in page
    owner.post(f"{made.get_absolute_url()}repetition/")
    made.refresh_from_db()
    assert (made.state, made.attempts) == ("waiting", 0)


def test_what_is_switched_off_is_sent_nothing(cast: Cast, owner: Client, hook: Hook) -> None:
    minted = hook()
    update_webhook(actor=cast.owner, webhook=minted.webhook, active=False)
    assert owner.post(f"{minted.webhook.get_absolute_url()}tests/").status_code == 409
    assert not WebhookDelivery.objects.exists()


def test_its_end_takes_everything_with_it(cast: Cast, owner: Client, hook: Hook) -> None:
    minted = hook()
    send_test(actor=cast.owner, webhook=minted.webhook)
    answer = owner.post(f"{minted.webhook.get_absolute_url()}deletion/")
    assert answer["Location"] == LIST
    for model in (Webhook, WebhookSecret, WebhookDelivery):
        assert not model.objects.exists()


def test_a_message_is_found_below_its_own_webhook_alone(
    cast: Cast, owner: Client, hook: Hook
) -> None:
    first, other = hook(), hook(name="other")
    made = send_test(actor=cast.owner, webhook=first.webhook)
    below = f"{other.webhook.get_absolute_url()}deliveries/{made.uuid}/"
    assert owner.get(below).status_code == 404
    assert owner.post(f"{below}repetition/").status_code == 404


def test_the_tab_is_for_those_who_may_open_it(cast: Cast, owner: Client) -> None:
    assert LIST in text(owner.get("/o/acme/settings/"))
    assert LIST not in text(browser(cast.member).get("/o/acme/settings/"))


def test_the_number_of_queries_does_not_grow(cast: Cast, owner: Client, hook: Hook) -> None:
    first = hook()

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            owner.get(address)
        return len(captured)

    def fill(number: int) -> list[int]:
        for _ in range(number):
            hook(name=f"w{Webhook.objects.count()}")
            send_test(actor=cast.owner, webhook=first.webhook)
        return [queries(address) for address in (LIST, first.webhook.get_absolute_url())]

    few = fill(2)
    assert fill(10) == few
    assert max(few) <= 12
