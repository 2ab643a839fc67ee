"""Making a robot account in its teams, with its first token: all of it or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Required, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError

from console.audit.recording import changing
from console.errors import Conflict
from console.models import Organization, Project
from console.network_modes import NetworkMode
from console.permissions.decision import Actor
from console.permissions.vocabulary import Permissions
from robots.accounts.services.robots import GrantRequest, create_robot
from robots.accounts.services.teams import add_team_robots
from robots.base.credentials import Kind
from robots.base.robot_texts import RobotTexts
from robots.models import Robot
from robots.policies.enforcement import offered_end
from robots.tokens.services.minting import Minted, prepare_to_mint
from robots.tokens.services.repetition import refuse_repeated_robot
from robots.tokens.services.tokens import create_token
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
    disabled: bool


@dataclass(frozen=True, slots=True)
class FirstToken:
    """The token that is made with its robot. With `ends_as_preset` its end is the one that the policy presets
    for the robot, once that is made.
    """

    name: str
    expires_at: datetime | None = None
    kind: str = Kind.SIGNED
    permissions: Permissions | None = None
    addresses: str = ""
    network_mode: str = NetworkMode.ENFORCE.value
    ends_as_preset: bool = False

    def end_for(self, robot: Robot) -> datetime | None:
        return offered_end(robot) if self.ends_as_preset else self.expires_at


class TokenRefused(Conflict):
    """The robot could have been made, and its token could not: neither was. `refusal` says why, by field."""

    title = "The first token was refused"

    def __init__(self, refusal: ValidationError) -> None:
        super().__init__(" ".join(refusal.messages))
        self.refusal = refusal


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
    request_key: UUID | None,
    **robot: Unpack[NewRobot],
) -> Minted:
    """Make a robot and its first token. Raises `TokenRefused` where only the token cannot be made, and
    `RepeatedRequest` when `request_key` has made one before.
    """
    prepare_to_mint(token.kind)
    with changing(organization):
        refuse_repeated_robot(organization, request_key)
        created = create_robot_in_teams(
            actor=actor, organization=organization, teams=teams, **robot
        )
        if created.strong_permissions(token.permissions):
            actor.prove_presence()
        return _create_first(actor, created, token, request_key)


def _create_first(
    actor: Actor, robot: Robot, token: FirstToken, request_key: UUID | None
) -> Minted:
    try:
        return create_token(
            actor=actor,
            robot=robot,
            name=token.name,
            expires_at=token.end_for(robot),
            kind=token.kind,
            permissions=token.permissions,
            addresses=token.addresses,
            network_mode=token.network_mode,
            request_key=request_key,
        )
    except ValidationError as error:
        raise TokenRefused(error) from error
