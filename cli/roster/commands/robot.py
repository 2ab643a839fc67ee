"""`roster robot`: robot accounts."""

import click

from roster import finding
from roster.asking import confirm
from roster.complete import projects, robots
from roster.groups import Group
from roster.moments import age
from roster.output import say, show, table
from roster.session import Session
from roster.shapes import Row

PARTS = {
    "create": ("roster.commands.robot_create:create", "Create a robot account."),
    "networks": (
        "roster.commands.robot_networks:networks",
        "Show or change the networks a robot may be used from.",
    ),
    "explain": ("roster.commands.explain:explain", "Show what a robot may do, and why."),
    "narrow": ("roster.commands.robot_narrow:narrow", "Narrow a robot's grants to what it used."),
    "refresh": ("roster.commands.robot_token:refresh", "End a token's secret for a new one, now."),
    "team": ("roster.commands.robot_team:team", "Put robots into teams."),
    "token": ("roster.commands.robot_token:token", "Manage a robot's tokens."),
    "trust": ("roster.commands.robot_trust:trust", "Let a robot in with other issuers' tokens."),
    "unused": (
        "roster.commands.robot_narrow:unused",
        "Show what a robot has not used for 90 days.",
    ),
}
HEADINGS = ("NAME", "ID", "DESCRIPTION", "CREATED")


@click.group(cls=Group, parts=PARTS)
def robot() -> None:
    """Manage robot accounts, their tokens and trusts.

    A robot is called by its name, a project's robot also by PROJECT/NAME, any robot by its ID.
    """


@robot.command("list")
@click.option("--project", help="Only robots of this project.", shell_complete=projects)
@click.option("-q", "--search", metavar="TEXT", help="Only robots that match.")
@click.option("--label", metavar="KEY=VALUE", help="Only robots with this label.")
@click.option("--purpose", metavar="TEXT", help="Only robots with exactly this purpose.")
@click.option("--state", type=click.Choice(["active", "disabled", "expired"]))
@click.option(
    "--networks", type=click.Choice(["observed"]), help="Only robots whose networks are observed."
)
@click.pass_obj
def list_(
    session: Session,
    project: str | None,
    search: str | None,
    label: str | None,
    purpose: str | None,
    state: str | None,
    networks: str | None,
) -> None:
    """List robot accounts."""
    filters = {"project": project, "q": search, "label": label, "purpose": purpose, "state": state}
    filters["networks"] = networks
    with finding.filtering(session, project=project):
        rows = session.client.rows(session.of("robots"), **filters)
    if show(session, rows):
        return
    if not rows:
        say(session, f"No robots found in {session.slug}")
        return
    table(HEADINGS, [_cells(row) for row in rows])


def _cells(row: Row) -> tuple[str, ...]:
    """A line of the list. A project's robot stands with its project: its name alone may be another's."""
    name = f"{row['project']}/{row['name']}" if row["project"] else row["name"]
    return name, str(row["id"]), row["description"], age(row["created_at"])


@robot.command()
@click.argument("name", shell_complete=robots)
@click.pass_obj
def get(session: Session, name: str) -> None:
    """Show a robot account."""
    found = finding.robot(session, name)
    if not show(session, found):
        table(HEADINGS, [_cells(found)])


@robot.command()
@click.argument("name", shell_complete=robots)
@click.option("--force", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(session: Session, name: str, force: bool) -> None:
    """Delete a robot account with its tokens."""
    found = finding.robot(session, name)
    if not force:
        confirm("Are you sure you want to delete this robot?")
        say(session, f"Deleting robot {found['path']}. This cannot be undone.")
    session.client.delete(session.of("robots", found["id"]))
    say(session, f"{found['path']} deleted")


@robot.command()
@click.argument("name", shell_complete=robots)
@click.pass_obj
def enable(session: Session, name: str) -> None:
    """Let a disabled robot log in again."""
    _switch(session, name, disabled=False)


@robot.command()
@click.argument("name", shell_complete=robots)
@click.pass_obj
def disable(session: Session, name: str) -> None:
    """Refuse a robot everywhere until it is enabled."""
    _switch(session, name, disabled=True)


def _switch(session: Session, name: str, *, disabled: bool) -> None:
    found = finding.robot(session, name)
    changed = session.client.patch(session.of("robots", found["id"]), {"disabled": disabled})
    say(session, f"{found['path']} {'disabled' if disabled else 'enabled'}")
    show(session, changed)
