"""`roster project`: projects of the organization."""

import click

from roster.asking import confirm
from roster.complete import projects
from roster.groups import Group
from roster.moments import age
from roster.output import say, show, table
from roster.session import Session
from roster.shapes import Row

HEADINGS = ("NAME", "DISPLAY NAME", "PUBLIC", "CREATED")


@click.group(cls=Group)
def project() -> None:
    """Manage projects."""


@project.command()
@click.argument("slug", metavar="NAME")
@click.option("--name", metavar="TEXT", help="What people call it; NAME if you do not say.")
@click.option("--description", default="", help="What it is for.")
@click.option("--public", is_flag=True, help="New repositories are public.")
@click.option("--reuse", is_flag=True, help="Take a name that was used before.")
@click.pass_obj
def create(
    session: Session, slug: str, name: str | None, description: str, public: bool, reuse: bool
) -> None:
    """Create a project."""
    body = {
        "slug": slug,
        "name": name or slug,
        "description": description,
        "public": public,
        **({"reuse": True} if reuse else {}),
    }
    made = session.client.post(session.of("projects"), body)
    say(session, f"{session.slug}/{made['slug']} created")
    show(session, made)


@project.command("list")
@click.option("-q", "--search", metavar="TEXT", help="Only projects that match.")
@click.pass_obj
def list_(session: Session, search: str | None) -> None:
    """List projects."""
    rows = session.client.rows(session.of("projects"), q=search)
    if show(session, rows):
        return
    if not rows:
        say(session, f"No projects found in {session.slug}")
        return
    table(HEADINGS, [_cells(row) for row in rows])


def _cells(row: Row) -> tuple[str, ...]:
    return row["slug"], row["name"], str(row["public"]).lower(), age(row["created_at"])


@project.command()
@click.argument("slug", metavar="NAME", shell_complete=projects)
@click.pass_obj
def get(session: Session, slug: str) -> None:
    """Show a project."""
    found = session.client.get(session.of("projects", slug))
    if not show(session, found):
        table(HEADINGS, [_cells(found)])


@project.command()
@click.argument("slug", metavar="NAME", shell_complete=projects)
@click.option("--force", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(session: Session, slug: str, force: bool) -> None:
    """Delete a project with its repositories, robots and tokens."""
    address = session.of("projects", slug)
    session.client.get(address)
    path = f"{session.slug}/{slug}"
    if not force:
        confirm("Are you sure you want to delete this project?")
        say(session, f"Deleting project {path}. This cannot be undone.")
    session.client.delete(address)
    say(session, f"{path} deleted")
