"""`docker-credential-roster`: the login of `roster login` for Docker, Podman, skopeo and their like.

It speaks Docker's credential helper protocol: what to do is the argument, about what comes on standard
input, and answers and errors alike go to standard output.
"""

import contextlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import click

from roster import __version__, streams
from roster.errors import Failure, NoOrganization, NotLoggedIn, Refused
from roster.lazy import load
from roster.output import printable
from roster.session import Session
from roster.shapes import PERSONAL_TOKENS, PROXY, REGISTRY

PROGRAM = "docker-credential-roster"
FAILED, INTERRUPTED = 1, 130
# The protocol's own words, to the letter: at these clients look elsewhere, or go on without a login.
NOT_FOUND = "credentials not found in native keychain"
NO_SERVER, NO_USERNAME = "no credentials server URL", "no credentials username"
NOTHING_KEPT = (
    "docker-credential-roster hands out the login of `roster login` and keeps no other, so nothing was"
    " kept; log in with `roster login`"
)
NOTHING_FORGOTTEN = "this is the login of `roster login`; `roster logout` forgets it"
NO_ORGANIZATION = (
    "no organization is chosen; run `roster login -a ORGANIZATION`, or set ROSTER_ORGANIZATION"
)
UNSEEN = (
    "this robot account may not see which registries there are (organization:read); name them by"
    " `roster login --registry HOST`, or ROSTER_REGISTRIES"
)
# A login is of no use at a resource server.
LOGGED_IN_AT = (REGISTRY, PROXY)
REFUSES_PEOPLE = PERSONAL_TOKENS[0]


@dataclass(frozen=True)
class Login:
    """What a registry asks for."""

    username: str
    secret: str = field(repr=False)


def main() -> None:
    """Do what the one argument says; 0 done, 1 refused or not found."""
    streams.prepare()
    code, text = _answer(sys.argv[1:])
    with contextlib.suppress(OSError):
        click.echo(text, nl=bool(text))
    streams.drop()
    sys.exit(code)


def _answer(arguments: list[str]) -> tuple[int, str]:
    """The exit code, and what to print."""
    try:
        return 0, _action(arguments)()
    except KeyboardInterrupt:
        return INTERRUPTED, ""
    except Failure as failure:
        return FAILED, printable("; ".join(failure.texts))
    except Exception as error:  # noqa: BLE001 -- clients show what is printed, and no traceback
        if os.environ.get("ROSTER_DEBUG") == "1":
            load("traceback").print_exception(error)
        fault = f"this is a fault of {PROGRAM} ({type(error).__name__}); ROSTER_DEBUG=1 shows where"
        return FAILED, fault


def _action(arguments: list[str]) -> Callable[[], str]:
    usage = f"Usage: {PROGRAM} <{'|'.join(ACTIONS)}>"
    if arguments in (["--help"], ["-h"]):
        return lambda: usage
    if len(arguments) != 1:
        raise Failure(usage)
    if arguments[0] not in ACTIONS:
        raise Failure(f"unknown credential action `{arguments[0]}`; {usage}")
    return ACTIONS[arguments[0]]


def _get() -> str:
    server = _needed(sys.stdin.read().strip(), NO_SERVER)
    login = _login_for(Session(), server)
    if login is None:
        raise Failure(NOT_FOUND)
    return json.dumps(
        {"ServerURL": server, "Username": login.username, "Secret": login.secret},
        separators=(",", ":"),
    )


def _store() -> str:
    """Keep nothing. Whoever logs in with the same secret, by whichever of its names, stores what is here."""
    try:
        given = json.load(sys.stdin)
    except (ValueError, RecursionError):
        given = None
    said = given if isinstance(given, dict) else {}
    server = _needed(said.get("ServerURL"), NO_SERVER)
    _needed(said.get("Username"), NO_USERNAME)
    login = _login_for(Session(), server)
    if login is None or login.secret != said.get("Secret"):
        raise Failure(NOTHING_KEPT)
    return ""


def _erase() -> str:
    server = _needed(sys.stdin.read().strip(), NO_SERVER)
    is_ours = _login_for(Session(), server) is not None
    raise Failure(NOTHING_FORGOTTEN if is_ours else NOT_FOUND)


def _list() -> str:
    """User names by registry."""
    session = Session()
    if session.is_by_oidc:
        return json.dumps(dict.fromkeys(session.registries, session.account))
    try:
        username = _login(session).username
    except NotLoggedIn:
        return "{}"
    return json.dumps(dict.fromkeys(_hosts(session), username))


def _version() -> str:
    return f"{PROGRAM} (roster-cli) {__version__}"


ACTIONS = {"store": _store, "get": _get, "erase": _erase, "list": _list, "version": _version}


def _needed(given: object, complaint: str) -> str:
    if not isinstance(given, str) or not given:
        raise Failure(complaint)
    return given


def _login_for(session: Session, server: str) -> Login | None:
    """The login for a registry, None for what is none that asks this Roster."""
    if session.is_by_oidc:
        return _own_password(session, server)
    try:
        login = _login(session)
    except NotLoggedIn as error:
        # Standard output has the protocol's words; clients show what is here beside theirs.
        click.echo(f"roster: {error}", err=True)
        return None
    known = {_place(host) for host in _hosts(session)}
    return login if _place(server) in known else None


def _own_password(session: Session, server: str) -> Login | None:
    """What a login with a job's own token has for this registry alone."""
    for host in session.registries:
        if _place(host) == _place(server) and (password := session.password_at(host)):
            return Login(session.account, password)
    return None


def _login(session: Session) -> Login:
    return Login(str(session.me["token"]["access_id"]), session.token)


def _place(server: str) -> str:
    """Host and port of a registry, as clients write it: with or without scheme and path.

    One with http:// is none that is known: a secret would be readable on its way.
    """
    place = server.removeprefix("https://").partition("/")[0]
    return place.lower().removesuffix(":443")


def _hosts(session: Session) -> list[str]:
    """The registries that the login is for: those that the server names, or that a robot account's were
    named at login.
    """
    is_robot = session.me["kind"] == "robot"
    if is_robot and session.registries:
        return session.registries
    try:
        rows = session.client.rows(session.of("services"))
    except NoOrganization as error:
        raise Failure(NO_ORGANIZATION) from error
    except Refused as refused:
        if is_robot and refused.status == 403:
            raise Failure(UNSEEN) from refused
        raise
    takes = [row for row in rows if is_robot or row["personal_tokens"] != REFUSES_PEOPLE]
    return [row["host"] for row in takes if row["kind"] in LOGGED_IN_AT and row["host"]]


if __name__ == "__main__":
    main()
