"""`roster robot networks`: the networks a robot may be used from."""

import click

from roster import finding
from roster.complete import robots
from roster.groups import Command
from roster.output import say, show, table
from roster.session import Session
from roster.shapes import NETWORK_MODES, Json, Row

HEADINGS = ("NETWORK", "MODE")


@click.command(cls=Command)
@click.argument("name", shell_complete=robots)
@click.option(
    "--allow",
    "allowed",
    multiple=True,
    metavar="NETWORK",
    help="An address or network, any number of times; together they replace the list.",
)
@click.option("--allow-all", is_flag=True, help="From everywhere: the list becomes empty.")
@click.option(
    "--network-mode",
    type=click.Choice(NETWORK_MODES),
    help="Refuse what comes from elsewhere, or let it in and count it.",
)
@click.pass_obj
def networks(
    session: Session,
    name: str,
    allowed: tuple[str, ...],
    allow_all: bool,
    network_mode: str | None,
) -> None:
    """Show or change the networks a robot may be used from.

    Without options it shows the networks and their mode.
    """
    if allowed and allow_all:
        raise click.UsageError("--allow and --allow-all say different things: give one of them.")
    changes = _changes(allowed, allow_all, network_mode)
    found = finding.robot(session, name)
    if changes:
        changed = session.client.patch(session.of("robots", found["id"]), changes)
        say(session, f"{found['path']} networks changed")
        show(session, changed)
    elif not show(session, found):
        _list(session, found)


def _changes(
    allowed: tuple[str, ...], allow_all: bool, network_mode: str | None
) -> dict[str, Json]:
    """What the options name; what they do not stays."""
    changes: dict[str, Json] = {}
    if allowed or allow_all:
        changes["addresses"] = list(allowed)
    if network_mode:
        changes["network_mode"] = network_mode
    return changes


def _list(session: Session, found: Row) -> None:
    if not found["addresses"]:
        say(session, f"{found['path']} may be used from everywhere")
        return
    table(HEADINGS, [(network, found["network_mode"]) for network in found["addresses"]])
