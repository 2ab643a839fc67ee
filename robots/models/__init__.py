"""Robot accounts, their grants, their tokens and what is counted about them."""

from robots.models.access_tokens import RevokedAccessToken
from robots.models.grants import HOLDERS, RobotGrant, TeamRobot, all_grants
from robots.models.handovers import Handover
from robots.models.keys import SigningKey
from robots.models.labels import RobotLabel
from robots.models.notices import NoticeSent
from robots.models.owners import Owner
from robots.models.policy import TokenPolicy
from robots.models.robots import Robot
from robots.models.tokens import Secret, Token
from robots.models.usage import DailyUse, TokenAddress, Usage

__all__ = [
    "HOLDERS",
    "DailyUse",
    "Handover",
    "NoticeSent",
    "Owner",
    "RevokedAccessToken",
    "Robot",
    "RobotGrant",
    "RobotLabel",
    "Secret",
    "SigningKey",
    "TeamRobot",
    "Token",
    "TokenAddress",
    "TokenPolicy",
    "Usage",
    "all_grants",
]
