"""What the site's chain says about older backups: that one was noticed, and that it was accepted.

All replicas over one database read it, also those whose file of checkpoints knows nothing of it.
"""

import hmac
from datetime import datetime
from functools import lru_cache

from django.core.exceptions import ImproperlyConfigured

from console.audit import links
from console.models import Event
from console.models.events import SITE

NOTICED, ACCEPTED = "site:restore-noticed", "site:restored"


def last_word() -> Event | None:
    """The last time that an older backup was noticed or accepted."""
    said = Event.objects.filter(chain=SITE, action__in=(NOTICED, ACCEPTED)).order_by("-number")
    return next((event for event in said[:1] if _is_ours(event.number, bytes(event.link))), None)


def accepted_at() -> datetime | None:
    """When somebody last said that the database may be as it is, though it had been ahead."""
    said = Event.objects.filter(chain=SITE, action=ACCEPTED).order_by("-number")[:1]
    found = next((event for event in said if _is_ours(event.number, bytes(event.link))), None)
    return found.created_at if found else None


@lru_cache(16)
def _is_ours(number: int, link: bytes) -> bool:
    """Whether Roster wrote the event: an acceptance that anybody could write would hide what they cut."""
    event = Event.objects.get(chain=SITE, number=number)
    before = Event.objects.filter(chain=SITE, number=number - 1).values_list("link", flat=True)
    previous = b"" if number == 1 else next((bytes(each) for each in before), None)
    if previous is None:
        return False
    try:
        columns = [getattr(event, name) for name in links.LINKED_FIELDS]
        right = links.link(previous, columns, links.key(event.root_number))
    except (LookupError, ImproperlyConfigured):
        return False
    return hmac.compare_digest(right, link)
