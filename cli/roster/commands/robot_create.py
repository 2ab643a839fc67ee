"""`roster robot create`: a robot account, alone or with its first token."""

from typing import Any

import click

from roster.commands.minting import FILE_OPTIONS, place_of, tell
from roster.commands.robot_token import token_minted, write_token
from roster.complete import data_permissions, projects, teams
from roster.groups import Command, once
from roster.moments import Lifetime
from roster.output import say, show
from roster.session import Session
from roster.shapes import ALL, NETWORK_MODES, Fields, Json

KINDS = ("signed", "compact")
# Options whose values are sent unchanged, if they are given.
AS_GIVEN = ("purpose", "responsible", "teams", "addresses", "network_mode")
# The options that need --token, by the names of their parameters.
OF_TOKEN = {
    "places": "--output",
    "force": "--force",
    "kind": "--kind",
    "token_expires_in": "--token-expires-in",
}
OPTIONS = (
    click.option("--description", default="", help="What it is for."),
    click.option("--purpose", default="", help="What its logins are for, in one line."),
    click.option("--project", help="Make it a robot of this project.", shell_complete=projects),
    click.option("--expires-in", type=Lifetime(), help="When it ends: 90d, 12w, 1y or never."),
    click.option(
        "--permission",
        "permissions",
        multiple=True,
        metavar="P|all|none",
        shell_complete=data_permissions,
        help="What it may do, any number of times. With --project in that project, all ten if you do"
        " not say; else in all projects of the organization, none if you do not say.",
    ),
    click.option(
        "--team",
        "teams",
        multiple=True,
        metavar="TEAM",
        shell_complete=teams,
        help="A team to join, any number of times.",
    ),
    click.option("--label", "labels", multiple=True, metavar="KEY=VALUE", help="A label."),
    click.option("--responsible", metavar="EMAIL", help="Who is responsible for it."),
    click.option(
        "--allow",
        "addresses",
        multiple=True,
        metavar="NETWORK",
        help="An address or network from which it may be used; all of them if you do not say.",
    ),
    click.option(
        "--network-mode",
        type=click.Choice(NETWORK_MODES),
        help="Refuse what comes from elsewhere, or let it in and count it.",
    ),
)
TOKEN_OPTIONS = (
    click.option("--token", metavar="TOKEN", help="Make its first token as well, of this name."),
    *FILE_OPTIONS,
    click.option("--kind", type=click.Choice(KINDS), help="The kind of the token's secret."),
    click.option(
        "--token-expires-in",
        type=Lifetime(),
        help="When the token ends: 90d, 12w, 1y or never; as the token policy presets if you do not say.",
    ),
)


def options(function: Json) -> Json:
    """All that can be said of a new robot and its first token."""
    for option in reversed((*OPTIONS, *TOKEN_OPTIONS)):
        function = option(function)
    return function


@click.command(cls=Command)
@click.argument("name")
@options
@click.pass_obj
def create(session: Session, /, **given: Any) -> None:
    """Create a robot account, with --token also its first token.

    The token's secret is written to FILE once and cannot be recovered afterwards. If the token is refused,
    no robot is created.
    """
    body = _body(given)
    if given["token"] is not None:
        _create_both(session, body, given)
        return
    if alone := [option for name, option in OF_TOKEN.items() if given[name]]:
        raise click.UsageError(f"{alone[0]} goes with --token.")
    made = session.client.post(session.of("robots"), body)
    say(session, f"{made['path']} created")
    show(session, made)


def _create_both(session: Session, body: Fields, given: Fields) -> None:
    file = place_of(given)
    kind = {"kind": given["kind"]} if given["kind"] else {}
    token = {"name": given["token"], **kind, **(given["token_expires_in"] or {})}
    with file.reserved():
        made = token_minted(session, session.of("robots"), body | {"token": token})
        write_token(file, made["token"], made["path"])
    public = {field: value for field, value in made["token"].items() if field != "secret"}
    text = f"{made['path']} created, with its token {public['name']}"
    tell(session, file, made | {"token": public}, text)


def _body(given: Fields) -> Fields:
    """The fields of a new robot."""
    body = {
        "name": given["name"],
        "description": given["description"],
        "project": given["project"],
        **(given["expires_in"] or {}),
        **_permitted(given["project"], given["permissions"]),
    }
    if given["labels"]:
        body["labels"] = once("--label", [_label(one) for one in given["labels"]])
    return body | {name: given[name] for name in AS_GIVEN if given[name]}


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
