"""`roster repository`: repositories, called PROJECT/NAME."""

import click

from roster import finding
from roster.asking import confirm
from roster.complete import projects, repositories
from roster.groups import Group
from roster.moments import age
from roster.output import say, show, table
from roster.session import Session
from roster.shapes import Row

PARTS = {
    "permission": ("roster.commands.permission:permission", "Manage teams' permissions."),
    "tag": ("roster.commands.tag:tag", "See tags."),
}
HEADINGS = ("NAME", "ID", "PUBLIC", "CREATED")


@click.group(cls=Group, parts=PARTS)
def repository() -> None:
    """Manage repositories."""


@repository.command()
@click.argument("path", metavar="PROJECT/NAME")
@click.option("--description", default="", help="What is in it.")
@click.option("--public/--private", default=None, help="As the project says, if you do not.")
@click.option("--reuse", is_flag=True, help="Take a name that was used before.")
@click.pass_obj
def create(session: Session, path: str, description: str, public: bool | None, reuse: bool) -> None:
    """Create a repository."""
    project, slash, name = path.removeprefix(f"{session.slug}/").partition("/")
    if not slash:
        raise click.UsageError(f"{path}: say PROJECT/NAME.")
    body = {"project": project, "name": name, "description": description}
    more = {"public": public, "reuse": reuse or None}
    given = body | {key: value for key, value in more.items() if value is not None}
    made = session.client.post(session.of("repositories"), given)
    say(session, f"{made['path']} created")
    show(session, made)


@repository.command("list")
@click.option("--project", help="Only those of this project.", shell_complete=projects)
@click.option("-q", "--search", metavar="TEXT", help="Only those whose name or project matches.")
@click.pass_obj
def list_(session: Session, project: str | None, search: str | None) -> None:
    """List repositories."""
    with finding.filtering(session, project=project):
        rows = session.client.rows(session.of("repositories"), project=project, q=search)
    if show(session, rows):
        return
    if not rows:
        say(session, f"No repositories found in {session.slug}")
        return
    table(HEADINGS, [_cells(session, row) for row in rows])


def _cells(session: Session, row: Row) -> tuple[str, ...]:
    name = str(row["path"]).removeprefix(f"{session.slug}/")
    return name, str(row["id"]), str(row["public"]).lower(), age(row["created_at"])


@repository.command()
@click.argument("path", metavar="PROJECT/NAME", shell_complete=repositories)
@click.pass_obj
def get(session: Session, path: str) -> None:
    """Show a repository."""
    found = finding.repository(session, path)
    if not show(session, found):
        table(HEADINGS, [_cells(session, found)])


@repository.command()
@click.argument("path", metavar="PROJECT/NAME", shell_complete=repositories)
@click.option("--force", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(session: Session, path: str, force: bool) -> None:
    """Delete a repository with the permissions on it; images stay in the registry."""
    found = finding.repository(session, path)
    if not force:
        confirm("Are you sure you want to delete this repository?")
        say(session, f"Deleting repository {found['path']}. This cannot be undone.")
    session.client.delete(session.of("repositories", found["id"]))
    say(session, f"{found['path']} deleted")
