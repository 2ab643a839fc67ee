"""Messages to programs: one to each webhook that has chosen what happened, in the transaction of the change.

What is sent is the business of jobs.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q

from console.models import Notice, Webhook, WebhookDelivery
from console.notices.event_kinds import EVERYTHING
from console.notices.kinds import Kind

ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened to one thing, as programs are told it. Never a secret.

    `organization` is its name in addresses, empty on the site; `path` is where the console shows it.
    """

    kind: Kind
    moment: datetime
    organization: str
    title: str
    path: str
    subject: tuple[str, UUID | None, str]
    data: dict[str, Any] = field(default_factory=dict)
    notice: Notice | None = None

    @property
    def body(self) -> str:
        """What is sent of it."""
        kind, identifier, name = self.subject
        known = {
            "organization": self.organization or None,
            "title": self.title,
            "url": f"{settings.ROSTER_ORIGIN}{self.path}",
            "subject": {"kind": kind, "id": identifier, "name": name},
        }
        return message(self.kind.name, self.moment, known | self.data)


def message(kind: str, moment: datetime, data: dict[str, Any]) -> str:
    """The body of what a webhook is sent: the same bytes whenever it is tried."""
    content = {"type": kind, "timestamp": moment, "data": data}
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


def listeners(
    organization: UUID | None, kinds: Collection[Kind], *, and_site: bool = False
) -> list[Webhook]:
    """The webhooks of the organization, or with `None` of the site, that have chosen one of the kinds; with
    `and_site` those of the site beside an organization's. One query.
    """
    of_site = Q(organization=None)
    places = Q(organization__uuid=organization) if organization else of_site
    active = Webhook.objects.active().filter(places | of_site if and_site else places)
    found = active.order_by("pk")
    return [webhook for webhook in found if any(is_chosen(webhook, kind) for kind in kinds)]


def is_chosen(webhook: Webhook, kind: Kind) -> bool:
    """Whether the webhook is told of the kind."""
    is_offered = kind.of_organization if webhook.organization_id else kind.of_site
    return is_offered and not {kind.name, EVERYTHING.name}.isdisjoint(webhook.kinds)


def put_messages(webhooks: Sequence[Webhook], happenings: Iterable[Happening]) -> None:
    """A message of each for those that have chosen its kind."""
    messages = [
        WebhookDelivery(
            webhook=webhook,
            notice=happening.notice,
            kind=happening.kind.name,
            body=body,
            created_at=happening.moment,
            due_at=happening.moment,
        )
        for happening, body in ((each, each.body) for each in happenings)
        for webhook in webhooks
        if is_chosen(webhook, happening.kind)
    ]
    WebhookDelivery.objects.bulk_create(messages, batch_size=ROWS_AT_ONCE)
