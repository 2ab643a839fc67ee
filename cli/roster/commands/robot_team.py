"""`roster robot team`: which teams a robot is in."""

import click

from roster import finding
from roster.asking import confirm
from roster.complete import robots, teams
from roster.groups import Group
from roster.output import say, show, table
from roster.session import Session


@click.group(cls=Group)
def team() -> None:
    """Put robots into teams."""


@team.command()
@click.argument("team_name", metavar="TEAM", shell_complete=teams)
@click.argument("robot", shell_complete=robots)
@click.pass_obj
def join(session: Session, team_name: str, robot: str) -> None:
    """Add a robot to a team."""
    found = finding.robot(session, robot)
    joined = finding.team(session, team_name)
    session.client.post(session.of("teams", joined["id"], "robots"), {"robot": found["id"]})
    say(session, f'Adding robot "{found["name"]}" to team "{joined["name"]}"')


@team.command()
@click.argument("team_name", metavar="TEAM", shell_complete=teams)
@click.argument("robot", shell_complete=robots)
@click.option("--force", is_flag=True, help="Do not ask.")
@click.pass_obj
def leave(session: Session, team_name: str, robot: str, force: bool) -> None:
    """Take a robot out of a team."""
    found = finding.robot(session, robot)
    left = finding.team(session, team_name)
    if not force:
        confirm("Are you sure you want to remove this robot from the team?")
        say(session, f'Removing robot "{found["name"]}" from team "{left["name"]}"')
    session.client.delete(session.of("teams", left["id"], "robots", found["id"]))
    say(session, f'Removed robot "{found["name"]}" from team "{left["name"]}"')


@team.command("list")
@click.argument("robot", shell_complete=robots)
@click.pass_obj
def list_(session: Session, robot: str) -> None:
    """List the teams of a robot."""
    found = finding.robot(session, robot)
    if show(session, found["teams"]):
        return
    if not found["teams"]:
        say(session, f"No teams found for robot {found['name']} in {session.slug}")
        return
    table(("TEAMS",), [(name,) for name in found["teams"]])
