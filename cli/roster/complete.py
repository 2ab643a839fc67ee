"""Names for the shell's completion, asked from the server; any trouble there is silence here."""

from collections.abc import Callable
from typing import Any

import click

from roster.errors import Failure
from roster.lazy import load
from roster.session import Session

Ask = Callable[[Session, click.Context, str], list[str]]


def _completer(ask: Ask) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        session = ctx.ensure_object(Session)
        try:
            names = ask(session, ctx, incomplete)
        except Failure:
            return []
        # The shell shows them as they are.
        return [name for name in names if name.startswith(incomplete) and name.isprintable()]

    return complete


def _first(session: Session, *parts: object, **params: str | None) -> list[dict[str, Any]]:
    """The first page: nobody reads more suggestions, and a shell does not wait for retries."""
    client = load("roster.client").Client(session.server_url, session.token, attempts=1)
    session.__dict__["client"] = client
    found: list[dict[str, Any]] = client.first(session.of(*parts), **params)
    return found


def _named(*parts: str, key: str = "name") -> Ask:
    def ask(session: Session, _: click.Context, incomplete: str) -> list[str]:
        return [row[key] for row in _first(session, *parts, q=incomplete or None)]

    return ask


def _robots(session: Session, _: click.Context, incomplete: str) -> list[str]:
    rows = _first(session, "robots", q=incomplete.rsplit("/", maxsplit=1)[-1] or None)
    return [str(row["path"]).removeprefix(f"{session.slug}/") for row in rows]


def _repositories(session: Session, _: click.Context, incomplete: str) -> list[str]:
    project, slash, name = incomplete.partition("/")
    where, text = (project, name) if slash else (None, project)
    rows = _first(session, "repositories", project=where, q=text or None)
    return [str(row["path"]).removeprefix(f"{session.slug}/") for row in rows]


def _tokens(session: Session, ctx: click.Context, _: str) -> list[str]:
    _first(session, "robots", limit="1")
    found = load("roster.finding").robot(session, ctx.params["robot"])
    return [row["name"] for row in _first(session, "robots", found["id"], "tokens")]


def _profiles(session: Session, *_: object) -> list[str]:
    return list(session.config.profiles)


robots = _completer(_robots)
tokens = _completer(_tokens)
teams = _completer(_named("teams"))
projects = _completer(_named("projects", key="slug"))
repositories = _completer(_repositories)
profiles = _completer(_profiles)
