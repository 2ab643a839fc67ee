"""What gave less, or refused more, when an older backup brings back what there was before."""

from collections.abc import Callable
from functools import partial

import pytest

from console.permissions.vocabulary import TICKABLE, Permission
from robots.access.services.matrix import LevelChange, change_levels
from robots.accounts.services.addresses import change_robot_addresses
from robots.accounts.services.editing import update_robot
from robots.accounts.services.robots import (
    GrantRequest,
)
from robots.models import Robot, Token
from robots.tokens.services.addresses import change_token_addresses
from teams.grants.services import GrantSpec, give
from teams.roles.services import update_role
from tests.robots.restores.lost import lost, said, settled
from tests.stage import Stage


def test_a_level_that_was_lowered_is_lowered_again(stage: Stage) -> None:
    spec = GrantSpec(stage.organization, stage.project, stage.repository, role="repository:admin")
    give(actor=stage.owner, holder=stage.team, spec=spec)
    change = LevelChange(stage.team, "admin", "read")
    lines = lost(
        lambda: change_levels(actor=stage.owner, repository=stage.repository, changes=[change])
    )
    settled(lines, "grant: was lowered to read")
    assert stage.team.grants.get(repository=stage.repository).role == "repository:read"


def test_what_a_robot_held_before_it_was_edited_is_taken_away(stage: Stage) -> None:
    pull = GrantRequest(stage.project, frozenset({Permission.ARTIFACT_PULL}))
    lines = lost(lambda: update_robot(actor=stage.owner, robot=stage.robot, grants=[pull]))
    settled(lines, "grant: was taken away or lowered")
    assert not stage.robot.grants.exists()
    more = GrantRequest(stage.project, frozenset(TICKABLE))
    lines = lost(lambda: update_robot(actor=stage.owner, robot=stage.robot, grants=[more]))
    assert said(lines) == []


def test_a_role_that_gave_less_gives_less_again(stage: Stage) -> None:
    kept = frozenset({Permission.ARTIFACT_PULL})
    update_role(actor=stage.owner, role=stage.role, permissions=kept | {Permission.ARTIFACT_PUSH})
    lines = lost(lambda: update_role(actor=stage.owner, role=stage.role, permissions=kept))
    settled(lines, "role: gave less")
    stage.role.refresh_from_db()
    assert Permission.ARTIFACT_PUSH not in stage.role.permissions


@pytest.mark.parametrize("token", [False, True])
def test_networks_that_were_enforced_are_enforced_again(stage: Stage, token: bool) -> None:
    of_robot = partial(change_robot_addresses, actor=stage.owner, robot=stage.robot)
    of_token = partial(change_token_addresses, actor=stage.owner, token=stage.token)
    change: Callable[..., Robot | Token] = of_token if token else of_robot
    change(addresses="10.0.0.0/8", network_mode="observe")
    lines = lost(lambda: change(network_mode="enforce"))
    settled(lines, f"{'token' if token else 'robot account'}: was refused outside its networks")
    thing: Robot | Token = stage.token if token else stage.robot
    thing.refresh_from_db()
    assert (thing.addresses, thing.network_mode) == ("10.0.0.0/8", "enforce")

    def back() -> None:
        change(network_mode="observe")
        change(network_mode="enforce")
        change(network_mode="observe")

    change(network_mode="observe")
    assert said(lost(back)) == []
