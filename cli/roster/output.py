"""How results are printed: tables, JSON, YAML and commentary."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence

import click

from roster.lazy import load
from roster.session import Session
from roster.shapes import Json

SEPARATOR = "   "


def say(session: Session, text: str, *, aside: bool = False) -> None:
    """Commentary: on stderr where stdout carries data, nowhere when it shall be quiet."""
    if not session.quiet:
        click.echo(printable(text), err=aside or session.format != "default")


def warn(text: str) -> None:
    """Say what nobody should miss, however quiet it shall be."""
    click.echo(f"roster: warning: {printable(text)}", err=True)


def show(session: Session, thing: Json) -> bool:
    """Print a thing as JSON or YAML if that was asked for, and whether it was."""
    if session.format == "default":
        return False
    click.echo(as_text(thing, session.format), nl=False)
    return True


def as_text(thing: Json, kind: str) -> str:
    """A thing as JSON or YAML, with a line's end at its end: nothing in it steers the terminal."""
    text = _written(thing, kind, ascii_only=False)
    if text.replace("\n", "").isprintable() and _can_be_shown(text):
        return text
    return _written(thing, kind, ascii_only=True)


def _can_be_shown(text: str) -> bool:
    """Whether standard output has these characters: what it has not would be no JSON any more."""
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        return False
    return True


def _written(thing: Json, kind: str, *, ascii_only: bool) -> str:
    text = json.dumps(thing, indent=2, ensure_ascii=ascii_only) + "\n"
    if kind == "json":
        return text
    plain = json.loads(text)
    written: str = load("yaml").safe_dump(plain, sort_keys=False, allow_unicode=not ascii_only)
    return written


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, headers: bool = True) -> None:
    """Print columns as wide as their widest cell, three spaces apart."""
    body = [[printable(cell) for cell in row] for row in rows]
    lines = [list(headings), *body] if headers else body
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [cell + " " * (wide - width(cell)) for cell, wide in zip(line, widths, strict=True)]
        click.echo(SEPARATOR.join(cells).rstrip())


def printable(text: str) -> str:
    """Text in one line: what somebody wrote into a description must not steer the terminal.

    All that comes from a server goes through here before it is shown as text.
    """
    return "".join(one if one.isprintable() else _escaped(one) for one in text)


def _escaped(character: str) -> str:
    return " " if character in "\n\r\t" else character.encode("unicode_escape").decode()


def width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(_columns(one) for one in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
