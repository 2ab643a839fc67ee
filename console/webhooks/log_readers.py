"""Who may let programs hear of the audit log: whoever reads it. Of the site's, operators do."""

from collections.abc import Collection, Iterable

from console.models import Organization, Webhook, WebhookDelivery
from console.notices.event_kinds import OF_LOG
from console.notices.kinds import Kind
from console.permissions.decision import Actor, allows, require
from console.permissions.vocabulary import Permission


def may_read(actor: Actor, organization: Organization | None, kinds: Iterable[str]) -> bool:
    """Whether the actor may know what is told under these kinds."""
    if organization is None or OF_LOG.isdisjoint(kinds):
        return True
    return allows(actor, Permission.EVENT_READ, organization)


def require_to_read(actor: Actor, organization: Organization | None, kinds: Iterable[str]) -> None:
    """Raise `MissingPermission` unless the actor may."""
    if organization and not OF_LOG.isdisjoint(kinds):
        require(actor, Permission.EVENT_READ, organization)


def require_to_change(actor: Actor, webhook: Webhook, changed: Collection[str]) -> None:
    """The same for what a webhook hears once these columns are as they are now.

    With a new address that is also what waits to be sent to it, of kinds that it had before.
    """
    begins = webhook.is_active and "disabled_at" in changed
    if begins or not {"kinds", "url"}.isdisjoint(changed):
        require_to_read(actor, webhook.organization, webhook.kinds)
    if "url" in changed:
        waiting = webhook.deliveries.filter(state=WebhookDelivery.State.WAITING)
        kinds = waiting.values_list("kind", flat=True).distinct().order_by()
        require_to_read(actor, webhook.organization, kinds)


def offered_to(
    actor: Actor, organization: Organization | None, offered: list[Kind], chosen: Collection[str]
) -> list[Kind]:
    """Of the offered kinds those that the actor may choose, and what is chosen already."""
    if may_read(actor, organization, OF_LOG):
        return offered
    return [kind for kind in offered if kind.name not in OF_LOG or kind.name in chosen]
