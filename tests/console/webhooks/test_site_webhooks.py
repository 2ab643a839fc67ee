"""Webhooks of the site: for operators alone, by the pages and the API of an organization's."""

import re
import smtplib
from typing import Any
from uuid import uuid4

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks import Webhook as Verifier

from console.mail import outbox
from console.models import Event, Notice, NoticeReader, OutgoingMail, Webhook, WebhookDelivery
from console.models.events import SITE
from console.notices.audit_faults import verify_audit
from console.notices.kinds import SIGN_IN_LOCKED
from console.notices.telling import News, tell
from console.services.services import create_service
from console.webhooks.sending import send_due
from console.webhooks.services.secrets import MintedWebhookSecret
from console.webhooks.services.webhooks import create_webhook, stop_webhook
from robots.access.services.organization_deletion import end_organization
from robots.accounts.services.robots import create_robot
from robots.secrets.key_changes import rotate
from teams.users.services import create_organization
from tests.actors import events_written
from tests.api.callers import bearer, token_of
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.console.outgoing.conftest import Serve
from tests.console.webhooks.conftest import Hook
from tests.console.webhooks.test_lifecycle import data_of, deliveries, told

LIST, API = "/site/webhooks/", "/api/v1/webhooks/"
JSON: dict[str, Any] = {"content_type": "application/json"}
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")
URL = "https://alarm.example.com/hooks/s3cret-path"


@pytest.fixture
def operator(cast: Cast) -> Client:
    """Whose password was given just now."""
    return browser(cast.operator, confirmed=True)


def site_hook(cast: Cast, *kinds: str, url: str = URL, name: str = "alarm") -> MintedWebhookSecret:
    return create_webhook(
        actor=cast.operator, organization=None, name=name, url=url, kinds=kinds or ["everything"]
    )


def test_an_operator_makes_one_whose_secret_is_shown_once(operator: Client) -> None:
    new = {
        "name": "alarm",
        "description": "Wakes whoever is on call.",
        "url": URL,
        "kinds": ["audit.fault", "organization.created"],
        "request_key": str(uuid4()),
    }
    with events_written() as events:
        answer = operator.post(f"{LIST}new/", new)
    assert len(set(SECRET.findall(text(answer)))) == 1
    assert [(it.chain, it.action) for it in events] == [(SITE, "webhook:created")]
    address = f"{LIST}{Webhook.objects.get().uuid}/"
    assert Webhook.objects.get().get_absolute_url() == address
    assert operator.post(f"{LIST}new/", new)["Location"] == address
    page = text(operator.get(LIST))
    assert address in page
    assert "2 kinds" in page


def test_an_operator_tries_it_and_sends_a_message_again(
    operator: Client, cast: Cast, serve: Serve
) -> None:
    server = serve()
    made = site_hook(cast, url=server.url())
    address = made.webhook.get_absolute_url()
    assert operator.post(f"{address}tests/")["Location"] == address
    assert send_due() == 1
    (visit,) = server.visits
    message = Verifier(made.plaintext.reveal()).verify(visit.body, visit.headers)
    assert message["data"] == {"organization": None, "webhook": "alarm"}
    sent = WebhookDelivery.objects.get().get_absolute_url()
    assert "Delivered" in text(operator.get(sent))
    assert operator.post(f"{sent}repetition/").status_code == 302


def test_an_operator_replaces_its_secret_changes_and_deletes_it(
    operator: Client, cast: Cast
) -> None:
    made = site_hook(cast)
    webhook, address = made.webhook, made.webhook.get_absolute_url()
    other = {"overlap": "0", "request_key": str(uuid4())}
    (second,) = set(SECRET.findall(text(operator.post(f"{address}secrets/new/", other))))
    assert second != made.plaintext.reveal()
    operator.post(address, {"name": "alarm", "url": URL, "kinds": ["mail.given-up"]})
    webhook.refresh_from_db()
    assert (webhook.kinds, webhook.is_active) == (["mail.given-up"], False)
    assert operator.post(f"{address}deletion/")["Location"] == LIST
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("who", ["owner", "member", "stranger"])
def test_to_everybody_else_there_is_nothing(cast: Cast, who: str) -> None:
    address = f"{LIST}{site_hook(cast).webhook.uuid}/"
    client = browser(getattr(cast, who), confirmed=True)
    for found in (LIST, f"{LIST}new/", address, f"{LIST}failing/", f"{address}secrets/new/"):
        assert client.get(found).status_code == 404, found
    assert client.post(f"{address}deletion/").status_code == 404
    api = bearer(token_of(getattr(cast, who))[1])
    assert api.get(API).status_code == 403
    assert Webhook.objects.exists()


