"""`roster completion`: the script that lets a shell ask this program for names."""

import click
from click.shell_completion import get_completion_class

from roster.groups import Command

SHELLS = ("bash", "zsh", "fish")
ZSH_HEAD = "#compdef roster\n"
# A zsh that nobody has set up yet has no completion to add to.
ZSH_BEGIN = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }\n"
# Not click's own: to bash a colon, which stands in every permission, ends a word.
BASH = r"""_roster_completion() {
    local line=${COMP_LINE:0:COMP_POINT} words type value
    IFS=$' \t' read -ra words <<< "$line"
    local typed=${line##*[[:space:]]} count=${#words[@]} kept=
    [[ -z $typed ]] || count=$((count - 1))
    # Of what is typed bash replaces what follows the last colon.
    [[ $COMP_WORDBREAKS != *:* ]] || kept=${typed%"${typed##*:}"}
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("${value#"$kept"}") ;;
        esac
    done < <(COMP_WORDS=$line COMP_CWORD=$count _ROSTER_COMPLETE=bash_complete "$1")
}
complete -o nosort -F _roster_completion roster"""


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    For bash: eval "$(roster completion bash)". For zsh the same with zsh; for fish:
    roster completion fish | source.
    """
    kind = get_completion_class(shell)
    if shell == "bash" or kind is None:
        click.echo(BASH)
        return
    script = kind(ctx.find_root().command, {}, "roster", "_ROSTER_COMPLETE")
    text = script.source_template % script.source_vars()
    click.echo(text.replace(ZSH_HEAD, ZSH_HEAD + ZSH_BEGIN, 1))
