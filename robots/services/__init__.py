"""Changes to robots, their tokens, and all that needs to know robots; one function each."""

from robots.services.editing import RobotEdit, update_robot
from robots.services.expiry import extend_robot
from robots.services.projects import delete_project, delete_repository
from robots.services.robots import (
    GrantRequest,
    create_robot,
    delete_robot,
    disable_robot,
    enable_robot,
)
from robots.services.roles import RoleAt, create_role_token, delete_role
from robots.services.teams import add_team_robots, delete_team, remove_team_robot
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
    "RobotEdit",
    "RoleAt",
    "add_team_robots",
    "create_robot",
    "create_role_token",
    "create_token",
    "delete_project",
    "delete_repository",
    "delete_robot",
    "delete_role",
    "delete_team",
    "delete_token",
    "disable_robot",
    "enable_robot",
    "extend_robot",
    "mark_handed_over",
    "remove_team_robot",
    "update_robot",
]
