"""Webhooks with what was sent to them, and notices under the owner's bell."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from console.models import NoticeReader, Organization, Webhook, WebhookDelivery
from console.notices.kinds import (
    LINK_REOPENED,
    POLICY_BLOCKED,
    SIGN_IN_LOCKED,
    TOKEN_ENDING,
    TOKEN_NEW_ADDRESS,
)
from console.notices.telling import News, tell
from console.webhooks.services.webhooks import create_webhook, send_test
from robots.models import Robot
from teams.models import User

LONG = "https://hooks.a-rather-long-name-of-a-machine.example.com/services/a-long-path/that/goes/on"


def add_webhooks(owner: User, organization: Organization) -> dict[str, str]:
    """One that is told and fails now and then, and one that has gone; what addresses call them."""
    for name, url in (("chat", LONG), ("pager", "https://pager.example.com/hooks")):
        create_webhook(
            actor=owner,
            organization=organization,
            name=name,
            url=url,
            kinds=[TOKEN_ENDING.name, TOKEN_NEW_ADDRESS.name],
        )
    chat, pager = organization.webhooks.order_by("id")
    pager.disabled_at, pager.disabled_because = timezone.now(), Webhook.Stop.GONE
    pager.save()
    add_notices(owner, organization)
    failed = WebhookDelivery.objects.filter(webhook=chat).latest("id")
    _answered(failed, 503, 503, None)
    _answered(send_test(actor=owner, webhook=chat), 204)
    Webhook.objects.filter(pk=chat.pk).update(failing_since=failed.created_at)
    return {
        "webhook": str(chat.uuid),
        "quiet-webhook": str(pager.uuid),
        "delivery": str(failed.uuid),
    }


def add_site_webhook(operator: User) -> dict[str, str]:
    """One of the site, and a message to it."""
    minted = create_webhook(
        actor=operator,
        organization=None,
        name="alarm",
        description="Wakes whoever is on call.",
        url="https://alarm.example.com/hooks",
        kinds=["audit.fault", "mail.given-up", "organization.created"],
    )
    sent = send_test(actor=operator, webhook=minted.webhook)
    _answered(sent, 204)
    return {"site-webhook": str(minted.webhook.uuid), "site-delivery": str(sent.uuid)}


def _answered(delivery: WebhookDelivery, *statuses: int | None) -> None:
    fault = "“hooks.example.com” has not answered in full within 5 s."
    delivery.tries = [
        {
            "at": (timezone.now() - timedelta(minutes=number)).isoformat(),
            "milliseconds": 5000 if status is None else 84,
            "status": status,
            "fault": "" if status else fault,
        }
        for number, status in enumerate(statuses)
    ]
    delivery.state = "waiting" if None in statuses else "delivered"
    delivery.save()


def add_notices(owner: User, organization: Organization) -> None:
    """Some of each kind of words, one of them read."""
    robot = Robot.objects.living().filter(organization=organization).earliest("id")
    path = reverse("robots:robot-list", args=[organization.slug])
    token = robot.get_absolute_url()
    about = (
        (POLICY_BLOCKED, f"The token policy of {organization} blocked 3 tokens", path),
        (TOKEN_ENDING, f"The token {robot}/nightly ends on 29 Nov 2026, 12:00 UTC", token),
        (LINK_REOPENED, f"A one-time link of the token {robot}/nightly was opened twice", token),
        (TOKEN_NEW_ADDRESS, f"The token {robot}/{'long-' * 16}name was used at 192.0.2.7", token),
    )
    for kind, words, where in about:
        tell(kind, organization, News(robot, words, where, [owner]))
    account = "Too many wrong passwords for your account from 192.0.2.7"
    tell(SIGN_IN_LOCKED, None, News(owner, account, reverse("teams:my-account"), [owner]))
    first = NoticeReader.objects.filter(person_uuid=owner.uuid).earliest("id")
    NoticeReader.objects.filter(pk=first.pk).update(read_at=timezone.now())
