"""`roster apply`, `diff` and `export`: an organization and the file that says what it is."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass

import click

from roster.asking import confirm
from roster.errors import Failure
from roster.groups import Command
from roster.manifest import exporting, reading, state, world
from roster.manifest.applying import Work
from roster.manifest.planning import Step, as_data, plan, summary
from roster.manifest.state import State
from roster.manifest.world import World
from roster.output import as_text, say, show
from roster.progress import counting
from roster.session import Session

# So many steps are over before anybody wonders.
FEW = 5

source = click.option("-f", "--filename", required=True, metavar="FILE|-", help="The file.")
prune_option = click.option(
    "--prune", is_flag=True, help="Delete what it made before and the file has no longer."
)
state_option = click.option(
    "--state",
    "kept",
    metavar="FILE",
    help="Where it remembers what it made; NAME.state.json beside NAME.yaml if you do not say.",
)


@dataclass(frozen=True)
class Planned:
    """A plan with what it was made from."""

    steps: list[Step]
    world: World
    state: State


def _planned(session: Session, filename: str, kept: str | None, *, prune: bool) -> Planned:
    wanted = reading.read(filename)
    if wanted.organization and not session.organization:
        session.organization = wanted.organization
    place = state.place(filename, kept)
    if prune and place is None:
        raise click.UsageError("--prune needs --state where the file is standard input.")
    remembered = state.read(place, session.client.transport.origin, session.slug)
    teams = {item.fields["team"] for item in wanted.items.values() if "team" in item.fields}
    teams |= {one.key.split("/")[0] for one in remembered.created if one.kind == "team member"}
    there = world.read(session, teams)
    return Planned(plan(wanted, there, remembered, prune=prune), there, remembered)


@click.command(cls=Command)
@source
@prune_option
@state_option
@click.option("--yes", "--force", is_flag=True, help="Do not ask.")
@click.pass_obj
def apply(session: Session, filename: str, prune: bool, kept: str | None, yes: bool) -> None:
    """Make an organization what a file says, after showing what that takes.

    What the file does not name stays as it is. Applied twice, nothing changes.
    """
    if filename == "-" and not yes:
        raise Failure("refusing to prompt in non-interactive terminal")
    planned = _planned(session, filename, kept, prune=prune)
    if not planned.steps:
        say(session, f"Nothing to change in {session.slug}")
        return
    if not yes:
        # Whoever is asked has to see what about.
        session.quiet = False
    _tell(session, planned.steps)
    if not yes:
        confirm("Apply these changes?")
    work = Work(session, planned.world, planned.state)
    for step in _watched(session, planned.steps):
        say(session, work.do(step))


def _watched(session: Session, steps: list[Step]) -> Iterable[Step]:
    """The steps, counted on stderr where their own lines are not to be seen."""
    if sys.stdout.isatty() and not session.quiet:
        return steps
    return counting(steps, "Applying", total=len(steps), after=FEW)


@click.command(cls=Command)
@source
@prune_option
@state_option
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there is anything to change.")
@click.pass_context
def diff(ctx: click.Context, filename: str, prune: bool, kept: str | None, exit_code: bool) -> None:
    """Show what `apply` would change."""
    session: Session = ctx.obj
    steps = _planned(session, filename, kept, prune=prune).steps
    if not show(session, as_data(steps)):
        if steps:
            _tell(session, steps)
        else:
            say(session, f"Nothing to change in {session.slug}")
    ctx.exit(1 if steps and exit_code else 0)


def _tell(session: Session, steps: list[Step]) -> None:
    say(session, f"Plan for {session.slug} at {session.server_url}:")
    for step in steps:
        say(session, f"  {step}")
    say(session, summary(steps))


@click.command(cls=Command)
@click.pass_obj
def export(session: Session) -> None:
    """Write an organization as a file for `apply`: everything but tokens.

    What grants, teams and robots say is there; no secret is.
    """
    document = exporting.document(world.read(session), session.slug)
    click.echo(as_text(document, "json" if session.format == "json" else "yaml"), nl=False)
