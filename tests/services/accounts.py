"""The services of robot accounts."""

from robots.accounts.services.addresses import change_robot_addresses
from robots.accounts.services.editing import update_robot
from robots.accounts.services.expiry import extend_robot
from robots.accounts.services.robots import create_robot, delete_robot, disable_robot, enable_robot
from robots.accounts.services.teams import add_team_robots, remove_team_robot
from robots.creation.services import create_robot_in_teams
from tests.services.row import Row, Rows
from tests.stage import soon

ROWS: Rows = {
    add_team_robots: Row(
        lambda actor, on: add_team_robots(actor=actor, team=on.team, robots=[on.spare]),
        "team:robots-added",
        lambda on: on.team,
    ),
    remove_team_robot: Row(
        lambda actor, on: remove_team_robot(actor=actor, team=on.team, robot=on.in_team),
        "team:robot-removed",
        lambda on: on.team,
    ),
    create_robot_in_teams: Row(
        lambda actor, on: create_robot_in_teams(
            actor=actor, organization=on.organization, teams=[], name="new"
        ),
        "robot:created",
    ),
    create_robot: Row(
        lambda actor, on: create_robot(actor=actor, organization=on.organization, name="new"),
        "robot:created",
    ),
    disable_robot: Row(
        lambda actor, on: disable_robot(actor=actor, robot=on.robot), "robot:disabled"
    ),
    enable_robot: Row(lambda actor, on: enable_robot(actor=actor, robot=on.robot), "robot:enabled"),
    delete_robot: Row(
        lambda actor, on: delete_robot(actor=actor, robot=on.robot),
        "robot:deleted",
        lambda on: on.robot,
    ),
    change_robot_addresses: Row(
        lambda actor, on: change_robot_addresses(
            actor=actor, robot=on.robot, addresses="10.0.0.0/8"
        ),
        "robot:addresses-changed",
        lambda on: on.robot,
    ),
    extend_robot: Row(
        lambda actor, on: extend_robot(actor=actor, robot=on.robot, expires_at=soon()),
        "robot:extended",
        lambda on: on.robot,
    ),
    update_robot: Row(
        lambda actor, on: update_robot(actor=actor, robot=on.robot, description="x"),
        "robot:updated",
        lambda on: on.robot,
    ),
}
