"""Networks of a robot and of its token that only observe."""

from robots.accounts.services.editing import update_robot
from robots.models import Robot, Token
from robots.tokens.services.addresses import change_token_addresses
from tests.robots.verifiers.puller import Puller


def observe_token(it: Puller) -> Token:
    return change_token_addresses(
        actor=it.owner, token=it.token, addresses="203.0.113.0/24", network_mode="observe"
    )


def observe_robot(it: Puller) -> Robot:
    return update_robot(
        actor=it.owner, robot=it.robot, addresses="203.0.113.0/24", network_mode="observe"
    )
