"""Why may it, and who can: `can-i`, `who-can`, `robot explain`."""

import click

from roster import finding
from roster.complete import permissions, repositories, robots
from roster.groups import Command
from roster.output import printable, say, show, table
from roster.session import Session
from roster.shapes import Row

UNTOLD = 3
HEADINGS = ("KIND", "NAME", "BECAUSE")
ACCESS_HEADINGS = ("WHERE", "PERMISSIONS", "BECAUSE")


@click.command("can-i", cls=Command)
@click.argument("permission", shell_complete=permissions)
@click.argument("repository", shell_complete=repositories)
@click.option("--as", "robot", metavar="ROBOT", help="Ask for a robot.", shell_complete=robots)
@click.pass_context
def can_i(ctx: click.Context, permission: str, repository: str, robot: str | None) -> None:
    """Whether you, or a robot, may do something in a repository, and why.

    The exit code is 0 for yes, 1 for no and 3 where it could not be told.
    """
    session: Session = ctx.obj
    session.trouble = UNTOLD
    found = _explained(session, permission, repository, robot)
    if not show(session, found):
        _print(found)
    ctx.exit(0 if found["allowed"] else 1)


def _explained(session: Session, permission: str, repository: str, robot: str | None) -> Row:
    who = finding.robot(session, robot)["id"] if robot else None
    found: Row = session.client.get(
        session.of("explain"), permission=permission, repository=repository, robot=who
    )
    return found


def _print(found: Row) -> None:
    click.echo("yes" if found["allowed"] else "no")
    for reason in dict.fromkeys([found["reason"], *found["because"]]):
        if reason:
            click.echo(printable(reason))


@click.command("who-can", cls=Command)
@click.argument("permission", shell_complete=permissions)
@click.argument("repository", shell_complete=repositories)
@click.pass_obj
def who_can(session: Session, permission: str, repository: str) -> None:
    """List who may do something in a repository, and why."""
    found = session.client.get(session.of("reach"), permission=permission, repository=repository)
    rows: list[Row] = found["results"]
    if show(session, rows):
        return
    if not rows:
        say(session, f"Nobody has {permission} on {repository}")
        return
    table(HEADINGS, [(row["kind"], row["name"], "; ".join(row["because"])) for row in rows])


@click.command(cls=Command)
@click.argument("robot", shell_complete=robots)
@click.argument("permission", required=False, shell_complete=permissions)
@click.argument("repository", required=False, shell_complete=repositories)
@click.pass_obj
def explain(session: Session, robot: str, permission: str | None, repository: str | None) -> None:
    """Show what a robot may do and why: everywhere, or one thing in a repository."""
    if permission and not repository:
        raise click.UsageError("Say a repository as well.")
    if permission and repository:
        answer = _explained(session, permission, repository, robot)
        if not show(session, answer):
            _print(answer)
        return
    _everything(session, finding.robot(session, robot))


def _everything(session: Session, robot: Row) -> None:
    found = session.client.get(session.of("robots", robot["id"], "access"))
    rows: list[Row] = found["results"]
    if show(session, rows):
        return
    if not rows:
        say(session, f"{robot['path']} may do nothing")
        return
    table(ACCESS_HEADINGS, [_cells(row["on"], right) for row in rows for right in row["rights"]])


def _cells(place: str, right: Row) -> tuple[str, ...]:
    return place, ", ".join(right["permissions"]), "; ".join(right["because"])
