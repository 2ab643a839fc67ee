"""`roster robot token`: the tokens of a robot. A secret goes to a file, or to stdout if one says `-`."""

from typing import Any

import click

from roster import finding
from roster.asking import ask_secret, confirm
from roster.complete import robots, tokens
from roster.errors import Failure, Repeated
from roster.files import SecretFile
from roster.groups import Command, Group
from roster.moments import Lifetime, age, parse
from roster.output import say, show, table
from roster.session import Session
from roster.shapes import Fields, Json, Row

KINDS = ("signed", "compact", "own")
OVERLAPS = ("24h", "1h", "7d", "now", "first-use", "by-hand")
HEADINGS = ("NAME", "ID", "CREATED")
WIDE = (*HEADINGS, "STATUS", "EXPIRES", "LAST USED")


def place_options(function: Json) -> Json:
    """Where the secret goes: `--output FILE`, `--file FILE` or FILE."""
    options = (
        click.argument("place", metavar="[FILE]", required=False),
        click.option(
            "-o",
            "--output",
            "-f",
            "--file",
            "places",
            multiple=True,
            metavar="FILE",
            help="Where the token goes: a new file, or - for standard output.",
        ),
        click.option("--force", is_flag=True, help="Overwrite a file that is there."),
        click.option("--kind", type=click.Choice(KINDS), help="The kind of secret."),
    )
    for option in reversed(options):
        function = option(function)
    return function


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
    """Create a token and write it to FILE."""
    file = _file(given)
    body = {"name": name, **_kind(given["kind"]), **(given["expires_in"] or {})}
    found = finding.robot(session, robot)
    with file.reserved():
        made = _minted(session, session.of("robots", found["id"], "tokens"), body)
        file.write(made["access_id"], made["secret"])
    _tell(session, file, made, f"{found['path']}/{made['name']} created")


def _file(given: Fields) -> SecretFile:
    """Where the secret goes; asked first, so that a refusal creates nothing."""
    places = [*given["places"], *([given["place"]] if given["place"] else [])]
    if len(places) > 1:
        raise click.UsageError(f"Say one place for the token, not {' and '.join(places)}.")
    if not places:
        raise Failure("Refusing to emit sensitive output. Please specify output location.")
    return SecretFile(places[0], force=given["force"])


def _kind(kind: str | None) -> dict[str, str]:
    """The fields for a kind of secret; an own one is typed twice and never an argument."""
    if kind is None:
        return {}
    if kind != "own":
        return {"kind": kind}
    secret = ask_secret("Secret")
    if ask_secret("Secret again") != secret:
        raise Failure("the two secrets differ")
    return {"kind": kind, "own_secret": secret}


def _minted(session: Session, address: str, body: Fields) -> Row:
    """A new secret, made once however often the request has to be sent."""
    try:
        made: Row = session.client.post(address, body, once=True)
    except Repeated as failure:
        where = failure.problem.get("location") or address
        raise Failure(
            "the secret was made, but the answer with it was lost on its way; nobody has it."
            f" Refresh the token or delete it: {where}"
        ) from failure
    return made


def _tell(session: Session, file: SecretFile, made: Row, text: str) -> None:
    """What was done; the secret stays where it was put."""
    say(session, text, aside=file.is_stdout)
    if not file.is_stdout:
        show(session, {name: value for name, value in made.items() if name != "secret"})


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
        cells = [(*some, *_more(row)) for some, row in zip(cells, rows, strict=True)]
    table(WIDE if wide else HEADINGS, cells)


def _more(row: Row) -> tuple[str, ...]:
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
@click.option(
    "--overlap",
    type=click.Choice(OVERLAPS),
    default="24h",
    show_default=True,
    help="When the old secret ends.",
)
@click.pass_obj
def rotate(session: Session, /, robot: str, name: str, overlap: str, **given: Any) -> None:
    """Make a new secret and write it to FILE; the old one ends later."""
    file = _file(given)
    body = {"old_ends": overlap, **_kind(given["kind"])}
    found = finding.robot(session, robot)
    row = finding.token(session, found, name)
    with file.reserved():
        made = _minted(session, _secret_address(session, found, row, "rotation"), body)
        file.write(made["access_id"], made["secret"])
    text = f"rotated, the old secret ends {_end(made, overlap)}"
    _tell(session, file, made, f"{found['path']}/{row['name']} {text}")


def _secret_address(session: Session, robot: Row, token: Row, verb: str) -> str:
    return session.of("robots", robot["id"], "tokens", token["access_id"], verb)


def _end(made: Row, overlap: str) -> str:
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
    """End a token's secret at once and write a new one to FILE.

    A robot's only token need not be named. --force does not ask either.
    """
    file = _file(given)
    body = _kind(given["kind"])
    found = finding.robot(session, robot)
    row = finding.token(session, found, name) if name else _only_token(session, found)
    path = f"{found['path']}/{row['name']}"
    if not (yes or file.force):
        confirm("Are you sure you want to end the secret of this robot token?")
    with file.reserved():
        made = _minted(session, _secret_address(session, found, row, "refresh"), body)
        file.write(made["access_id"], made["secret"])
    _tell(session, file, made, f"{path} refreshed, the old secret has ended")


def _only_token(session: Session, robot: Row) -> Row:
    rows = session.client.rows(session.of("robots", robot["id"], "tokens"))
    if len(rows) != 1:
        names = ", ".join(row["name"] for row in rows) or "none"
        raise Failure(f"say which token of robot {robot['name']}: {names}")
    return rows[0]


token.add_command(refresh)
