"""`roster apply`, `diff` and `export`: an organization and the file that says what it is."""

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from roster.asking import confirm, confirm_name
from roster.errors import Failure, Failures
from roster.groups import Command
from roster.manifest import checking, exporting, pruning, reading, state, world
from roster.manifest.applying import Work
from roster.manifest.planning import Step, as_data, plan, summary
from roster.manifest.reading import Wanted
from roster.manifest.running import Run
from roster.manifest.state import State
from roster.manifest.world import World
from roster.output import as_text, printable, say, show, warn
from roster.progress import counting
from roster.session import Session

# So many steps are over before anybody wonders.
FEW = 5
# What `diff --exit-code` says.
SAME, DIFFERENT, UNKNOWN = 0, 1, 3


# What a plan is made from.
PLANNING = (
    click.option(
        "-f", "--filename", required=True, metavar="FILE|-", help="The file, one of them."
    ),
    click.option(
        "--prune", is_flag=True, help="Delete what it made before and the file has no longer."
    ),
    click.option(
        "--state",
        "kept",
        metavar="FILE",
        help="Where it remembers what it made; NAME.state.json beside NAME.yaml if you do not say.",
    ),
)


def planning_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that `apply` and `diff` share, in the order of the help."""
    for option in reversed(PLANNING):
        function = option(function)
    return function


@dataclass(frozen=True)
class Planned:
    """A plan with what it was made from."""

    steps: list[Step]
    world: World
    state: State

    def share(self) -> tuple[int, int]:
        """How many of the organization's things a prune would delete."""
        return pruning.share([step for step in self.steps if step.is_prune], self.world)


def _planned(session: Session, filename: str, kept: str | None, *, prune: bool) -> Planned:
    wanted = reading.read(filename)
    place = state.place(filename, kept)
    if prune and place is None:
        raise click.UsageError("--prune needs --state where the file is standard input.")
    _settle_organization(session, wanted)
    there, remembered = _there(session, wanted, place, prune=prune)
    steps = plan(wanted, there, remembered)
    if prune:
        ends = pruning.gone(wanted, there, remembered, steps)
        pruning.blame_needed(wanted, there, ends)
        steps += ends
    _refuse_mistakes(wanted)
    return Planned(pruning.with_losses(session, steps, there, remembered), there, remembered)


def _settle_organization(session: Session, wanted: Wanted) -> None:
    """The file's organization is the one that counts, and nothing that was said may contradict it."""
    if wanted.organization is None:
        return
    said = (
        ("-a", session.organization),
        ("ROSTER_ORGANIZATION", os.environ.get("ROSTER_ORGANIZATION")),
    )
    for how, organization in said:
        if organization and organization != wanted.organization:
            raise Failure(
                f"{wanted.source} is about {wanted.organization}, and {how} says {organization};"
                " say one of them"
            )
    session.organization = wanted.organization


def _there(
    session: Session, wanted: Wanted, place: Path | None, *, prune: bool
) -> tuple[World, State]:
    """What is there, after noting what of the file does not fit it."""
    try:
        remembered = state.read(place, session.client.transport.origin, session.slug)
        spared = () if prune else [kind for kind in world.RESERVED if not wanted.of(kind)]
        there = world.read(session, _teams(wanted, remembered), without=spared)
    except Failure:
        # Whoever made mistakes is told them, also where nobody answers.
        _refuse_mistakes(wanted)
        raise
    checking.check(wanted, there)
    return there, remembered


def _teams(wanted: Wanted, remembered: State) -> set[str]:
    """The teams whose members the plan needs to know."""
    named = {item.fields["team"] for item in wanted.items.values() if item.fields.get("team")}
    made = {one.key for one in remembered.created if one.kind == "team"}
    return (
        named
        | made
        | {one.key.split("/")[0] for one in remembered.created if one.kind == "team member"}
    )


def _refuse_mistakes(wanted: Wanted) -> None:
    if wanted.mistakes:
        raise Failures(wanted.complaints())


@click.command(cls=Command)
@planning_options
@click.option("--dry-run", is_flag=True, help="Show the plan and change nothing, as `diff` does.")
@click.option("--yes", "--force", is_flag=True, help="Do not ask.")
@click.option(
    "--delete-unmanaged",
    is_flag=True,
    help="With --prune: delete also what somebody else made in what goes.",
)
@click.option(
    "--remove-most-of",
    "named",
    metavar="ORGANIZATION",
    help="With --prune: go on where more than half of this organization would be deleted.",
)
@click.pass_obj
def apply(session: Session, /, **given: Any) -> None:
    """Make an organization what a file says, after showing what that takes.

    What the file does not name stays as it is. Applied twice, nothing changes.
    """
    asks = not given["yes"] and not given["dry_run"]
    if given["filename"] == "-" and asks:
        raise Failure("refusing to prompt in non-interactive terminal")
    planned = _planned(session, given["filename"], given["kept"], prune=given["prune"])
    if asks:
        # Whoever is asked has to see what about.
        session.quiet = session.quiet and not planned.steps
    _tell(session, planned.steps)
    if given["dry_run"]:
        _warn(session, planned)
    elif planned.steps:
        _refuse_losses(session, planned, given)
        if asks:
            _ask(session, planned, given["named"])
        _carry_out(session, planned)