def test_an_organization_has_its_own_alone(cast: Cast, hook: Hook, operator: Client) -> None:
    """Neither finds the other's under its own address, and both may be called the same."""
    own, of_site = hook(name="alarm").webhook, site_hook(cast).webhook
    owner = browser(cast.owner, confirmed=True)
    assert owner.get(f"/o/acme/settings/webhooks/{of_site.uuid}/").status_code == 404
    assert operator.get(f"{LIST}{own.uuid}/").status_code == 404
    assert str(of_site.uuid) not in text(owner.get("/o/acme/settings/webhooks/"))
    assert str(own.uuid) not in text(operator.get(LIST))
    api = bearer(token_of(cast.owner)[1])
    listed = api.get("/api/v1/organizations/acme/webhooks/").json()["results"]
    assert [it["id"] for it in listed] == [str(own.uuid)]
    again = operator.post(
        f"{LIST}new/",
        {"name": "alarm", "url": URL, "kinds": ["everything"], "request_key": uuid4()},
    )
    assert again.status_code == 422
    assert "The site has a webhook of this name." in text(again)


def test_each_is_offered_what_happens_where_it_stands(cast: Cast, operator: Client) -> None:
    site = text(operator.get(f"{LIST}new/"))
    own = text(browser(cast.owner, confirmed=True).get("/o/acme/settings/webhooks/new/"))
    for kind, here, there in (
        ("organization.created", True, False),
        ("mail.given-up", True, False),
        ("robot.created", False, True),
        ("token.ending", False, True),
        ("service.created", True, True),
        ("audit.fault", True, True),
        ("everything", True, True),
    ):
        assert (f'value="{kind}"' in site, f'value="{kind}"' in own) == (here, there), kind
    api = bearer(token_of(cast.operator)[1])
    refused = api.post(API, {"name": "a", "url": URL, "kinds": ["robot.created"]}, **JSON)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "kinds")


def test_it_works_through_the_api(cast: Cast) -> None:
    api = bearer(token_of(cast.operator)[1])
    made = api.post(API, {"name": "alarm", "url": URL, "kinds": ["mail.given-up"]}, **JSON)
    assert made.status_code == 201
    below = made["Location"]
    assert made.json()["secret"].startswith("whsec_")
    assert below == f"{API}{made.json()['id']}/"
    found = api.get(below).json()
    assert (found["organization"], found["kinds"]) == (None, ["mail.given-up"])
    sent = api.post(f"{below}tests/", {}, **JSON).json()
    assert api.get(f"{below}deliveries/{sent['id']}/").json() == sent
    assert api.post(f"{below}deliveries/{sent['id']}/repetition/", {}, **JSON).status_code == 201
    assert api.post(f"{below}secrets/", {"overlap": 0}, **JSON).status_code == 201
    assert api.patch(below, {"active": False}, **JSON).json()["disabled_because"] == "by hand"
    assert api.delete(below).status_code == 204
    assert api.get(API).json()["results"] == []


def test_what_concerns_the_site_is_told_once(cast: Cast, hook: Hook) -> None:
    hook(kinds=["everything"])
    site_hook(cast)
    WebhookDelivery.objects.all().delete()
    made = create_organization(actor=cast.operator, slug="initech", name="Initech")
    assert told() == [("organization.created", "initech")]
    end_organization(actor=cast.operator, organization=made)
    assert told() == [("organization.deleted", "initech")]
    create_service(actor=cast.operator, organization=None, name="cache", host="c.example.com")
    assert told() == [("service.created", "cache")]
    create_robot(actor=cast.owner, organization=cast.organization, name="deployer")
    create_service(
        actor=cast.owner, organization=cast.organization, name="own", host="own.example.com"
    )
    sent = [(each.kind, each.webhook.organization) for each in deliveries()]
    acme = cast.organization
    assert sent == [("robot.created", acme), ("service.created", acme)]


