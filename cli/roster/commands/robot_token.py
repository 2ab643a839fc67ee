"""`roster robot token`: the tokens of a robot. A secret goes to a file, or to stdout if one says `-`."""

from typing import Any

import click

from roster import finding
from roster.asking import ask_secret, confirm
from roster.commands.minting import file_options, minted, place_of, tell
from roster.complete import robots, tokens
from roster.errors import Failure, Refused
from roster.files import SecretFile
from roster.groups import Command, Group
from roster.moments import Lifetime, age, parse
from roster.output import say, show, table
from roster.session import Session
from roster.shapes import Fields, Json, Row

KINDS = ("signed", "compact", "own")
# As the API lists them: the newest first.
SECRETS = ("newer", "older")
OVERLAPS = ("24h", "1h", "7d", "now", "first-use", "by-hand")
HEADINGS = ("NAME", "ID", "CREATED")
WIDE = (*HEADINGS, "STATUS", "EXPIRES", "LAST USED")


def place_options(function: Json) -> Json:
    """Where the secret goes, and of which kind it is."""
    kind = click.option("--kind", type=click.Choice(KINDS), help="The kind of secret.")
    return file_options(kind(function))


overlap_option = click.option(
    "--overlap",
    type=click.Choice(OVERLAPS),
    default="24h",
    show_default=True,
    help="When the old secret ends.",
)


@click.group(cls=Group)
def token() -> None:
    """Manage a robot's tokens."""


@token.command()
@click.argument("robot", shell_complete=robots)
@click.argument("name", metavar="TOKEN")
@place_options
@click.option("--expires-in", type=Lifetime(), help="When it ends: 90d, 12w, 1y or never.")
@click.pass_obj
def create(session: Session, /, robot: str, name: str, **given: Any) -> None:
    """Create a token and write it to FILE.

    Its secret is written there once and cannot be recovered afterwards.
    """
    file = place_of(given)
    body = {"name": name, **kind_fields(given["kind"]), **(given["expires_in"] or {})}
    found = finding.robot(session, robot)
    with file.reserved():
        made = token_minted(session, session.of("robots", found["id"], "tokens"), body)
        write_token(file, made, found["path"])
    tell(session, file, made, f"{found['path']}/{made['name']} created")


def kind_fields(kind: str | None) -> dict[str, str]:
    """The fields for a kind of secret; an own one is typed twice and never an argument."""
    if kind is None:
        return {}
    if kind != "own":
        return {"kind": kind}
    secret = ask_secret("Secret")
    if ask_secret("Secret again") != secret:
        raise Failure("the two secrets differ")
    return {"kind": kind, "own_secret": secret}


def token_minted(session: Session, address: str, body: Fields) -> Row:
    """A new secret of a token."""
    return minted(session, address, body, mend="Refresh the token or delete it")


def write_token(file: SecretFile, made: Row, robot: str) -> None:
    """Put the new secret of a token of that robot where it belongs."""
    content = {"accessId": made["access_id"], "token": made["secret"]}
    lost = (
        f"Nobody has the secret of token {made['access_id']} now: refresh it, or delete it with"
        f" `roster robot token delete {robot} {made['name']}`"
    )
    file.write(content, lost)


@token.command("list")
@click.argument("robot", shell_complete=robots)
@click.option("--wide", is_flag=True, help="Also status, end and last use.")
@click.pass_obj
def list_(session: Session, robot: str, wide: bool) -> None:
    """List a robot's tokens."""
    found = finding.robot(session, robot)
    rows = session.client.rows(session.of("robots", found["id"], "tokens"))
    if show(session, rows):
        return
    if not rows:
        say(session, f"No tokens found for robot {found['name']} in {session.slug}")
        return
    cells = [(row["name"], row["access_id"], age(row["created_at"])) for row in rows]
    if wide:
        cells = [(*some, *standing(row)) for some, row in zip(cells, rows, strict=True)]
    table(WIDE if wide else HEADINGS, cells)


def standing(row: Row) -> tuple[str, ...]:
    """Status, end and last use."""
    end = parse(row.get("ends_at") or row["expires_at"])
    used = row["last_used"]
    return (
        row["state"],
        f"{end:%Y-%m-%dT%H:%M:%SZ}" if end else "never",
        f"{age(used['at'])} ago" if used else "never",
    )


