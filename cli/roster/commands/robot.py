"""`roster robot`: robot accounts."""

from typing import Any

import click

from roster import finding
from roster.asking import confirm
from roster.complete import data_permissions, projects, robots
from roster.groups import Group, once
from roster.moments import Lifetime, age
from roster.output import say, show, table
from roster.session import Session
from roster.shapes import ALL, NETWORK_MODES, Row

PARTS = {
    "networks": (
        "roster.commands.robot_networks:networks",
        "Show from where a robot may be used, or change it.",
    ),
    "explain": ("roster.commands.explain:explain", "Show what a robot may do, and why."),
    "narrow": ("roster.commands.robot_narrow:narrow", "Narrow grants to what was used of them."),
    "refresh": ("roster.commands.robot_token:refresh", "End a token's secret for a new one, now."),
    "team": ("roster.commands.robot_team:team", "Put robots into teams."),
    "token": ("roster.commands.robot_token:token", "Manage a robot's tokens."),
    "trust": ("roster.commands.robot_trust:trust", "Let a robot in with other issuers' tokens."),
    "unused": ("roster.commands.robot_narrow:unused", "Show what was not used for 90 days."),
}
HEADINGS = ("NAME", "ID", "DESCRIPTION", "CREATED")


@click.group(cls=Group, parts=PARTS)
def robot() -> None:
    """Manage robot accounts, their tokens and trusts.

    A robot is called by its name, a project's robot also by PROJECT/NAME, any robot by its ID.
    """


@robot.command()
@click.argument("name")
@click.option("--description", default="", help="What it is for.")
@click.option("--purpose", default="", help="What its logins are for, in one line.")
@click.option("--project", help="Make it a robot of this project.", shell_complete=projects)
@click.option("--expires-in", type=Lifetime(), help="When it ends: 90d, 12w, 1y or never.")
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    metavar="P|all|none",
    shell_complete=data_permissions,
    help="What it may do, any number of times. With --project in that project, all ten if you do"
    " not say; else in all projects of the organization, none if you do not say.",
)
@click.option("--label", "labels", multiple=True, metavar="KEY=VALUE", help="A label.")
@click.option("--responsible", metavar="EMAIL", help="Who is responsible for it.")
@click.option(
    "--allow",
    "allowed",
    multiple=True,
    metavar="NETWORK",
    help="An address or network from which it may be used; all of them if you do not say.",
)
@click.option(
    "--network-mode",
    type=click.Choice(NETWORK_MODES),
    help="Refuse what comes from elsewhere, or let it in and count it.",
)
@click.pass_obj
def create(session: Session, /, **given: Any) -> None:
    """Create a robot account."""
    body = {
        "name": given["name"],
        "description": given["description"],
        "project": given["project"],
        **(given["expires_in"] or {}),
        **_permitted(given["project"], given["permissions"]),
    }
    if given["purpose"]:
        body["purpose"] = given["purpose"]
    if given["labels"]:
        body["labels"] = once("--label", [_label(one) for one in given["labels"]])
    if given["responsible"]:
        body["responsible"] = given["responsible"]
    if given["allowed"]:
        body["addresses"] = list(given["allowed"])
    if given["network_mode"]:
        body["network_mode"] = given["network_mode"]
    made = session.client.post(session.of("robots"), body)
    say(session, f"{made['path']} created")
    show(session, made)


def _permitted(project: str | None, permissions: tuple[str, ...]) -> dict[str, Any]:
    """The fields that give a new robot what was asked for."""
    words = {"all", "none"} & set(permissions)
    if words and len(permissions) > 1:
        raise click.UsageError(f"--permission {words.pop()} stands alone.")
    if permissions == ("none",) or (not permissions and not project):
        return {}
    if project:
        return {"permissions": list(permissions) or ["all"]}
    named = list(ALL if permissions == ("all",) else permissions)
    return {"grants": [{"project": None, "permissions": named}]}


def _label(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise click.UsageError(f"--label {text}: say KEY=VALUE.")
    return key, value


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
