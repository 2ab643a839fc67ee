"""Names for the shell's completion, asked from the server; any trouble there is silence here."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from roster.errors import Failure
from roster.lazy import load
from roster.session import Session
from roster.shapes import ALL

if TYPE_CHECKING:
    from roster.client import Client

# Whoever waits longer for a suggestion types it.
LONGEST_SECONDS = 3.0
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
    client = session.__dict__["client"] = _hurried(session)
    found: list[dict[str, Any]] = client.first(session.of(*parts), **params)
    return found


def _hurried(session: Session) -> "Client":
    session.timeout = session.timeout or LONGEST_SECONDS
    return session.connect(session.server_url, session.token, attempts=1)


def _named(*parts: str, key: str = "name") -> Ask:
    def ask(session: Session, _: click.Context, incomplete: str) -> list[str]:
        return [row[key] for row in _first(session, *parts, q=incomplete or None)]

    return ask


def _robots(session: Session, _: click.Context, incomplete: str) -> list[str]:
    """A project's robot by its bare name as well, as far as that is its own."""
    rows = _first(session, "robots", q=incomplete.rsplit("/", maxsplit=1)[-1] or None)
    paths = [str(row["path"]).removeprefix(f"{session.slug}/") for row in rows]
    times = Counter(row["name"] for row in rows)
    bare = [row["name"] for row in rows if row["project"] and times[row["name"]] == 1]
    # What is begun with nothing shows each robot once.
    return paths + bare if incomplete else paths


def _repositories(session: Session, _: click.Context, incomplete: str) -> list[str]:
    project, slash, name = incomplete.partition("/")
    where, text = (project, name) if slash else (None, project)
    rows = _first(session, "repositories", project=where, q=text or None)
    return [str(row["path"]).removeprefix(f"{session.slug}/") for row in rows]


def _of_robot(things: str) -> Ask:
    """What the robot has that the line has named already."""

    def ask(session: Session, ctx: click.Context, _: str) -> list[str]:
        _first(session, "robots", limit="1")
        found = load("roster.finding").robot(session, ctx.params["robot"])
        return [row["name"] for row in _first(session, "robots", found["id"], things)]

    return ask


def _roles(session: Session, ctx: click.Context, incomplete: str) -> list[str]:
    project = ctx.params.get("project")
    level = "project" if project else "organization"
    rows = _first(session, "roles", q=incomplete or None, scope=level)
    return [row["name"] for row in rows if row["project"] in (None, project)]


def _role_tokens(session: Session, ctx: click.Context, _: str) -> list[str]:
    project = ctx.params.get("project")
    level = {"project": project} if project else {"level": "organization"}
    return [row["name"] for row in _first(session, "role-tokens", **level)]


def _services(session: Session, *_: object) -> list[str]:
    """Those of the organization and of the site, which may be called the same."""
    return list(dict.fromkeys(row["name"] for row in _first(session, "services")))


def _webhooks(session: Session, *_: object) -> list[str]:
    return [row["name"] for row in _first(session, "webhooks")]


def _own_services(session: Session, *_: object) -> list[str]:
    return [row["name"] for row in _first(session, "services") if row["organization"]]


def _permissions(session: Session, *_: object) -> list[str]:
    """What any role has: the owner's has them all."""
    rows = _first(session, "roles")
    return sorted({name for row in rows for name in row["permissions"]})


def _narrowing(session: Session, *_: object) -> list[str]:
    return ["all", *_permissions(session)]


def _data_permissions(*_: object) -> list[str]:
    return ["all", "none", *ALL]


def _organizations(session: Session, *_: object) -> list[str]:
    return [row["slug"] for row in _hurried(session).get("me/")["organizations"]]


def _profiles(session: Session, *_: object) -> list[str]:
    return list(session.config.profiles)


robots = _completer(_robots)
tokens = _completer(_of_robot("tokens"))
trusts = _completer(_of_robot("trusts"))
teams = _completer(_named("teams"))
projects = _completer(_named("projects", key="slug"))
repositories = _completer(_repositories)
profiles = _completer(_profiles)
roles = _completer(_roles)
role_tokens = _completer(_role_tokens)
services = _completer(_services)
webhooks = _completer(_webhooks)
own_services = _completer(_own_services)
permissions = _completer(_permissions)
narrowing = _completer(_narrowing)
data_permissions = _completer(_data_permissions)
organizations = _completer(_organizations)
