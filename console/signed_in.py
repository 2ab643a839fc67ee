"""What a session remembers of its sign-in, and when it ends: idle, or whatever is done with it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.utils import timezone

from console.http import current

# Within what a session holds.
BEGUN = "signed_in"
# Each page would be a write, otherwise. A session that is idle ends at most so much too early.
SEEN_EVERY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class SignIn:
    """When somebody signed in here, from which address, and what the browser called itself."""

    at: datetime
    address: str
    agent: str


def note_sign_in(content: dict[str, Any]) -> None:
    """Keep when and where somebody signed in, once they have."""
    if SESSION_KEY in content and BEGUN not in content:
        came = current.get()
        content[BEGUN] = {
            "at": timezone.now().timestamp(),
            "address": came.address,
            "agent": came.agent,
        }


def sign_in_of(content: dict[str, Any]) -> SignIn | None:
    """What was kept of it; nothing while nobody is signed in."""
    kept = content.get(BEGUN)
    if kept is None:
        return None
    return SignIn(datetime.fromtimestamp(kept["at"], UTC), kept["address"], kept["agent"])


def end_of(content: dict[str, Any]) -> datetime:
    """When it ends if nothing is asked any more."""
    now, sign_in = timezone.now(), sign_in_of(content)
    begun = sign_in.at if sign_in else now
    idle = timedelta(minutes=settings.ROSTER_SESSION_IDLE_MINUTES)
    return min(now + idle, begun + timedelta(days=settings.ROSTER_SESSION_DAYS))
