"""Webhooks tell no more of the audit log than whoever sets them up may read."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from console.models import Webhook, WebhookDelivery
from console.permissions.vocabulary import CONTROL_PERMISSIONS, Permission
from console.webhooks.services.webhooks import send_test, update_webhook
from robots.accounts.services.robots import create_robot
from teams.grants.services import GrantSpec, give
from tests.actors import events_written
from tests.api.callers import bearer, token_of
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.console.webhooks.conftest import Hook, present

AT = "/api/v1/organizations/acme/webhooks/"
LIST = "/o/acme/settings/webhooks/"
URL = "https://chat.example.com/hooks"
ELSEWHERE = {"url": "https://elsewhere.example.com/"}
JSON: dict[str, Any] = {"content_type": "application/json"}


@pytest.fixture(autouse=True)
def _limited(cast: Cast) -> None:
    """The member may change the organization and not see its audit log."""
    rights = CONTROL_PERMISSIONS - {Permission.EVENT_READ}
    give(
        actor=cast.owner, holder=cast.member, spec=GrantSpec(cast.organization, permissions=rights)
    )


@pytest.fixture
def api(cast: Cast) -> Client:
    return bearer(token_of(cast.member)[1])


@pytest.fixture
def pages(cast: Cast) -> Client:
    return browser(cast.member, confirmed=True)


def refused(answer: Any) -> bool:
    return answer.status_code == 403 and "event:read" in text(answer)


@pytest.mark.parametrize("kinds", [["everything"], ["token.leaked", "robot.created"]])
def test_one_that_hears_of_it_takes_the_permission(
    cast: Cast, api: Client, hook: Hook, kinds: list[str]
) -> None:
    new = {"name": "chat", "url": URL, "kinds": kinds}
    with events_written() as events:
        assert refused(api.post(AT, new, **JSON))
    assert not events
    assert not Webhook.objects.exists()
    made = api.post(AT, new | {"kinds": ["token.leaked"]}, **JSON)
    assert made.status_code == 201
    address = f"{AT}{made.json()['id']}/"
    assert refused(api.patch(address, {"kinds": kinds}, **JSON))
    assert api.patch(address, ELSEWHERE, **JSON).status_code == 200
    assert (
        bearer(token_of(cast.owner)[1]).patch(address, {"kinds": kinds}, **JSON).status_code == 200
    )


def test_a_narrowed_token_lets_one_hear_of_it_only_with_the_permission(cast: Cast) -> None:
    new = {"name": "chat", "url": URL, "kinds": ["everything"]}
    narrowing = frozenset({Permission.ORGANIZATION_UPDATE})
    client = bearer(token_of(cast.owner, permissions=narrowing)[1])
    assert refused(client.post(AT, new, **JSON))
    narrowing |= {Permission.EVENT_READ}
    client = bearer(token_of(cast.owner, permissions=narrowing)[1])
    assert client.post(AT, new, **JSON).status_code == 201


def test_what_hears_of_it_is_not_turned_elsewhere(cast: Cast, api: Client, hook: Hook) -> None:
    webhook = hook(URL, kinds=["everything"]).webhook
    address = f"{AT}{webhook.uuid}/"
    assert refused(api.patch(address, ELSEWHERE, **JSON))
    assert api.patch(address, {"description": "Of the night."}, **JSON).status_code == 200
    assert api.patch(address, {"active": False}, **JSON).status_code == 200
    assert refused(api.patch(address, {"active": True}, **JSON))
    assert api.post(f"{address}secrets/", {}, **JSON).status_code == 201
    webhook.refresh_from_db()
    assert (webhook.url, webhook.is_active) == (URL, False)


def test_nor_is_what_it_was_told_before(cast: Cast, api: Client, hook: Hook) -> None:
    webhook = hook(URL, kinds=["everything"]).webhook
    create_robot(actor=cast.owner, organization=cast.organization, name="deployer")
    address = f"{AT}{webhook.uuid}/"
    assert api.patch(address, {"kinds": ["token.leaked"]}, **JSON).status_code == 200
    assert refused(api.patch(address, ELSEWHERE, **JSON))
    WebhookDelivery.objects.update(state="failed")
    assert api.patch(address, ELSEWHERE, **JSON).status_code == 200
    told = WebhookDelivery.objects.get(kind="robot.created")
    assert refused(api.post(f"{address}deliveries/{told.uuid}/repetition/", {}, **JSON))
    told.refresh_from_db()
    assert told.state == "failed"
    test = send_test(actor=cast.owner, webhook=webhook)
    again = api.post(f"{address}deliveries/{test.uuid}/repetition/", {}, **JSON)
    assert again.status_code == 201


def test_its_pages_offer_what_may_be_chosen_and_say_so(
    cast: Cast, pages: Client, hook: Hook
) -> None:
    offered, words = 'value="robot.created"', "those who may see it"
    page = text(pages.get(f"{LIST}new/"))
    assert (offered in page, 'value="everything"' in page, words in page) == (False, False, True)
    assert 'value="token.leaked"' in page
    page = text(browser(cast.owner, confirmed=True).get(f"{LIST}new/"))
    assert (offered in page, words in page) == (True, False)
    body = {"name": "chat", "url": URL, "kinds": ["everything"], "request_key": str(uuid4())}
    assert pages.post(f"{LIST}new/", body).status_code == 422
    assert not Webhook.objects.exists()


def test_what_was_chosen_stays_when_something_else_is_saved(
    cast: Cast, pages: Client, hook: Hook
) -> None:
    minted = hook(URL, kinds=["robot.created"])
    address = minted.webhook.get_absolute_url()
    page = text(pages.get(address))
    assert 'value="robot.created"' in page
    assert 'value="robot.deleted"' not in page
    body = {"name": "pager", "url": URL, "kinds": ["robot.created"], "active": "on"}
    assert pages.post(address, body).status_code == 302
    assert (present(minted).name, present(minted).kinds) == ("pager", ["robot.created"])
    assert refused(pages.post(address, body | ELSEWHERE))
    update_webhook(actor=cast.owner, webhook=minted.webhook, name="chat")
    assert present(minted).url == URL


def test_the_page_of_a_message_shows_it_to_who_may_see_the_log(
    cast: Cast, pages: Client, hook: Hook
) -> None:
    hook(URL, kinds=["robot.created"])
    create_robot(actor=cast.owner, organization=cast.organization, name="deployer")
    told = WebhookDelivery.objects.get()
    page = text(pages.get(told.get_absolute_url()))
    assert "event:read" in page
    assert "deployer" not in page
    assert "Send Again" not in page
    assert "deployer" in text(browser(cast.owner).get(told.get_absolute_url()))
