"""Changes to robots and their tokens, one function each."""

from robots.services.robots import (
    GrantRequest,
    create_robot,
    delete_robot,
    disable_robot,
    enable_robot,
)
from robots.services.tokens import (
    Minted,
    RepeatedRequest,
    create_token,
    delete_token,
    mark_handed_over,
)

__all__ = [
    "GrantRequest",
    "Minted",
    "RepeatedRequest",
    "create_robot",
    "create_token",
    "delete_robot",
    "delete_token",
    "disable_robot",
    "enable_robot",
    "mark_handed_over",
]
