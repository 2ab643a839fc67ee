"""Robot accounts, their grants, their tokens and what is counted about them."""

from robots.models.grants import HOLDERS, RobotGrant, TeamRobot, all_grants
from robots.models.keys import SigningKey
from robots.models.labels import RobotLabel
from robots.models.robots import Robot
from robots.models.tokens import Secret, Token
from robots.models.usage import Usage

__all__ = [
    "HOLDERS",
    "Robot",
    "RobotGrant",
    "RobotLabel",
    "Secret",
    "SigningKey",
    "TeamRobot",
    "Token",
    "Usage",
    "all_grants",
]
