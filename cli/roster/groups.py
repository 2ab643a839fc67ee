"""Commands and groups that know the global options, and groups that load their parts when asked."""

from collections.abc import Callable
from typing import Any

import click

from roster.lazy import load
from roster.session import Session
from roster.shapes import Json

FORMATS = ("default", "json", "yaml")
# What a group says of a command it has not loaded: where it is, and its line of help.
Parts = dict[str, tuple[str, str]]


def keep(ctx: click.Context, parameter: click.Parameter, value: Json) -> None:
    """Remember a global option that was given; the one nearest to the end of the line counts."""
    if value is not None and value is not False:
        setattr(ctx.ensure_object(Session), str(parameter.name), value)


def _option(*names: str, text: str, **more: Any) -> click.Option:
    return click.Option(names, help=text, expose_value=False, callback=keep, **more)


FORMAT: dict[str, Any] = {"type": click.Choice(FORMATS), "metavar": "|".join(FORMATS)}
GLOBAL = (
    _option("--format", text="How results are printed.", **FORMAT),
    _option("--quiet", text="Print results and errors, and no commentary.", is_flag=True),
    _option("--organization", "-a", text="The organization to work in [ROSTER_ORGANIZATION]."),
    _option("--profile", text="The profile to use [ROSTER_PROFILE]."),
    _option("--server", text="The address of Roster [ROSTER_SERVER].", metavar="URL"),
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
    """A command that takes the global options, and lists them apart from its own."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*super().get_params(ctx), *GLOBAL]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        own = [one for one in super().get_params(ctx) if isinstance(one, click.Option)]
        for title, options in (("Options", own), ("Global options", GLOBAL)):
            rows = [row for one in options if (row := one.get_help_record(ctx))]
            with formatter.section(title):
                formatter.write_dl(rows)


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