def test_what_happens_to_keys_is_told(cast: Cast) -> None:
    rotate("registry", actor=cast.operator, unannounced=True)
    site_hook(cast, "signing-key.current")
    rotate("registry", actor=cast.operator, unannounced=True)
    assert [kind for kind, _ in told()] == ["signing-key.current"]


def test_its_message_leads_to_the_audit_log_of_the_site(cast: Cast, operator: Client) -> None:
    site_hook(cast)
    create_service(actor=cast.operator, organization=None, name="cache", host="c.example.com")
    (sent,) = deliveries()
    event = Event.objects.filter(chain=SITE).latest("number")
    path = reverse("console:site-event", args=[event.uuid])
    data = data_of(sent)
    assert (data["organization"], data["event"]) == (None, str(event.uuid))
    assert data["url"].endswith(path)
    assert operator.get(path).status_code == 200


def test_a_changed_audit_log_is_told_wherever_it_is(cast: Cast, hook: Hook) -> None:
    own, of_site = hook(kinds=["audit.fault"]).webhook, site_hook(cast, "audit.fault").webhook
    Event.objects.filter(chain=SITE, number=1).update(actor_label="nobody")
    verify_audit()
    assert [each.webhook for each in deliveries()] == [of_site]
    WebhookDelivery.objects.all().delete()
    Event.objects.filter(organization_slug="acme", number=1).update(actor_label="nobody")
    verify_audit()
    assert [each.webhook for each in deliveries()] == [own, of_site]


def test_operators_are_told_of_webhooks_that_are_switched_off(cast: Cast, hook: Hook) -> None:
    own, of_site = hook().webhook, site_hook(cast, "webhook.stopped").webhook
    stop_webhook(webhook=own, why=Webhook.Stop.GONE)
    (sent,) = deliveries()
    assert (sent.webhook, data_of(sent)["organization"]) == (of_site, "acme")
    stop_webhook(webhook=of_site, why=Webhook.Stop.FAILING)
    notice = Notice.objects.latest("id")
    readers = NoticeReader.objects.filter(notice=notice).values_list("person_uuid", flat=True)
    assert [*readers] == [cast.operator.uuid]
    assert notice.path == f"{LIST}{of_site.uuid}/"
    page = text(browser(cast.operator).get(f"{LIST}failing/"))
    assert all(words in page for words in ("alarm", "Whole site", "chat", "Acme"))


def test_letters_that_are_given_up_are_told(cast: Cast, settings: Settings) -> None:
    settings.ROSTER_SENDS_MAIL = True
    settings.EMAIL_BACKEND = "tests.console.webhooks.test_site_webhooks.NoServer"
    site_hook(cast, "mail.given-up")
    outbox.put(outbox.Letter("somebody@example.com", "An invitation", "https://x/secret-link"))
    OutgoingMail.objects.update(attempts=outbox.MAX_ATTEMPTS - 2)
    for expected in (0, 1):
        OutgoingMail.objects.update(due_at=timezone.now())
        outbox.send_due()
        assert len(deliveries()) == expected
    (sent,) = deliveries()
    data = data_of(sent)
    assert data["title"] == "The letter to somebody@example.com was given up"
    assert data["url"].endswith("/site/mail/?show=failed")
    assert "secret-link" not in sent.body
    assert browser(cast.operator).get("/site/mail/?show=failed").status_code == 200


class NoServer(EmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected


def test_what_concerns_one_account_is_not_told(cast: Cast) -> None:
    """Notices about an account stand on no chain, and are nobody else's."""
    site_hook(cast)
    tell(SIGN_IN_LOCKED, None, News(cast.owner, "Too many wrong passwords", "/", [cast.owner]))
    assert deliveries() == []
