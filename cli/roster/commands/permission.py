"""`roster repository permission`: what teams may do in a repository."""

import click

from roster import finding
from roster.asking import confirm
from roster.complete import repositories, teams
from roster.errors import Failure
from roster.groups import Group
from roster.manifest.kinds import LEVELS
from roster.moments import age
from roster.output import say, show, table
from roster.session import Session
from roster.shapes import Row

HEADINGS = ("TEAM", "REPOSITORY", "PERMISSION", "CREATED")


@click.group(cls=Group)
def permission() -> None:
    """Manage teams' permissions in repositories."""


@permission.command()
@click.argument("team", shell_complete=teams)
@click.argument("repository", metavar="REPOSITORY", shell_complete=repositories)
@click.argument("level", metavar="|".join(LEVELS), type=click.Choice(LEVELS))
@click.pass_obj
def grant(session: Session, team: str, repository: str, level: str) -> None:
    """Give a team a permission in a repository, instead of the one it has."""
    holder = finding.team(session, team)
    where = finding.repository(session, repository)
    held = _levels(session, holder, where)
    if held:
        _keep_one(session, held, level)
    else:
        body = {"team": holder["id"], "repository": where["id"], "level": level}
        session.client.post(session.of("grants"), body)
    say(
        session,
        f'Permission "{level}" granted to team "{holder["name"]}"'
        f' for repository "{_name(session, where)}" in account "{session.slug}"',
    )


def _keep_one(session: Session, held: list[Row], level: str) -> None:
    """Let one grant give the level, and end others: of two levels the greater would count."""
    kept = next((row for row in held if _level(row) == level), held[0])
    session.client.patch(session.of("grants", kept["id"]), {"level": level})
    for row in held:
        if row is not kept:
            session.client.delete(session.of("grants", row["id"]))


@permission.command()
@click.argument("team", shell_complete=teams)
@click.argument("repository", metavar="REPOSITORY", shell_complete=repositories)
@click.option("--force", is_flag=True, help="Do not ask.")
@click.pass_obj
def revoke(session: Session, team: str, repository: str, force: bool) -> None:
    """Take a team's permission in a repository away."""
    holder = finding.team(session, team)
    where = finding.repository(session, repository)
    about = f'team "{holder["name"]}" in repository "{_name(session, where)}"'
    held = _levels(session, holder, where)
    if not held:
        raise Failure(f"{about} has no permission of its own")
    if not force:
        confirm(f"Are you sure you want to revoke the permission for {about}?")
        say(session, f"Revoking repository permission for {about}")
    for row in held:
        session.client.delete(session.of("grants", row["id"]))
    say(session, f"Repository permission for {about} revoked")


@permission.command("list")
@click.argument("team", shell_complete=teams)
@click.argument("repository", metavar="[REPOSITORY]", required=False, shell_complete=repositories)
@click.pass_obj
def list_(session: Session, team: str, repository: str | None) -> None:
    """List a team's permissions in repositories."""
    holder = finding.team(session, team)
    where = finding.repository(session, repository) if repository else None
    rows = _levels(session, holder, where)
    if show(session, rows):
        return
    if not rows:
        name = holder["name"]
        say(session, f"No repository permissions found for team {name} in account {session.slug}")
        return
    table(HEADINGS, [_cells(holder, row) for row in rows])


def _levels(session: Session, team: Row, repository: Row | None) -> list[Row]:
    """A team's levels on single repositories."""
    where = repository["id"] if repository else None
    rows = session.client.rows(session.of("grants"), team=team["id"], repository=where)
    return [row for row in rows if row["scope"]["kind"] == "repository" and _level(row)]


def _level(row: Row) -> str:
    scope, _, name = str(row["role"] or "").partition(":")
    return name if scope == "repository" and name in LEVELS else ""


def _name(session: Session, repository: Row) -> str:
    return str(repository["path"]).removeprefix(f"{session.slug}/")


def _cells(team: Row, row: Row) -> tuple[str, ...]:
    scope = row["scope"]
    path = f"{scope['project']}/{scope['repository']['name']}"
    return team["name"], path, _level(row), age(row["created_at"])
