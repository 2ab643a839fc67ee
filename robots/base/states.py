"""What state a robot or token is in, and why a credential is refused. Pure."""

from datetime import datetime
from enum import StrEnum

from robots.base.periods import EXPIRING_SOON, NEVER_ENDS


class State(StrEnum):
    """The one word that lists show."""

    ACTIVE = "active"
    EXPIRED = "expired"
    DISABLED = "disabled"
    BLOCKED = "blocked"
    REVOKED = "revoked"


class Refusal(StrEnum):
    """Why a credential was refused, for counters and owners; a caller only ever gets 401.

    Each is counted in a column of 20 characters.
    """

    UNKNOWN = "unknown"
    WRONG_SECRET = "wrong secret"  # noqa: S105 - a reason, not a secret
    WRONG_NAME = "wrong user name"
    REVOKED = "revoked"
    BLOCKED = "blocked"
    DISABLED = "disabled"
    EXPIRED = "expired"
    SECRET_ENDED = "secret ended"  # noqa: S105 - a reason, not a secret
    ROBOT_DELETED = "robot deleted"
    ROBOT_DISABLED = "robot disabled"
    ROBOT_EXPIRED = "robot expired"
    OWNER_INACTIVE = "owner inactive"
    ADDRESS = "address not allowed"
    ORGANIZATION_NETWORK = "organization network"
    PERSONAL_TOKEN = "personal token"  # noqa: S105 - a reason, not a secret
    OTHER_ORGANIZATION = "another organization"
    OTHER_AUDIENCE = "another audience"
    CONDITIONS = "trust's conditions"
    REPLAYED = "token used before"
    NARROWED = "narrowed token"


def earlier(*ends: datetime | None) -> datetime | None:
    """The earliest of `ends`; `None` means never."""
    return min((end for end in ends if end is not None), default=None)


def urgency_of(end: datetime | None, now: datetime) -> str:
    """How an end is to be shown: `danger` when it is past, `warning` when it comes soon."""
    if end is None or end > now + EXPIRING_SOON:
        return ""
    return "warning" if end > now else "danger"


def is_longer(before: datetime | None, after: datetime | None) -> bool:
    """Whether the second end is later; `None` is never."""
    return (after or NEVER_ENDS) > (before or NEVER_ENDS)
