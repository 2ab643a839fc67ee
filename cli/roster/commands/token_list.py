"""`roster token list`: every token of the organization that one may see, whose it is, how it stands."""

from typing import Any

import click

from roster import finding
from roster.commands.robot_token import standing
from roster.complete import projects
from roster.groups import Command
from roster.moments import age
from roster.output import say, show, table
from roster.session import Session
from roster.shapes import Row

STATES = ("active", "disabled", "expired", "blocked")
SECRET_KINDS = ("signed", "compact", "own", "none")
ENDS = ("14", "month", "never")
OWNERS = ("robot", "role")
ORDERS = ("name", "created", "used", "expires")
HEADINGS = ("NAME", "ROBOT", "STATUS", "EXPIRES", "LAST USED")
WIDE = (*HEADINGS, "ID", "KIND", "CREATED", "CREATED BY", "FROM")


@click.command("list", cls=Command)
@click.option("--search", metavar="TEXT", help="In names, IDs, descriptions and addresses of use.")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@click.option(
    "--kind", type=click.Choice(SECRET_KINDS), help="Only those with this kind of secret."
)
@click.option(
    "--expiring", type=click.Choice(ENDS), help="Ending in 14 days or this month, or never."
)
@click.option("--unused", metavar="DAYS|never", help="Without a use for so many days, or at all.")
@click.option("--owner", type=click.Choice(OWNERS), help="Of robot accounts or role accounts.")
@click.option("--project", help="Of robots of this project.", shell_complete=projects)
@click.option("--created-by", metavar="NAME", help="Made by this person or robot.")
@click.option("--seen-by", metavar="EMAIL|left|nobody", help="Whose secret they saw.")
@click.option(
    "--sort",
    type=click.Choice([*ORDERS, *(f"-{order}" for order in ORDERS)]),
    help="In this order, with - turned round.",
)
@click.option("--wide", is_flag=True, help="Also ID, kind, who made it, and where it was used.")
@click.pass_obj
def list_(session: Session, /, search: str | None, wide: bool, **filters: str | None) -> None:
    """List the organization's tokens, without their secrets: one that is lost cannot be recovered."""
    with finding.filtering(session, project=filters["project"]):
        rows = session.client.rows(session.of("tokens"), q=search, **filters)
    if show(session, rows):
        return
    if not rows:
        say(session, f"No tokens found in {session.slug}")
        return
    table(WIDE if wide else HEADINGS, [_cells(session, row, wide) for row in rows])


def _cells(session: Session, row: Row, wide: bool) -> tuple[str, ...]:
    robot = str(row["robot"]["path"]).removeprefix(f"{session.slug}/")
    cells = (row["name"], robot, *standing(row))
    return (*cells, *_more(row)) if wide else cells


def _more(row: Row) -> tuple[str, ...]:
    secrets: list[dict[str, Any]] = row["secrets"]
    used = row["last_used"]
    return (
        row["access_id"],
        secrets[0]["kind"] if secrets else "none",
        age(row["created_at"]),
        row["created_by"],
        used["address"] if used else "",
    )
