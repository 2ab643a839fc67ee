"""The command line: its root, and how each end of a command is told."""

import click

from roster import __version__
from roster.errors import Failure
from roster.groups import Group, Parts
from roster.output import printable
from roster.session import Session

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
    "login": ("roster.commands.login:login", "Log in with a token and keep it in a profile."),
    "logout": ("roster.commands.login:logout", "Forget a profile's token."),
    "profile": ("roster.commands.profile:profile", "List and choose profiles."),
    "project": ("roster.commands.project:project", "Manage projects."),
    "repository": ("roster.commands.repository:repository", "Manage repositories."),
    "robot": ("roster.commands.robot:robot", "Manage robot accounts and their tokens."),
    "team": ("roster.commands.team:team", "Manage teams and their members."),
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
    try:
        result = root.main(prog_name="roster", standalone_mode=False, obj=Session())
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.UsageError as error:
        return _misused(error)
    except click.Abort:
        return 130
    except click.ClickException as error:
        return _failed(error.format_message())
    except Failure as failure:
        return _failed(str(failure))
    return result if isinstance(result, int) else 0


def _failed(text: str) -> int:
    _complain(text)
    return 1


def _misused(error: click.UsageError) -> int:
    if error.ctx:
        click.echo(error.ctx.get_usage(), err=True)
        click.echo(f"Try `{error.ctx.command_path} --help`.", err=True)
    _complain(error.format_message())
    return 2


def _complain(text: str) -> None:
    click.echo(f"roster: error: {printable(text)}", err=True)
