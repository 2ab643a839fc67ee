"""`roster login` and `roster logout`."""

import sys
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from roster.asking import ask_secret
from roster.commands.oidc_options import is_by_oidc, oidc_options
from roster.errors import Failure, Refused
from roster.groups import Command
from roster.lazy import load
from roster.output import say
from roster.session import DEFAULT_PROFILE, DEFAULT_SERVER, Session
from roster.shapes import Row

if TYPE_CHECKING:
    from roster.client import Client
    from roster.config import Profile

STDIN = "-"
WHERE = "Create a personal token under My account, API tokens, and paste it here: {page}"


@click.command(cls=Command)
@click.option("-t", "--token", help="The token; - reads it from standard input.")
@click.option(
    "--registry",
    "registries",
    metavar="HOST[:PORT]",
    multiple=True,
    help="A registry that docker-credential-roster hands a robot account's token to; may be repeated.",
)
@oidc_options
@click.pass_obj
def login(
    session: Session, /, token: str | None, registries: tuple[str, ...], **given: Any
) -> None:
    """Log in with a token and keep it in a profile.

    Without -a it is a personal account, unless the token is a robot's. A token in an argument can be
    seen by others on this machine; `-t -` reads it from standard input.

    With --oidc it takes no secret: the job's own token is exchanged for a login that ends within the
    hour, for Roster's API and each --registry.
    """
    if is_by_oidc(given, token):
        load("roster.commands.oidc_login").log_in(session, registries, **given)
        return
    before, blank = profile_to_keep(session)
    server = server_of(session, before)
    secret = _secret(token, server)
    client = session.connect(server, secret)
    me = client.get("me/")
    after = replace(
        blank,
        server=server,
        organization=_organization(session.organization, me, client),
        account=account(me),
        type=str(me["kind"]),
        registries=" ".join(registries) or None,
        rest=before.rest,
    )
    _store(session, before, after, secret)
    say(session, f"{account(me)} logged in")


def profile_to_keep(session: Session) -> tuple["Profile", "Profile"]:
    """The profile that a login is kept in, as it is now, and a blank one of its name."""
    name = session.chosen_profile or session.config.current or DEFAULT_PROFILE
    blank: Profile = load("roster.config").Profile(name)
    return session.config.profiles.get(name, blank), blank


def server_of(session: Session, before: "Profile") -> str:
    """Where to log in."""
    return session.chosen_server or before.server or DEFAULT_SERVER


def _secret(token: str | None, server: str) -> str:
    if token is None:
        click.echo(WHERE.format(page=f"{server}/account/tokens/new/"), err=True)
        return ask_secret("Token")
    secret = sys.stdin.read().strip() if token == STDIN else token.strip()
    if not secret:
        raise Failure("there is no token on standard input" if token == STDIN else "no token given")
    return secret


def account(me: Row) -> str:
    """What somebody who is logged in is called: an e-mail address, or a robot's login name."""
    return str(me.get("email") or me.get("login_name") or me.get("name"))


def _organization(asked: str | None, me: Row, client: "Client") -> str | None:
    """The organization that was asked for, if one may work in it; a robot's own."""
    if not asked:
        own = me.get("organization")
        return str(own) if own else None
    try:
        client.get(f"organizations/{quote(asked, safe='')}/")
    except Refused as refused:
        if refused.status != 404:
            raise
        raise Failure(f"{account(me)} is not a member of {asked}") from refused
    return asked


def _store(session: Session, before: "Profile", after: "Profile", secret: str) -> None:
    session.config.current = after.name
    keep_in_profile(session, after, secret)
    forget(before, but=after.places)


def keep_in_profile(session: Session, profile: "Profile", secret: str) -> None:
    """The secret first, so that no profile stands in the file that cannot act."""
    kept = load("roster.vault").keep(profile.name, profile.server, secret)
    profile.token = None if kept else secret
    session.config.profiles[profile.name] = profile
    session.config.write()


def forget(profile: "Profile", *, but: Collection[str] = ()) -> None:
    """Take out of the keyring what is there for a profile."""
    for place in set(profile.places).difference(but):
        load("roster.vault").forget(profile.name, place)


@click.command(cls=Command)
@click.pass_obj
def logout(session: Session) -> None:
    """Forget a profile's token; the token itself goes on working until it is deleted or expires."""
    profile = session.kept
    if profile is None:
        raise Failure("not logged in; there is nothing to forget")
    forget(profile)
    del session.config.profiles[profile.name]
    if session.config.current == profile.name:
        session.config.current = next(iter(session.config.profiles), None)
    session.config.write()
    say(session, f"{profile.account or profile.name} logged out")
