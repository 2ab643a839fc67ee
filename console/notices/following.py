"""What of the audit log programs are told: messages about the events that one change has recorded."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse

from console.audit.sentences import sentence
from console.models import Event
from console.models.events import SITE
from console.notices.event_kinds import BY_ACTION
from console.notices.programs import Happening, listeners, put_messages


def follow(chain: str, number: int, actions: Collection[str]) -> None:
    """Tell of the chain's events after that number; `actions` are those that were recorded.

    Part of the change's transaction. However many there are, it asks who listens once, and what was
    recorded once where somebody does. An organization's chain is told to its own webhooks alone.
    """
    kinds = {action: BY_ACTION[action] for action in BY_ACTION.keys() & set(actions)}
    if not kinds:
        return
    if webhooks := listeners(None if chain == SITE else UUID(chain), kinds.values()):
        recorded = Event.objects.filter(chain=chain, number__gt=number, action__in=kinds)
        put_messages(webhooks, map(_happening, recorded.order_by("number")))


def _happening(event: Event) -> Happening:
    where = [event.organization_slug, event.uuid] if event.organization_slug else [event.uuid]
    name = "console:event" if event.organization_slug else "console:site-event"
    actor = {"kind": event.actor_kind, "id": event.actor_uuid, "name": event.actor_label}
    return Happening(
        kind=BY_ACTION[event.action],
        moment=event.created_at,
        organization=event.organization_slug,
        title=sentence(event),
        path=reverse(name, args=where),
        subject=(event.target_kind, event.target_uuid, event.target_label),
        data={"actor": actor, "event": event.uuid},
    )
