"""Changes to which robots are in which teams, and the end of teams."""

from collections.abc import Iterable

from console.audit.recording import changing, record
from console.errors import Conflict
from console.permissions.decision import Actor, require
from console.permissions.vocabulary import Permission
from robots.models import Robot, TeamRobot
from teams.models import Team
from teams.teams.services import refetch_team, require_to_hold_what


def add_team_robots(*, actor: Actor, team: Team, robots: Iterable[Robot]) -> list[TeamRobot]:
    """Let organization robots into a team; they hold what it holds, at once."""
    with changing(team.organization) as chain:
        team = refetch_team(team)
        require(actor, Permission.TEAM_UPDATE, team)
        require_to_hold_what(actor, team)
        added = [_add(team, robot.refetch()) for robot in robots if not _is_in(team, robot)]
        if added and any(grant.strengthens_tokens for grant in team.grants.with_names()):
            actor.prove_presence()
        if added:
            names = sorted(place.robot.login_name for place in added)
            record(
                chain, actor=actor, action="team:robots-added", target=team, after={"robots": names}
            )
    return added


def _is_in(team: Team, robot: Robot) -> bool:
    return TeamRobot.objects.filter(team=team, robot=robot).exists()


def _add(team: Team, robot: Robot) -> TeamRobot:
    place = TeamRobot(team=team, robot=robot)
    place.full_clean()
    place.save()
    return place


def remove_team_robot(*, actor: Actor, team: Team, robot: Robot) -> None:
    """End a robot's place in a team; it loses what it held through it, at once."""
    with changing(team.organization) as chain:
        team = refetch_team(team)
        require(actor, Permission.TEAM_UPDATE, team)
        found, _ = TeamRobot.objects.filter(team=team, robot=robot).delete()
        if not found:
            raise Conflict("The robot account has left the team meanwhile.")
        record(
            chain,
            actor=actor,
            action="team:robot-removed",
            target=team,
            before={"robot": robot.login_name},
        )
