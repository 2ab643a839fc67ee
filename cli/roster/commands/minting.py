"""What commands share that make a secret: its place, its one request, and what is told of it."""

import click

from roster.errors import Failure, Repeated
from roster.files import SecretFile
from roster.output import say, show
from roster.session import Session
from roster.shapes import Fields, Json, Row

ONCE = "The secret is given out once and cannot be recovered."


FILE_OPTIONS = (
    click.option(
        "-o",
        "--output",
        "-f",
        "--file",
        "places",
        multiple=True,
        metavar="FILE",
        type=click.Path(),
        help="Where the secret goes: a new file, or - for standard output.",
    ),
    click.option("--force", is_flag=True, help="Overwrite a file that is there."),
)


def file_options(function: Json) -> Json:
    """Where the secret goes: `--output FILE`, `--file FILE` or FILE."""
    place = click.argument("place", metavar="[FILE]", required=False, type=click.Path())
    for option in reversed((place, *FILE_OPTIONS)):
        function = option(function)
    return function


def place_of(given: Fields) -> SecretFile:
    """Where the secret goes; asked first, so that a refusal creates nothing."""
    places = [*given["places"], *([given["place"]] if given.get("place") else [])]
    if len(places) > 1:
        raise click.UsageError(f"Say one place for the secret, not {' and '.join(places)}.")
    if not places:
        raise Failure("Refusing to emit sensitive output. Please specify output location.")
    return SecretFile(places[0], force=given["force"])


def minted(session: Session, address: str, body: Fields, *, mend: str) -> Row:
    """A new secret, made once however often the request has to be sent.

    `mend` is said where an answer was lost and the secret with it.
    """
    try:
        made: Row = session.client.post(address, body, once=True)
    except Repeated as failure:
        where = failure.problem.get("location") or address
        raise Failure(
            "the secret was made, but the answer with it was lost on its way; nobody has it."
            f" {mend}: {where}"
        ) from failure
    return made


def tell(
    session: Session, file: SecretFile, made: Row, text: str, *, hidden: str = "secret"
) -> None:
    """What was done; the secret stays where it was put, and nobody can ask for it again."""
    say(session, text, aside=file.is_stdout)
    say(session, ONCE, aside=True)
    if not file.is_stdout:
        show(session, {name: value for name, value in made.items() if name != hidden})
