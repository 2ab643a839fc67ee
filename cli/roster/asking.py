"""Questions to the person in front of the terminal, and their refusal where there is none."""

import sys

import click

from roster.errors import Failure
from roster.output import printable


def confirm(question: str) -> None:
    """Go on only after a yes; a first letter y or Y is one."""
    _need_somebody()
    # Where stdout is kept for data the question has to be seen as well.
    click.echo(f"{printable(question)} [y/n]: ", nl=False, err=not sys.stdout.isatty())
    if not sys.stdin.readline().strip().lower().startswith("y"):
        raise Failure("operation canceled")


def confirm_name(question: str, name: str) -> None:
    """Go on only after the name itself: for what a yes is too quickly said to."""
    _need_somebody()
    click.echo(f"{printable(question)}: ", nl=False, err=not sys.stdout.isatty())
    if sys.stdin.readline().strip() != name:
        raise Failure("operation canceled")


def ask_secret(question: str) -> str:
    """A secret, typed unseen."""
    _need_somebody()
    answer: str = click.prompt(question, hide_input=True, prompt_suffix=": ", err=True)
    return answer.strip()


def _need_somebody() -> None:
    if not sys.stdin.isatty():
        raise Failure("refusing to prompt in non-interactive terminal")
