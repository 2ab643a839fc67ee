"""`roster robot trust try`: whether a trust would let a token in."""

import click

from roster.commands.explain import UNTOLD
from roster.commands.robot_trust import address, content, found_trust
from roster.complete import robots, trusts
from roster.credentials import SECRET
from roster.groups import Command
from roster.output import show, table
from roster.session import Session
from roster.shapes import Row

HEADINGS = ("RULE", "KEPT", "REASON")
ANSWERS = {0: "yes", 1: "no", UNTOLD: "not known now"}
IN_SIGHT = (
    "That looks like a token, and others on this machine can see arguments:"
    " name a file, or use - for standard input."
)


@click.command("try", cls=Command)
@click.argument("robot", shell_complete=robots)
@click.argument("name", metavar="TRUST", shell_complete=trusts)
@click.option(
    "--token-file",
    "place",
    required=True,
    metavar="FILE|-",
    type=click.Path(allow_dash=True),
    help="The issuer's token; - is standard input.",
)
@click.pass_context
def try_(ctx: click.Context, robot: str, name: str, place: str) -> None:
    """Whether a trust would let a token in now, rule by rule.

    The token is kept nowhere and can be exchanged afterwards. The exit code is 0 for yes, 1 for no and 3
    where it could not be told.
    """
    session: Session = ctx.obj
    session.trouble = UNTOLD
    if SECRET.search(place):
        raise click.UsageError(IN_SIGHT)
    token = content(place)
    row = found_trust(session, robot, name)
    found = session.client.post(address(session, row, "trial"), {"token": token})
    code = _code(found)
    if not show(session, found):
        click.echo(ANSWERS[code])
        table(HEADINGS, [_cells(rule) for rule in found["rules"]])
    ctx.exit(code)


def _code(found: Row) -> int:
    """3 where all that speaks against the token is that the issuer's keys are not to be had."""
    broken = [rule for rule in found["rules"] if not rule["kept"]]
    if broken and all(rule["retry_after"] for rule in broken):
        return UNTOLD
    return 1 if broken else 0


def _cells(rule: Row) -> tuple[str, str, str]:
    return rule["name"], "yes" if rule["kept"] else "no", rule["reason"]
