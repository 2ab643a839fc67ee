"""Where webhooks are looked at: in an organization's settings, or those of the site, which operators see."""

from functools import partial
from typing import Any

from console.models import Webhook
from console.organizations import places
from console.organizations.places import Place

WEBHOOKS = places.Subject("webhook", "Webhooks", "webhooks")
of_organization = partial(places.of_organization, WEBHOOKS)
of_site = partial(places.of_site, WEBHOOKS)


def frame(place: Place) -> dict[str, Any]:
    """What is around a page of webhooks, and whose they are."""
    whose = place.organization.name if place.organization else "Webhooks of the site"
    return place.frame() | {"whose": whose}


def below(place: Place, webhook: Webhook, *items: tuple[str, str] | str) -> dict[str, Any]:
    """What is around a page of one webhook, and the way to it."""
    url = place.of(webhook)
    way = place.crumbs((webhook.name, url if items else ""), *items)
    return frame(place) | {"webhook": webhook, "breadcrumb": way, "back": url}
