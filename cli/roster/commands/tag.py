"""`roster repository tag`: the tags of a repository, as registries told Roster of them."""

import click

from roster import finding
from roster.complete import repositories
from roster.groups import Group
from roster.moments import age
from roster.output import say, show, table
from roster.session import Session
from roster.shapes import Row

HEADINGS = ("TAG", "DIGEST", "REGISTRY", "PUSHED", "PUSHED BY")


@click.group(cls=Group)
def tag() -> None:
    """See the tags of a repository."""


@tag.command("list")
@click.argument("path", metavar="PROJECT/NAME", shell_complete=repositories)
@click.option("-q", "--search", metavar="TEXT", help="Only those whose name or digest matches.")
@click.pass_obj
def list_(session: Session, path: str, search: str | None) -> None:
    """List tags, as registries told of them: the latest push first."""
    found = finding.repository(session, path)
    rows = session.client.rows(session.of("repositories", found["id"], "tags"), q=search)
    if show(session, rows):
        return
    if not rows:
        say(session, f"No tags found in {found['path']}")
        return
    table(HEADINGS, [_cells(row) for row in rows])


def _cells(row: Row) -> tuple[str, ...]:
    by = row["pushed_by"]
    return (
        str(row["name"]),
        str(row["digest"]),
        str(row["registry"]),
        age(row["pushed_at"]),
        str(by["name"] or by["kind"]),
    )
