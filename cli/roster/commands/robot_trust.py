"""`roster robot trust`: which tokens of other issuers a robot logs in with."""

from typing import Any

import click

from roster import finding
from roster.asking import confirm
from roster.commands.robot_token import standing
from roster.complete import narrowing, robots, trusts
from roster.errors import Failure
from roster.files import STDIN, read_text
from roster.groups import Group, once
from roster.moments import Length, Lifetime, age
from roster.output import say, show, table, warn
from roster.session import Session
from roster.shapes import PRESETS, Fields, Json, Row

HEADINGS = ("NAME", "ID", "ISSUER", "CREATED")
WIDE = (*HEADINGS, "STATUS", "EXPIRES", "LAST USED")
CONDITION_HEADINGS = ("CLAIM", "VALUE")
ALL = "all"
PARTS = {
    "try": ("roster.commands.robot_trust_try:try_", "Whether a trust would let a token in."),
}
# Longer than any server takes.
LONGEST = 1_000_000
# What can be said of a trust, in the order of the help.
OPTIONS = (
    click.option(
        "--preset",
        type=click.Choice(PRESETS),
        help="Which issuer it is, as far as Roster knows it; other if you do not say.",
    ),
    click.option(
        "--issuer",
        metavar="URL",
        help="The iss of its tokens; the preset's if you do not say, where all have the same.",
    ),
    click.option(
        "--audience", help="The aud of its tokens; an address of the robot's own if you do not say."
    ),
    click.option(
        "--keys-file",
        metavar="FILE|-",
        type=click.Path(allow_dash=True),
        help="Its public keys, a JWK set or PEM, for an issuer that Roster cannot ask for them.",
    ),
    click.option(
        "--condition",
        "conditions",
        multiple=True,
        metavar="CLAIM=VALUE",
        help="What a claim has to be, any number of times; all are met. * is any part between : and /.",
    ),
    click.option("--lifetime", type=Length(), help="How long a login lasts, 5m to 60m."),
    click.option("--expires-in", type=Lifetime(), help="When it ends: 90d, 12w, 1y or never."),
    click.option(
        "--permission",
        "permissions",
        multiple=True,
        metavar="P|all",
        shell_complete=narrowing,
        help="Narrow logins to these, any number of times; all that the robot may if you do not say.",
    ),
)


def rule_options(function: Json) -> Json:
    """All that can be said of a trust."""
    for option in reversed(OPTIONS):
        function = option(function)
    return function


@click.group(cls=Group, parts=PARTS)
def trust() -> None:
    """Let a robot log in with tokens of other issuers, and no secret of its own.

    A trust is called by its name, or by its ID.
    """


@trust.command()
@click.argument("robot", shell_complete=robots)
@click.argument("name", metavar="TRUST")
@rule_options
@click.pass_obj
def create(session: Session, /, robot: str, name: str, **given: Any) -> None:
    """Trust an issuer's tokens.

    One condition at least has to say which job, project or account is let in.
    """
    body = {"name": name, "conditions": [], **_said(given)}
    found = finding.robot(session, robot)
    made = session.client.post(session.of("robots", found["id"], "trusts"), body)
    _tell(session, made, "created")


def _said(given: Fields) -> Fields:
    """The fields of a body that somebody named."""
    words = {name: given[name] for name in ("preset", "issuer", "audience")}
    body: Fields = {name: word for name, word in words.items() if word is not None}
    if given["keys_file"] is not None:
        body["keys"] = content(given["keys_file"])
    if given["conditions"]:
        body["conditions"] = _conditions(given["conditions"])
    if given["lifetime"]:
        body["lifetime_seconds"] = given["lifetime"]
    return body | _narrowed(given["permissions"]) | (given["expires_in"] or {})


def content(place: str) -> str:
    """What a file or standard input holds; nothing is not what anybody meant."""
    text = read_text(place, LONGEST).strip()
    if not text:
        raise Failure(f"{'standard input' if place == STDIN else place} is empty")
    return text


def _conditions(texts: tuple[str, ...]) -> list[Fields]:
    pairs = once("--condition", map(_condition, texts))
    return [{"claim": claim, "value": value} for claim, value in pairs.items()]


def _condition(text: str) -> tuple[str, str]:
    claim, equals, value = text.partition("=")
    if not equals or not claim:
        raise click.UsageError(f"--condition {text}: say CLAIM=VALUE.")
    return claim, value


