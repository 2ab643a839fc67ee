"""`roster notice`: what stands under one's own bell."""

from typing import Any

import click

from roster.groups import Group
from roster.moments import age
from roster.output import say, show, table
from roster.session import Session
from roster.shapes import Row

NOTICES = "notices/"
HEADINGS = ("ID", "AGE", "ORGANIZATION", "NOTICE")


@click.group(cls=Group)
def notice() -> None:
    """See your own notices, of all your organizations, and mark them as read."""


@notice.command("list")
@click.option("--unread", is_flag=True, help="Only those that are unread.")
@click.option("--kind", metavar="KIND", help="Only those of this kind, like token.leaked.")
@click.option("--of", "of_organization", metavar="ORGANIZATION", help="Only those about this one.")
@click.pass_obj
def list_(session: Session, unread: bool, kind: str | None, of_organization: str | None) -> None:
    """List notices, the newest first."""
    wanted = {"unread": "true" if unread else None, "kind": kind, "organization": of_organization}
    rows = session.client.rows(NOTICES, **wanted)
    if show(session, rows):
        return
    if not rows:
        say(session, "No notices found")
        return
    table(HEADINGS, [_cells(row) for row in rows])


def _cells(row: Row) -> tuple[str, ...]:
    return row["id"], age(row["created_at"]), row["organization"] or "", row["title"]


@notice.command()
@click.argument("notices", metavar="ID...", nargs=-1, type=click.UUID)
@click.option("--all", "all_", is_flag=True, help="All of them.")
@click.pass_obj
def read(session: Session, notices: tuple[Any, ...], all_: bool) -> None:
    """Mark notices as read. A token that is narrowed may not."""
    if all_ == bool(notices):
        raise click.UsageError("Name notices by their IDs, or say --all.")
    if all_:
        marked = session.client.post(f"{NOTICES}read/", {})
        say(session, f"Marked {marked['read']} as read")
        return
    for each in notices:
        found = session.client.post(f"{NOTICES}{each}/read/", {})
        say(session, f"Marked as read: {found['title']}")
