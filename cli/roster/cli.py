"""The command line: its root, and how each end of a command is told."""

import contextlib
import os
from collections.abc import Callable
from typing import Any

import click

from roster import __version__
from roster.errors import Failure
from roster.groups import Group, Parts
from roster.lazy import load
from roster.output import printable
from roster.session import Session
from roster.streams import drop

FAILED = 1
LONGEST_SURPRISE = 200
PARTS: Parts = {
    "api": ("roster.commands.api:api", "Ask the REST API for anything else."),
    "apply": ("roster.commands.apply:apply", "Make an organization what a file says."),
    "can-i": ("roster.commands.explain:can_i", "Whether one may do something, and why."),
    "completion": ("roster.commands.completion:completion", "Completion for your shell."),
    "create": ("roster.commands.role_tokens:create", "Create a token of a role."),
    "delete": ("roster.commands.role_tokens:delete", "Delete tokens of roles."),
    "diff": ("roster.commands.apply:diff", "Show what `apply` would change."),
    "export": ("roster.commands.apply:export", "Write an organization as such a file."),
    "get": ("roster.commands.role_tokens:get", "List roles and their tokens."),
    "kubernetes": ("roster.commands.kubernetes:kubernetes", "Log in to Kubernetes clusters."),
    "login": ("roster.commands.login:login", "Log in with a token and keep it in a profile."),
    "logout": ("roster.commands.login:logout", "Forget a profile's token."),
    "notice": ("roster.commands.notice:notice", "See your notices and mark them as read."),
    "profile": ("roster.commands.profile:profile", "List and choose profiles."),
    "project": ("roster.commands.project:project", "Manage projects."),
    "repository": ("roster.commands.repository:repository", "Manage repositories."),
    "robot": ("roster.commands.robot:robot", "Manage robot accounts and their tokens."),
    "service": ("roster.commands.service:service", "Manage the services that ask Roster."),
    "team": ("roster.commands.team:team", "Manage teams and their members."),
    "token": (
        "roster.commands.own_token:token",
        "List all tokens; renew your own; tell what one is.",
    ),
    "webhook": (
        "roster.commands.webhook:webhook",
        "Manage webhooks, which tell programs what happens.",
    ),
    "who-can": ("roster.commands.explain:who_can", "Who may do something, and why."),
}


@click.group(cls=Group, parts=PARTS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="roster %(version)s")
def root() -> None:
    """Robot accounts from a shell.

    Begin with `roster login -a ORGANIZATION`.
    """


def run() -> int:
    """Run the command line and return its exit code."""
    session = Session()
    try:
        result = root.main(prog_name="roster", standalone_mode=False, obj=session)
    except SystemExit as end:  # of completion, or because nobody reads what is written
        code = end.code if isinstance(end.code, int) else FAILED
    except Exception as error:  # noqa: BLE001 -- nobody shall have to read a traceback
        code = next(end(error) for kind, end in ENDS if isinstance(error, kind))
    else:
        return result if isinstance(result, int) else 0
    return session.trouble if code == FAILED else code


def _helped(error: click.exceptions.NoArgsIsHelpError) -> int:
    click.echo(error.format_message(), err=True)
    return 2


def _misused(error: click.UsageError) -> int:
    if error.ctx:
        click.echo(error.ctx.get_usage(), err=True)
        click.echo(f"Try `{error.ctx.command_path} --help`.", err=True)
    _complain(error.format_message())
    return 2


def _interrupted(_: object) -> int:
    return 130


def _failed(error: object) -> int:
    _complain(error.format_message() if isinstance(error, click.ClickException) else str(error))
    return FAILED


def _unread(_: object) -> int:
    drop()
    return FAILED


def _refused(failure: Failure) -> int:
    for text in failure.texts:
        _complain(text)
    return FAILED


def _of_a_file(error: OSError) -> int:
    if error.filename is None:  # what is left is standard output
        drop()
        return _failed(f"cannot write to standard output: {error.strerror}")
    return _failed(f"{error.filename}: {error.strerror}")


def _surprised(error: Exception) -> int:
    if os.environ.get("ROSTER_DEBUG") == "1":
        load("traceback").print_exception(error)
    said = f"{type(error).__name__}: {error}"[:LONGEST_SURPRISE]
    return _failed(
        f"this is a fault of the command, or the server is no Roster of its age ({said});"
        " ROSTER_DEBUG=1 shows where"
    )


# The first kind that fits counts.
ENDS: tuple[tuple[type[Exception], Callable[[Any], int]], ...] = (
    (click.exceptions.NoArgsIsHelpError, _helped),
    (click.UsageError, _misused),
    (click.Abort, _interrupted),
    (click.ClickException, _failed),
    (Failure, _refused),
    (BrokenPipeError, _unread),
    (OSError, _of_a_file),
    (Exception, _surprised),
)


def _complain(text: str) -> None:
    # Where nobody can be told, the exit code says it alone.
    with contextlib.suppress(OSError):
        click.echo(f"roster: error: {printable(text)}", err=True)
