"""`roster team`: teams and the people in them."""

import click

from roster import finding
from roster.asking import confirm
from roster.complete import teams
from roster.errors import Failure
from roster.groups import Group
from roster.moments import age
from roster.output import say, show, table
from roster.session import Session
from roster.shapes import Row

HEADINGS = ("NAME", "ID", "CREATED")
MEMBER_HEADINGS = ("EMAIL", "ID", "ROLE")
ROLES = ("owner", "member")


@click.group(cls=Group)
def team() -> None:
    """Manage teams and their members."""


@team.command()
@click.argument("name")
@click.option("--description", default="", help="What it is for.")
@click.option("--secret", is_flag=True, help="Only its members see it.")
@click.pass_obj
def create(session: Session, name: str, description: str, secret: bool) -> None:
    """Create a team."""
    body = {"name": name, "description": description, "secret": secret}
    made = session.client.post(session.of("teams"), body)
    say(session, f"{session.slug}/{made['name']} created")
    show(session, made)


@team.command("list")
@click.option("-q", "--search", metavar="TEXT", help="Only teams that match.")
@click.pass_obj
def list_(session: Session, search: str | None) -> None:
    """List teams."""
    rows = session.client.rows(session.of("teams"), q=search)
    if show(session, rows):
        return
    if not rows:
        say(session, f"No teams found in {session.slug}")
        return
    table(HEADINGS, [_cells(row) for row in rows])


def _cells(row: Row) -> tuple[str, ...]:
    return row["name"], str(row["id"]), age(row["created_at"])


@team.command()
@click.argument("name", shell_complete=teams)
@click.pass_obj
def get(session: Session, name: str) -> None:
    """Show a team."""
    found = finding.team(session, name)
    if not show(session, found):
        table(HEADINGS, [_cells(found)])


@team.command()
@click.argument("name", shell_complete=teams)
@click.option("--force", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(session: Session, name: str, force: bool) -> None:
    """Delete a team with what it holds."""
    found = finding.team(session, name)
    path = f"{session.slug}/{found['name']}"
    if not force:
        confirm("Are you sure you want to delete this team?")
        say(session, f"Deleting team {path}. This cannot be undone.")
    session.client.delete(session.of("teams", found["id"]))
    say(session, f"{path} deleted")


@team.group()
def member() -> None:
    """Manage the people in a team."""


@member.command("list")
@click.argument("name", metavar="TEAM", shell_complete=teams)
@click.pass_obj
def list_members(session: Session, name: str) -> None:
    """List the members of a team."""
    found = finding.team(session, name)
    rows = session.client.rows(session.of("teams", found["id"], "members"))
    if show(session, rows):
        return
    if not rows:
        say(session, f"No members found for team {found['name']} in {session.slug}")
        return
    table(MEMBER_HEADINGS, [(row["email"], str(row["id"]), row["role"]) for row in rows])


@member.command()
@click.argument("name", metavar="TEAM", shell_complete=teams)
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True)
@click.pass_obj
def add(session: Session, name: str, email: str, role: str) -> None:
    """Add a person of the organization to a team."""
    found = finding.team(session, name)
    body = {"user": email, "role": role}
    session.client.post(session.of("teams", found["id"], "members"), body)
    say(session, f'Added {email} to team "{found["name"]}"')


@member.command()
@click.argument("name", metavar="TEAM", shell_complete=teams)
@click.argument("email")
@click.option("--force", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(session: Session, name: str, email: str, force: bool) -> None:
    """Take a person out of a team."""
    found = finding.team(session, name)
    address = session.of("teams", found["id"], "members")
    person = _member(session, address, found, email)
    if not force:
        confirm("Are you sure you want to remove this person from the team?")
    session.client.delete(f"{address}{person['id']}/")
    say(session, f'Removed {email} from team "{found["name"]}"')


def _member(session: Session, address: str, team: Row, email: str) -> Row:
    for row in session.client.rows(address):
        if email.lower() in (str(row["email"]).lower(), str(row["id"])):
            return row
    raise Failure(f"{email} is not in team {team['name']} of {session.slug}")
