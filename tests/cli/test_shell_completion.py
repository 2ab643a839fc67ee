"""What real shells make of the completion script."""

import subprocess

import pytest

from tests.cli.shells import PROGRAM, Shell
from tests.cli.standins import Reply, StandIn
from tests.interop.processes import require_tool

ROLES = [{"name": "owner", "project": None, "permissions": ["artifact:pull", "artifact:push"]}]


@pytest.fixture
def here(shell: Shell, standin: StandIn) -> Shell:
    """A home with `roster` on the path, whose server knows two permissions."""
    program = shell.home / "bin" / "roster"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {" ".join(PROGRAM)} "$@"\n')
    program.chmod(0o755)
    shell.environment["PATH"] = f"{program.parent}:{shell.environment['PATH']}"
    shell.log_in(standin.url, "secret", "acme")
    standin.will(Reply(body={"results": ROLES, "next": None}))
    return shell


def run(here: Shell, program: str, *arguments: str) -> str:
    done = subprocess.run(
        [require_tool(program), *arguments],
        cwd=here.home,
        env=here.environment,
        text=True,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize(
    ("line", "words", "replies"),
    [
        ("roster can-i artifact:pu", "roster can-i artifact : pu", ["pull", "push"]),
        ("roster can-i art", "roster can-i art", ["artifact:pull", "artifact:push"]),
        ("roster pro", "roster pro", ["profile", "project"]),
        ("roster  completion ", "roster completion ''", ["bash", "zsh", "fish"]),
    ],
)
def test_bash(here: Shell, line: str, words: str, replies: list[str]) -> None:
    """As bash calls it: a colon is a word of its own, and what follows the last one is replaced."""
    count = len(words.split()) - 1
    shown = run(
        here,
        "bash",
        "-c",
        f'eval "$(roster completion bash)"; COMP_LINE="{line}" COMP_POINT={len(line)};'
        f" COMP_WORDS=({words}) COMP_CWORD={count}; _roster_completion roster;"
        ' printf "%s\\n" "${COMPREPLY[@]}"',
    )
    assert shown.split() == replies


def test_a_zsh_that_nobody_has_set_up(here: Shell) -> None:
    script = 'eval "$(roster completion zsh)"; print -r -- $_comps[roster]'
    assert run(here, "zsh", "-f", "-c", script) == "_roster_completion\n"
    folder = here.home / "functions"
    folder.mkdir()
    (folder / "_roster").write_text(here.good("completion", "zsh"))
    installed = (
        f"fpath+=({folder}); autoload -Uz compinit && compinit -u; print -r -- $_comps[roster]"
    )
    assert run(here, "zsh", "-f", "-c", installed) == "_roster\n"


def test_fish(here: Shell) -> None:
    script = "roster completion fish | source; complete -C 'roster can-i artifact:pu'"
    assert run(here, "fish", "--no-config", "-c", script).split() == ROLES[0]["permissions"]
