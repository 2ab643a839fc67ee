"""Making a robot account as its form says: in its teams, with its first token; all of it or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Required, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError

from console.audit.recording import changing
from console.errors import Conflict
from console.models import Organization, Project
from console.permissions.decision import Actor
from robots.accounts.services.robots import GrantRequest, create_robot
from robots.accounts.services.teams import add_team_robots
from robots.base.robot_texts import RobotTexts
from robots.models import Robot
from robots.tokens.services.repetition import refuse_repeated_robot
from robots.tokens.services.tokens import Minted, create_token, prepare_to_mint
from teams.models import Membership, Team


class NewRobot(RobotTexts, total=False):
    """What `create_robot` takes beside actor and organization."""

    name: Required[str]
    project: Project | None
    expires_at: datetime | None
    grants: Iterable[GrantRequest]
    labels: Mapping[str, str]
    responsible: Membership | None
    addresses: str
    network_mode: str


@dataclass(frozen=True, slots=True)
class FirstToken:
    """The token that is made with its robot."""

    name: str
    expires_at: datetime | None
    kind: str
    request_key: UUID


class TokenRefused(Conflict):
    """The robot could have been made, and its token could not: neither was."""

    title = "The first token was refused"


def create_robot_in_teams(
    *, actor: Actor, organization: Organization, teams: Iterable[Team], **robot: Unpack[NewRobot]
) -> Robot:
    """Make a robot and let it into `teams`; each has an event of its own."""
    with changing(organization):
        created = create_robot(actor=actor, organization=organization, **robot)
        for team in teams:
            add_team_robots(actor=actor, team=team, robots=[created])
    return created


def create_robot_with_token(
    *,
    actor: Actor,
    organization: Organization,
    teams: Iterable[Team],
    token: FirstToken,
    **robot: Unpack[NewRobot],
) -> Minted:
    """Make a robot and its first token. Raises `TokenRefused` where only the token cannot be made, and
    `RepeatedRequest` when the token's key has made one before.
    """
    prepare_to_mint(token.kind)
    with changing(organization):
        refuse_repeated_robot(organization, token.request_key)
        created = create_robot_in_teams(
            actor=actor, organization=organization, teams=teams, **robot
        )
        if created.strong_permissions():
            actor.prove_presence()
        return _create_first(actor, created, token)


def _create_first(actor: Actor, robot: Robot, token: FirstToken) -> Minted:
    try:
        return create_token(
            actor=actor,
            robot=robot,
            name=token.name,
            expires_at=token.expires_at,
            kind=token.kind,
            request_key=token.request_key,
        )
    except ValidationError as error:
        raise TokenRefused(" ".join(error.messages)) from error
