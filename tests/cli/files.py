"""A file for `roster apply` in somebody's folder."""

from tests.cli.shells import Ran, Shell

NOTHING = "Nothing to change in acme\n"


def write(shell: Shell, document: str, name: str = "acme.yaml") -> None:
    (shell.home / name).write_text(document)


def diff(shell: Shell, document: str, *more: str) -> list[str]:
    """The plan's steps."""
    write(shell, document)
    return [line.strip() for line in shell.good("diff", "-f", "acme.yaml", *more).splitlines()[1:]]


def apply(shell: Shell, document: str, *more: str) -> str:
    """What is said by an `apply` that has to work."""
    write(shell, document)
    return shell.good("apply", "-f", "acme.yaml", "--yes", *more)


def refused(shell: Shell, document: str, *more: str) -> Ran:
    write(shell, document)
    ran = shell("apply", "-f", "acme.yaml", "--yes", *more)
    assert ran.code == 1, ran
    return ran
