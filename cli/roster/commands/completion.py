"""`roster completion`: the script that lets a shell ask this program for names."""

import click
from click.shell_completion import get_completion_class

from roster.groups import Command

SHELLS = ("bash", "zsh", "fish")


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    For bash: eval "$(roster completion bash)". For zsh the same with zsh; for fish:
    roster completion fish | source.
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"there is no completion for {shell}")
    script = kind(ctx.find_root().command, {}, "roster", "_ROSTER_COMPLETE")
    click.echo(script.source_template % script.source_vars())
