"""`roster token inspect`: what a secret says by itself."""

from datetime import datetime

import click

from roster.asking import ask_secret
from roster.credentials import SECRET, inspect, secret_in
from roster.files import read_text
from roster.groups import Command, output_option
from roster.output import say, show, table
from roster.session import Session
from roster.shapes import Fields

# No file that holds a secret is as long.
LONGEST = 65_536
IN_SIGHT = (
    "That looks like a secret, and others on this machine can see arguments:"
    " name a file, use - for standard input, or say nothing and paste it unseen."
)
UNASKED = "Nobody was asked, so this does not say whether it is in force."
LABELS = {
    "kind": "kind",
    "checksum": "checksum",
    "issuer": "issuer",
    "audience": "audience",
    "access_id": "access ID",
    "subject": "subject",
    "key_id": "key ID",
    "issued_at": "issued at",
    "expires_at": "expires at",
    "fault": "fault",
}
TIMES = ("issued_at", "expires_at")


@click.command("inspect", cls=Command)
@click.argument("file", required=False, metavar="[FILE|-]", type=click.Path(allow_dash=True))
@output_option
@click.pass_context
def inspect_(ctx: click.Context, file: str | None) -> None:
    """Tell what a secret is, without asking anybody: its kind, checksum, site and times.

    It is read from FILE, also one that Roster wrote, from standard input (-), or pasted unseen. The exit
    code is 1 where it is none that Roster makes, or is mistyped.
    """
    session: Session = ctx.obj
    found = inspect(_secret(file))
    if not show(session, found):
        table(("", ""), _rows(found), headers=False)
    say(session, UNASKED)
    ctx.exit(0 if found["well_formed"] else 1)


def _secret(file: str | None) -> str:
    if file is None:
        return ask_secret("Secret")
    if SECRET.search(file):
        raise click.UsageError(IN_SIGHT)
    return secret_in(read_text(file, LONGEST))


def _rows(found: Fields) -> list[tuple[str, str]]:
    return [(LABELS[name], _words(name, found[name])) for name in LABELS if name in found]


def _words(name: str, value: str | None) -> str:
    if value is None:
        return "none of ours" if name == "kind" else "never"
    return f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M:%S} UTC" if name in TIMES else value
