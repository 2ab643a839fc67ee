"""`roster robot unused`, `roster robot narrow`: what a robot does not use, and narrowing its grants."""

from typing import Any

import click

from roster import finding
from roster.asking import confirm
from roster.complete import robots
from roster.errors import Failure
from roster.groups import Command
from roster.output import printable, say, show, table
from roster.session import Session
from roster.shapes import Row

HEADINGS = ("ON", "GIVES", "WITH WHAT WAS USED", "NOT USED", "NOTE")


@click.command(cls=Command)
@click.argument("robot", shell_complete=robots)
@click.pass_obj
def unused(session: Session, robot: str) -> None:
    """Show what a robot holds and has not used for 90 days."""
    found = finding.robot(session, robot)
    report = _report(session, found)
    if show(session, report):
        return
    if report["results"]:
        table(HEADINGS, [_cells(row) for row in report["results"]])
        return
    say(session, _why_none(found, report))


@click.command(cls=Command)
@click.argument("robot", shell_complete=robots)
@click.option(
    "--on", "places", multiple=True, metavar="PLACE", help="Only the grants on this place."
)
@click.option("--dry-run", is_flag=True, help="Show what would be left and change nothing.")
@click.option("--force", is_flag=True, help="Do not ask.")
@click.pass_obj
def narrow(session: Session, /, robot: str, places: tuple[str, ...], **how: bool) -> None:
    """Let a robot's own grants give no more than what it used in 90 days.

    What its teams give stays. PLACE is written as `roster robot unused` shows it.
    """
    found = finding.robot(session, robot)
    report = _report(session, found)
    chosen = _select(report["results"], places)
    if not chosen:
        say(session, _why_none(found, report))
        return
    if how["dry_run"]:
        if not show(session, chosen):
            table(HEADINGS, [_cells(row) for row in chosen])
        return
    if not how["force"]:
        table(HEADINGS, [_cells(row) for row in chosen])
        confirm("Are you sure you want to narrow these grants?")
    _narrow(session, found, chosen)


def _report(session: Session, robot: Row) -> Row:
    report: Row = session.client.get(session.of("robots", robot["id"], "unused-permissions"))
    return report


def _select(rows: list[Row], places: tuple[str, ...]) -> list[Row]:
    """The robot's own grants, on these places if any are named."""
    own = [row for row in rows if not row["kept_because"]]
    if missing := set(places) - {row["on"] for row in own}:
        raise Failure(f"nothing to narrow on {', '.join(sorted(missing))}")
    return [row for row in own if not places or row["on"] in places]


def _narrow(session: Session, robot: Row, chosen: list[Row]) -> None:
    body: dict[str, Any] = {
        "grants": [{"grant": row["grant"], "seen": row["seen"]} for row in chosen]
    }
    answer = session.client.post(session.of("robots", robot["id"], "narrow"), body)
    if show(session, answer["results"]):
        return
    for row in answer["results"]:
        say(
            session, f"{robot['path']}: {row['gives']} on {row['on']} narrowed to {_remainder(row)}"
        )


def _why_none(robot: Row, report: Row) -> str:
    if number := report["days_to_go"]:
        to_go = f"{number} {'day' if number == 1 else 'days'} to go"
        return f"Uses have been recorded since {report['recorded_since']}; {to_go}"
    return f"{robot['path']} has nothing to narrow"


def _cells(row: Row) -> tuple[str, ...]:
    return row["on"], row["gives"], _remainder(row), ", ".join(row["unused"]), row["kept_because"]


def _remainder(row: Row) -> str:
    """What would be left, in a word or by its permissions."""
    left = row["left"]
    level: str = left["role"].partition(":")[2]
    return printable(level or ", ".join(left["permissions"]) or "nothing")