def _narrowed(permissions: tuple[str, ...]) -> Fields:
    if ALL in permissions and len(permissions) > 1:
        raise click.UsageError(f"--permission {ALL} stands alone.")
    if not permissions:
        return {}
    return {"permissions": None if permissions == (ALL,) else list(permissions)}


def _tell(session: Session, row: Row, done: str) -> None:
    """What was done, and what the trust lets in that one may not think of."""
    say(session, f"{_path(row)} {done}")
    for text in row["warnings"]:
        warn(text)
    show(session, row)


def _path(row: Row) -> str:
    return f"{row['robot']['path']}/{row['name']}"


@trust.command("list")
@click.argument("robot", shell_complete=robots)
@click.option("--wide", is_flag=True, help="Also status, end and last use.")
@click.pass_obj
def list_(session: Session, robot: str, wide: bool) -> None:
    """List a robot's trusts."""
    found = finding.robot(session, robot)
    rows = session.client.rows(session.of("robots", found["id"], "trusts"))
    if show(session, rows):
        return
    if not rows:
        say(session, f"No trusts found for robot {found['name']} in {session.slug}")
        return
    table(WIDE if wide else HEADINGS, [_cells(row, wide=wide) for row in rows])


def _cells(row: Row, *, wide: bool) -> tuple[str, ...]:
    short = (row["name"], row["id"], row["issuer"], age(row["created_at"]))
    return (*short, *standing(row)) if wide else short


@trust.command()
@click.argument("robot", shell_complete=robots)
@click.argument("name", metavar="TRUST", shell_complete=trusts)
@click.pass_obj
def get(session: Session, robot: str, name: str) -> None:
    """Show a trust with its conditions."""
    row = found_trust(session, robot, name)
    if show(session, row):
        return
    table(WIDE, [_cells(row, wide=True)])
    click.echo()
    of_all = [("aud", row["audience"])]
    said = [(condition["claim"], condition["value"]) for condition in row["conditions"]]
    table(CONDITION_HEADINGS, [*of_all, *said])


def found_trust(session: Session, robot: str, name: str) -> Row:
    return finding.trust(session, finding.robot(session, robot), name)


def address(session: Session, row: Row, *parts: str) -> str:
    return session.of("robots", row["robot"]["id"], "trusts", row["id"], *parts)


@trust.command()
@click.argument("robot", shell_complete=robots)
@click.argument("name", metavar="TRUST", shell_complete=trusts)
@rule_options
@click.option("--issuer-keys", is_flag=True, help="Forget the pasted keys and ask the issuer.")
@click.pass_obj
def update(session: Session, /, robot: str, name: str, issuer_keys: bool, **given: Any) -> None:
    """Change what is named of a trust; the rest stays as it is.

    Conditions that are given take the place of all that it has. Whoever logged in by another rule is
    logged out.
    """
    if issuer_keys and given["keys_file"]:
        raise click.UsageError("Say --keys-file or --issuer-keys, not both.")
    body = _said(given) | ({"keys": ""} if issuer_keys else {})
    if not body:
        raise click.UsageError("Say what to change.")
    _tell(session, _changed(session, robot, name, body), "updated")


def _changed(session: Session, robot: str, name: str, body: Fields) -> Row:
    return session.client.patch(address(session, found_trust(session, robot, name)), body)


@trust.command()
@click.argument("robot", shell_complete=robots)
@click.argument("name", metavar="TRUST", shell_complete=trusts)
@click.pass_obj
def enable(session: Session, robot: str, name: str) -> None:
    """Let a disabled trust let in again."""
    _tell(session, _changed(session, robot, name, {"disabled": False}), "enabled")


@trust.command()
@click.argument("robot", shell_complete=robots)
@click.argument("name", metavar="TRUST", shell_complete=trusts)
@click.pass_obj
def disable(session: Session, robot: str, name: str) -> None:
    """Let nobody in by a trust until it is enabled, and log out whoever is."""
    row = _changed(session, robot, name, {"disabled": True})
    say(session, f"{_path(row)} disabled")
    show(session, row)


@trust.command()
@click.argument("robot", shell_complete=robots)
@click.argument("name", metavar="TRUST", shell_complete=trusts)
@click.option("--force", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(session: Session, robot: str, name: str, force: bool) -> None:
    """Delete a trust: nobody is let in by it any more, and whoever was is logged out."""
    row = found_trust(session, robot, name)
    if not force:
        confirm("Are you sure you want to delete this trust?")
        say(session, f"Deleting trust {_path(row)}. This cannot be undone.")
    session.client.delete(address(session, row))
    say(session, f"{_path(row)} deleted")