def _refuse_losses(session: Session, planned: Planned, given: dict[str, Any]) -> None:
    """Raise for what the plan destroys and nobody said that they mean."""
    named = given["named"]
    if named and named != session.slug:
        raise Failure(f"--remove-most-of says {named}, and this is {session.slug}")
    if not given["delete_unmanaged"] and (text := _unmanaged(planned)):
        raise Failure(text)
    if not named and given["yes"] and (text := _most(session, planned)):
        flag = f"--remove-most-of {session.slug}"
        raise Failure(f"this would delete {text}; if that is meant, say {flag}")


def _unmanaged(planned: Planned) -> str:
    found = pruning.made_by_hand(planned.steps)
    names = ", ".join(f"{one.kind} {one.key}" for one in found)
    text = f"this would delete what somebody else made: {names}"
    keep = "keep in the file what it is in, or say --delete-unmanaged"
    return f"{text}; {keep}" if found else ""


def _most(session: Session, planned: Planned) -> str:
    count, total = planned.share()
    things = "projects, repositories, roles, teams, robots and services"
    text = f"{count} of the {total} {things} of {session.slug}"
    return text if pruning.is_most(count, total) else ""


def _ask(session: Session, planned: Planned, named: str | None) -> None:
    text = _most(session, planned)
    if text and not named:
        confirm_name(f"Type {session.slug} to delete {text}", session.slug)
    else:
        confirm("Apply these changes?")


def _carry_out(session: Session, planned: Planned) -> None:
    run = Run(Work(session, planned.world, planned.state))
    for step in _watched(session, planned.steps):
        if done := run.take(step):
            say(session, done)
    if run.complaints:
        raise Failures([*run.complaints, f"{run.summary()}; mend that and run it again"])


def _watched(session: Session, steps: list[Step]) -> Iterable[Step]:
    """The steps, counted on stderr where their own lines are not to be seen."""
    if sys.stdout.isatty() and not session.quiet:
        return steps
    return counting(steps, "Applying", total=len(steps), after=FEW)


@click.command(cls=Command)
@planning_options
@click.option(
    "--exit-code",
    is_flag=True,
    help="Exit with 1 if there is anything to change, with 3 if that cannot be told.",
)
@click.pass_context
def diff(ctx: click.Context, filename: str, prune: bool, kept: str | None, exit_code: bool) -> None:
    """Show what `apply` would change."""
    session: Session = ctx.obj
    try:
        planned = _planned(session, filename, kept, prune=prune)
    except Failure as failure:
        if not exit_code:
            raise
        for text in failure.texts:
            click.echo(f"roster: error: {printable(text)}", err=True)
        ctx.exit(UNKNOWN)
    if not show(session, as_data(planned.steps)):
        _tell(session, planned.steps)
    _warn(session, planned)
    ctx.exit(DIFFERENT if planned.steps and exit_code else SAME)


def _warn(session: Session, planned: Planned) -> None:
    """Say what `apply` will not do without being told so."""
    most = _most(session, planned)
    for text in (_unmanaged(planned), f"this would delete {most}" if most else ""):
        if text:
            warn(text)


def _tell(session: Session, steps: list[Step]) -> None:
    if not steps:
        say(session, f"Nothing to change in {session.slug}")
        return
    say(session, f"Plan for {session.slug} at {session.server_url}:")
    for step in steps:
        say(session, f"  {step}")
        for loss in step.along:
            say(session, f"      with {loss}")
    say(session, summary(steps))


@click.command(cls=Command)
@click.pass_obj
def export(session: Session) -> None:
    """Write an organization as a file for `apply`, without secrets.

    Projects, repositories, custom roles, teams, robots with their trusts, grants and the organization's own
    services and webhooks are there. Tokens, people's place in the organization, invitations and token
    policies are not.
    """
    there = world.read(session)
    document = exporting.document(there, session.slug)
    click.echo(as_text(document, "json" if session.format == "json" else "yaml"), nl=False)
    if there.hidden:
        text = f"left out are grants of teams or roles that you may not see: {there.hidden}"
        warn(text)
    if there.unseen:
        warn("left out are webhooks: only those who may change the organization see them")
