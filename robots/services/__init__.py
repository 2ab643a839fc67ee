"""Changes to robots, their tokens, and all that needs to know robots; one function each."""

from robots.services.addresses import change_robot_addresses, change_token_addresses
from robots.services.editing import update_robot
from robots.services.expiry import extend_robot
from robots.services.handovers import (
    AlreadyOpened,
    Link,
    LinkEnded,
    create_link,
    create_token_by_link,
    find_link,
    open_link,
    report_second_opening,
    withdraw_link,
)
from robots.services.policy import offered_policy, policy_of
from robots.services.policy_change import EffectsChanged, PolicyAt, change_policy, effects_of
from robots.services.projects import delete_project, delete_repository
from robots.services.robots import (
    GrantRequest,
    create_robot,
    delete_robot,
    disable_robot,
    enable_robot,
)
from robots.services.roles import (
    RoleAt,
    create_role_token,
    create_role_token_by_link,
    delete_role,
)
from robots.services.secrets import end_secret, refresh_token, rotate_token
from robots.services.teams import add_team_robots, delete_team, remove_team_robot
from robots.services.token_expiry import change_token_expiry
from robots.services.token_suspension import disable_token, enable_token
from robots.services.token_update import update_token
from robots.services.tokens import (
    Minted,
    RepeatedRequest,
    create_personal_token,
    create_token,
    delete_token,
    mark_handed_over,
)

__all__ = [
    "AlreadyOpened",
    "EffectsChanged",
    "GrantRequest",
    "Link",
    "LinkEnded",
    "Minted",
    "PolicyAt",
    "RepeatedRequest",
    "RoleAt",
    "add_team_robots",
    "change_policy",
    "change_robot_addresses",
    "change_token_addresses",
    "change_token_expiry",
    "create_link",
    "create_personal_token",
    "create_robot",
    "create_role_token",
    "create_role_token_by_link",
    "create_token",
    "create_token_by_link",
    "delete_project",
    "delete_repository",
    "delete_robot",
    "delete_role",
    "delete_team",
    "delete_token",
    "disable_robot",
    "disable_token",
    "effects_of",
    "enable_robot",
    "enable_token",
    "end_secret",
    "extend_robot",
    "find_link",
    "mark_handed_over",
    "offered_policy",
    "open_link",
    "policy_of",
    "refresh_token",
    "remove_team_robot",
    "report_second_opening",
    "rotate_token",
    "update_robot",
    "update_token",
    "withdraw_link",
]
