"""What state a robot or token is in, and why a credential is refused. Pure."""

from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """The one word that lists show."""

    ACTIVE = "active"
    EXPIRED = "expired"
    DISABLED = "disabled"
    BLOCKED = "blocked"
    REVOKED = "revoked"


class Refusal(StrEnum):
    """Why a credential was refused, for counters and owners; a caller only ever gets 401."""

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
    PERSONAL_TOKEN = "personal token"  # noqa: S105 - a reason, not a secret


def earlier(*ends: datetime | None) -> datetime | None:
    """The earliest of `ends`; `None` means never."""
    return min((end for end in ends if end is not None), default=None)
