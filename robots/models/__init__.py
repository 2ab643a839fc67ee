"""Robot accounts, their grants, their tokens and what is counted about them."""

from robots.models.access_tokens import RevokedAccessToken
from robots.models.artifacts import ArtifactUse, CountedEvent, Tag
from robots.models.grants import HOLDERS, RobotGrant, TeamRobot, all_grants
from robots.models.handovers import Handover
from robots.models.keys import SigningKey
from robots.models.labels import RobotLabel
from robots.models.needs import NeedAnswer
from robots.models.notices import NoticeSent
from robots.models.owners import Owner
from robots.models.policy import TokenPolicy
from robots.models.robots import Robot
from robots.models.tokens import Secret, Token
from robots.models.trusts import Trust, UsedAssertion
from robots.models.usage import (
    DailyOutcome,
    DailyUse,
    OutsideUse,
    PermissionRecording,
    PermissionUse,
    TokenAddress,
    Usage,
)
from robots.models.views import TokenView

__all__ = [
    "HOLDERS",
    "ArtifactUse",
    "CountedEvent",
    "DailyOutcome",
    "DailyUse",
    "Handover",
    "NeedAnswer",
    "NoticeSent",
    "OutsideUse",
    "Owner",
    "PermissionRecording",
    "PermissionUse",
    "RevokedAccessToken",
    "Robot",
    "RobotGrant",
    "RobotLabel",
    "Secret",
    "SigningKey",
    "Tag",
    "TeamRobot",
    "Token",
    "TokenAddress",
    "TokenPolicy",
    "TokenView",
    "Trust",
    "Usage",
    "UsedAssertion",
    "all_grants",
]
