"""`roster api`: any request that has no command of its own."""

import json
import sys
from typing import Any

import click

from roster.errors import Failure
from roster.files import need_stdout, path_of
from roster.groups import Command, once
from roster.output import as_text
from roster.session import Session
from roster.shapes import BASE, Json

METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")


@click.command(cls=Command)
@click.argument("method", type=click.Choice(METHODS, case_sensitive=False), metavar="METHOD")
@click.argument("path")
@click.option("-f", "--field", "texts", multiple=True, metavar="KEY=VALUE", help="A text.")
@click.option("-F", "--json-field", "values", multiple=True, metavar="KEY=JSON", help="A value.")
@click.option("--input", "source", metavar="FILE|-", help="The body, as JSON.", type=click.Path())
@click.option("--paginate", is_flag=True, help="Follow a list to its end.")
@click.pass_obj
def api(
    session: Session,
    method: str,
    path: str,
    texts: tuple[str, ...],
    values: tuple[str, ...],
    source: str | None,
    paginate: bool,
) -> None:
    """Ask the REST API for anything else and print its answer.

    PATH is what follows /api/v1/; {organization} in it stands for the organization you work in.
    Fields are the body, or the query of a GET. A secret in the answer is printed.
    """
    fields = once("field", [*map(_text, texts), *map(_value, values)])
    if source and fields:
        raise click.UsageError("Say either fields or --input.")
    address = _address(session, path)
    need_stdout()
    if paginate:
        answer: Json = session.client.rows(
            address, **{key: str(one) for key, one in fields.items()}
        )
    elif method == "GET":
        params = {key: str(one) for key, one in fields.items()}
        answer = session.client.call(method, address, params=params)
    else:
        answer = session.client.call(
            method, address, body=_body(source) if source else fields or None
        )
    if answer is not None:
        click.echo(as_text(answer, "yaml" if session.format == "yaml" else "json"), nl=False)


def _address(session: Session, path: str) -> str:
    if "{organization}" in path:
        path = path.replace("{organization}", session.slug)
    return path.removeprefix(BASE).removeprefix(BASE.strip("/") + "/").lstrip("/")


def _text(field: str) -> tuple[str, str]:
    key, equals, value = field.partition("=")
    if not equals:
        raise click.UsageError(f"{field}: say KEY=VALUE.")
    return key, value


def _value(field: str) -> tuple[str, Any]:
    key, text = _text(field)
    try:
        return key, json.loads(text)
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{field}: {text} is not JSON.") from error


def _body(source: str) -> Json:
    try:
        text = sys.stdin.read() if source == "-" else path_of(source).read_text("utf-8")
        return json.loads(text)
    except OSError as error:
        raise Failure(f"cannot read {source}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise Failure(f"{source} is not JSON: {error}") from error
