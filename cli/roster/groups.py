"""Commands and groups that know the global options, and groups that load their parts when asked."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import click

from roster.complete import organizations, profiles
from roster.lazy import load
from roster.moments import Seconds
from roster.session import Session
from roster.shapes import Json

FORMATS = ("default", "json", "yaml")
# What a group says of a command it has not loaded: where it is, and its line of help.
Parts = dict[str, tuple[str, str]]


def keep(ctx: click.Context, parameter: click.Parameter, value: Json) -> None:
    """Remember a global option that was given, wherever in the line."""
    if value is None or value is False:
        return
    session = ctx.ensure_object(Session)
    name = str(parameter.name)
    # Two options of one command may say the same thing, and both come here.
    before = session.given.setdefault(name, ctx)
    if before is not ctx and value is not True and not ctx.resilient_parsing:
        raise _twice(parameter, ctx)
    setattr(session, name, value)


def _twice(parameter: click.Parameter, ctx: click.Context) -> click.UsageError:
    return click.UsageError(f"{max(parameter.opts, key=len)} is given twice; say one value.", ctx)


def once(what: str, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The pairs by their keys, each of which may stand there once."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise click.UsageError(f"{what} {key} is given twice; say one value.")
        found[key] = value
    return found


def _option(*names: str, text: str, **more: Any) -> click.Option:
    return click.Option(names, help=text, expose_value=False, callback=keep, **more)


FORMAT: dict[str, Any] = {"type": click.Choice(FORMATS), "metavar": "|".join(FORMATS)}
GLOBAL = (
    _option("--format", text="How results are printed.", **FORMAT),
    _option("--quiet", text="Print results and errors, and no commentary.", is_flag=True),
    _option(
        "--organization",
        "-a",
        text="The organization to work in [ROSTER_ORGANIZATION].",
        shell_complete=organizations,
    ),
    _option("--profile", text="The profile to use [ROSTER_PROFILE].", shell_complete=profiles),
    _option("--server", text="The address of Roster [ROSTER_SERVER].", metavar="URL"),
    _option(
        "--timeout",
        text="How long a request may take with its repeats [ROSTER_TIMEOUT]; 60 if you do not say.",
        metavar="SECONDS",
        type=Seconds(),
    ),
    _option(
        "--ca-bundle",
        text="The certificates to believe, instead of this machine's [ROSTER_CA_BUNDLE].",
        metavar="FILE",
        type=click.Path(),
    ),
)


def output_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Kargo's `-o`: another way to say `--format`."""
    return click.option(
        "-o",
        "--output",
        "format",
        help="The same as --format.",
        expose_value=False,
        callback=keep,
        **FORMAT,
    )(function)


class Globals(click.Command):
    """A command that takes the global options, and lists them apart from its own.

    Of two values for one option it takes neither: nobody would see which of them counts.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing:
            _, _, order = self.make_parser(ctx).parse_args(args=list(args))
            times = Counter(parameter.name for parameter in order)
            for parameter in order:
                if times[parameter.name] > 1 and _has_one_value(parameter):
                    raise _twice(parameter, ctx)
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*super().get_params(ctx), *GLOBAL]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        own = [one for one in super().get_params(ctx) if isinstance(one, click.Option)]
        for title, options in (("Options", own), ("Global options", GLOBAL)):
            rows = [row for one in options if (row := one.get_help_record(ctx))]
            with formatter.section(title):
                formatter.write_dl(rows)


def _has_one_value(parameter: click.Parameter) -> bool:
    is_switch = isinstance(parameter, click.Option) and parameter.is_flag
    is_choice = is_switch and bool(parameter.secondary_opts)
    return not (parameter.multiple or (is_switch and not is_choice) or parameter.nargs != 1)


class Command(Globals):
    """A command."""


class Group(Globals, click.Group):
    """A group of commands, some of which may stand in modules that are loaded when they are used."""

    command_class = Command

    def __init__(self, *arguments: Any, parts: Parts | None = None, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.parts = parts or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self.parts})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.parts:
            return super().get_command(ctx, cmd_name)
        module, name = self.parts[cmd_name][0].split(":")
        found: click.Command = getattr(load(module), name)
        return found

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, self._line(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
        super().format_options(ctx, formatter)

    def _line(self, ctx: click.Context, name: str) -> str:
        if name in self.parts:
            return self.parts[name][1]
        command = super().get_command(ctx, name)
        return command.get_short_help_str(70) if command else ""


Group.group_class = Group