@token.command()
@click.argument("robot", shell_complete=robots)
@click.argument("name", metavar="TOKEN", shell_complete=tokens)
@click.option("--force", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(session: Session, robot: str, name: str, force: bool) -> None:
    """Delete a token: it stops working at once."""
    found = finding.robot(session, robot)
    row = finding.token(session, found, name)
    path = f"{found['path']}/{row['name']}"
    if not force:
        confirm("Are you sure you want to delete this robot token?")
        say(session, f"Deleting robot token {path}. This cannot be undone.")
    session.client.delete(session.of("robots", found["id"], "tokens", row["access_id"]))
    say(session, f"{path} deleted")


@token.command()
@click.argument("robot", shell_complete=robots)
@click.argument("name", metavar="TOKEN", shell_complete=tokens)
@place_options
@overlap_option
@click.option(
    "--end-older",
    is_flag=True,
    help="Where two secrets work already, end the older one at once: a token has two at most.",
)
@click.pass_obj
def rotate(
    session: Session, /, robot: str, name: str, overlap: str, end_older: bool, **given: Any
) -> None:
    """Make a new secret and write it to FILE; the old one ends later. Neither can be recovered.

    A job that rotates as often as the overlap is long needs --end-older, or it fails when it runs early.
    """
    file = place_of(given)
    body: Fields = {"old_ends": overlap, **kind_fields(given["kind"])}
    found = finding.robot(session, robot)
    row = finding.token(session, found, name)
    path = f"{found['path']}/{row['name']}"
    if end_older:
        body["end_older"] = True
    elif len(row.get("secrets", [])) > 1:
        raise Failure(f"two secrets of {path} work already; --end-older ends the older one")
    with file.reserved():
        made = token_minted(session, _secret_address(session, found, row, "rotation"), body)
        write_token(file, made, found["path"])
    text = f"rotated, the old secret ends {end_words(made, overlap)}"
    older = ", the one before it has ended" if made.get("older_secret_ended") else ""
    tell(session, file, made, f"{path} {text}{older}")


def _secret_address(session: Session, robot: Row, token: Row, *parts: object) -> str:
    return session.of("robots", robot["id"], "tokens", token["access_id"], *parts)


@token.command("end-secret")
@click.argument("robot", shell_complete=robots)
@click.argument("name", metavar="TOKEN", shell_complete=tokens)
@click.option(
    "--which",
    type=click.Choice(SECRETS),
    default="older",
    show_default=True,
    help="Which of the two ends.",
)
@click.option("--force", is_flag=True, help="Do not ask.")
@click.pass_obj
def end_secret(session: Session, robot: str, name: str, which: str, force: bool) -> None:
    """End one of the two secrets that a rotation left, at once."""
    found = finding.robot(session, robot)
    row = finding.token(session, found, name)
    path = f"{found['path']}/{row['name']}"
    secrets: list[Row] = row["secrets"]
    if len(secrets) < 2:
        raise Failure(f"{path} has one secret; refresh it, or delete the token")
    secret = secrets[SECRETS.index(which)]
    if not force:
        confirm(f"Are you sure you want to end the {which} secret of this robot token?")
    _end_secret(session, found, row, secret)
    say(session, f"{path}: the {which} secret has ended")


def _end_secret(session: Session, robot: Row, token: Row, secret: Row) -> None:
    """End it; that it has ended after a lost answer, or by others, is what was asked for."""
    try:
        session.client.delete(_secret_address(session, robot, token, "secrets", secret["id"]))
    except Refused as refused:
        live: list[Row] = finding.token(session, robot, token["access_id"])["secrets"]
        if refused.status != 409 or secret["id"] in [one["id"] for one in live]:
            raise


def end_words(made: Row, overlap: str) -> str:
    """When the old secret ends, in words."""
    at = parse(made.get("old_secret_ends_at"))
    if overlap == "now":
        return "now"
    if at:
        return f"at {at:%Y-%m-%d %H:%M:%S} UTC"
    return "with the first use of the new one" if overlap == "first-use" else "when you end it"


@click.command(cls=Command)
@click.argument("robot", shell_complete=robots)
@click.argument("name", metavar="[TOKEN]", required=False, shell_complete=tokens)
@place_options
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def refresh(session: Session, /, robot: str, name: str | None, yes: bool, **given: Any) -> None:
    """End a token's secret at once and write a new one to FILE, which cannot be recovered.

    A robot's only token need not be named. --force does not ask either.
    """
    file = place_of(given)
    body = kind_fields(given["kind"])
    found = finding.robot(session, robot)
    row = finding.token(session, found, name) if name else _only_token(session, found)
    path = f"{found['path']}/{row['name']}"
    if not (yes or file.force):
        confirm("Are you sure you want to end the secret of this robot token?")
    with file.reserved():
        made = token_minted(session, _secret_address(session, found, row, "refresh"), body)
        write_token(file, made, found["path"])
    tell(session, file, made, f"{path} refreshed, the old secret has ended")


def _only_token(session: Session, robot: Row) -> Row:
    rows = session.client.rows(session.of("robots", robot["id"], "tokens"))
    if len(rows) != 1:
        names = ", ".join(row["name"] for row in rows) or "none"
        raise Failure(f"say which token of robot {robot['name']}: {names}")
    return rows[0]


token.add_command(refresh)
