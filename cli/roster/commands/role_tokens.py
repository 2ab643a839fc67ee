"""`roster create|get|delete token` and `get roles`: tokens tied to a role, as Kargo's users know them."""

from collections.abc import Callable
from typing import Any

import click

from roster import finding
from roster.complete import projects, role_tokens, roles
from roster.errors import Failure, Repeated
from roster.files import need_stdout, print_secret
from roster.groups import Group, output_option
from roster.moments import Lifetime, age
from roster.output import as_text, printable, say, show, table
from roster.session import Session
from roster.shapes import Row

HEADINGS = ("NAME", "ROLE", "ROSTER MANAGED", "AGE")
ROLE_HEADINGS = ("NAME", "ROSTER MANAGED", "AGE")
REDACTED = "*** REDACTED ***"
CREATED = (
    "Token created successfully!\n\n"
    "IMPORTANT: Save this token securely. It will not be shown again.\n\n"
    "Token: {secret}\n"
)
Function = Callable[..., Any]


def level_options(function: Function) -> Function:
    """One of `--system` and `--project P`."""
    function = click.option("--system", is_flag=True, help="Roles and tokens of the organization.")(
        function
    )
    return click.option("-p", "--project", help="Those of this project.", shell_complete=projects)(
        function
    )


no_headers = click.option("--no-headers", is_flag=True, help="Leave the headings out.")


def _level(system: bool, project: str | None) -> dict[str, str]:
    """The filter for a level."""
    if system == bool(project):
        word = "only one of" if system else "either"
        raise click.UsageError(f"{word} --system {'and' if system else 'or'} --project is required")
    return {"project": project} if project else {"level": "organization"}


@click.group(cls=Group)
def create() -> None:
    """Create a token of a role."""


@click.group(cls=Group)
def get() -> None:
    """List roles and their tokens."""


@click.group(cls=Group)
def delete() -> None:
    """Delete tokens of roles."""


@create.command("token")
@click.argument("name")
@level_options
@click.option("--role", required=True, help="The role it acts for.", shell_complete=roles)
@click.option("--expires-in", type=Lifetime(), help="When it ends: 90d, 12w, 1y or never.")
@output_option
@click.pass_obj
def create_token(
    session: Session,
    name: str,
    role: str,
    system: bool,
    project: str | None,
    expires_in: dict[str, Any] | None,
) -> None:
    """Create a token that may do what a role may, and show it."""
    _level(system, project)
    need_stdout()
    body = {"name": name, "role": role, "project": project, **(expires_in or {})}
    try:
        made = session.client.post(session.of("role-tokens"), body, once=True)
    except Repeated as failure:
        raise Failure(
            "the token was made, but the answer with it was lost on its way; nobody has it."
            f" Delete it with `roster delete token` and try again: {name}"
        ) from failure
    if session.format == "default":
        text = CREATED.format(secret=printable(made["secret"]))
    else:
        text = as_text(_public(made, secret=made["secret"]), session.format)
    level = f"--project {project}" if project else "--system"
    lost = f"Nobody has this token now: delete it with `roster delete token {level} {name}`"
    print_secret(text, lost)


def _public(row: Row, secret: str = REDACTED) -> dict[str, Any]:
    """A token as Kargo's `-o` shows one."""
    return {
        "name": row["name"],
        "role": row["role"],
        "level": row["level"],
        "project": row["project"],
        "accessId": row["access_id"],
        "createdAt": row["created_at"],
        "expiresAt": row.get("ends_at") or row["expires_at"],
        "token": secret,
    }


@get.command("tokens")
@click.argument("names", metavar="[NAME]...", nargs=-1, shell_complete=role_tokens)
@level_options
@click.option("--role", help="Only tokens of this role.", shell_complete=roles)
@no_headers
@output_option
@click.pass_obj
def get_tokens(
    session: Session,
    names: tuple[str, ...],
    system: bool,
    project: str | None,
    role: str | None,
    no_headers: bool,
) -> None:
    """List the tokens of roles, or those that are named."""
    rows = _tokens(session, system, project, role)
    found = _named(rows, names)
    public = [_public(row) for row in found]
    if show(session, public[0] if len(names) == 1 else public):
        return
    if not found:
        say(session, f"No tokens found in {project or session.slug}")
        return
    cells = [(row["name"], row["role"], "true", age(row["created_at"])) for row in found]
    table(HEADINGS, cells, headers=not no_headers)


get.add_command(get_tokens, "token")


def _tokens(
    session: Session, system: bool, project: str | None, role: str | None = None
) -> list[Row]:
    """The tokens of roles at a level, or of one role there."""
    level = _level(system, project)
    with finding.filtering(session, project=project, role=role):
        rows = session.client.rows(session.of("role-tokens"), role=role, **level)
    if not rows:
        _need(session, project, role)
    return rows


def _need(session: Session, project: str | None, role: str | None) -> None:
    """Nothing was found: where there is no such project or role, that is why."""
    roles = {str(row["name"]) for row in _roles(session, project)}
    if role and role not in roles:
        raise Failure(f"could not find role {role} in {project or session.slug}")


def _roles(session: Session, project: str | None) -> list[Row]:
    """The roles of a level; a project that is not there has none."""
    rows = session.client.rows(session.of("roles"), scope="project" if project else "organization")
    if project and project not in {row["project"] for row in rows}:
        finding.project(session, project)
    return [row for row in rows if row["project"] in (None, project)]


def _named(rows: list[Row], names: tuple[str, ...]) -> list[Row]:
    """The rows in the order of the names; all of them without names."""
    by_name = {str(row["name"]): row for row in rows}
    wanted = tuple(dict.fromkeys(names)) or tuple(by_name)
    if missing := [name for name in wanted if name not in by_name]:
        raise Failure(f"could not find token {', '.join(missing)}")
    return [by_name[name] for name in wanted]


@get.command("roles")
@click.argument("names", metavar="[NAME]...", nargs=-1, shell_complete=roles)
@level_options
@no_headers
@output_option
@click.pass_obj
def get_roles(
    session: Session, names: tuple[str, ...], system: bool, project: str | None, no_headers: bool
) -> None:
    """List the roles of a level."""
    _level(system, project)
    here = _roles(session, project)
    found = [row for row in here if not names or row["name"] in names]
    if missing := set(names) - {row["name"] for row in found}:
        raise Failure(f"could not find role {', '.join(sorted(missing))}")
    if show(session, found):
        return
    cells = [(row["name"], str(row["built_in"]).lower(), _age(row)) for row in found]
    table(ROLE_HEADINGS, cells, headers=not no_headers)


get.add_command(get_roles, "role")


def _age(row: Row) -> str:
    """How old a role is; built-in ones are as old as Roster."""
    return age(row["created_at"]) or "-"


@delete.command("token")
@click.argument("names", metavar="NAME...", nargs=-1, required=True, shell_complete=role_tokens)
@level_options
@output_option
@click.pass_obj
def delete_token(
    session: Session, names: tuple[str, ...], system: bool, project: str | None
) -> None:
    """Delete tokens of roles: they stop working at once."""
    rows = _tokens(session, system, project)
    for row in _named(rows, names):
        session.client.delete(session.of("role-tokens", row["access_id"]))
        say(session, f"token/{row['name']} deleted")


delete.add_command(delete_token, "tokens")
