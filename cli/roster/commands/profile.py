"""`roster profile`: which account and organization commands work with."""

from typing import TYPE_CHECKING

import click

from roster.complete import profiles
from roster.errors import Failure
from roster.groups import Group
from roster.output import say, show, table
from roster.session import Session

if TYPE_CHECKING:
    from roster.config import Profile

HEADINGS = ("CURRENT", "NAME", "TYPE", "ORGANIZATION")


@click.group(cls=Group)
def profile() -> None:
    """List and choose profiles."""


@profile.command("list")
@click.pass_obj
def list_(session: Session) -> None:
    """List the profiles."""
    profiles = list(session.config.profiles.values())
    if show(session, [_public(session, one) for one in profiles]):
        return
    if not profiles:
        say(session, "No profiles found; run `roster login -a ORGANIZATION`")
        return
    table(HEADINGS, [_row(session, one) for one in profiles])


@profile.command()
@click.pass_obj
def current(session: Session) -> None:
    """Show the profile in use."""
    found = session.kept
    if found is None:
        raise Failure("there is no profile; run `roster login -a ORGANIZATION`")
    if not show(session, _public(session, found)):
        table(HEADINGS, [_row(session, found)])


@profile.command()
@click.argument("name", shell_complete=profiles)
@click.pass_obj
def use(session: Session, name: str) -> None:
    """Use another profile from now on."""
    if name not in session.config.profiles:
        raise Failure(f"there is no profile {name}; see `roster profile list`")
    session.config.current = name
    session.config.write()
    say(session, f"{name} is the current profile")


def _row(session: Session, profile: "Profile") -> tuple[str, ...]:
    mark = "*" if profile.name == session.profile_name else ""
    return mark, profile.name, profile.type or "user", profile.organization or ""


def _public(session: Session, profile: "Profile") -> dict[str, object]:
    """A profile as data: everything but the secret."""
    return {
        "name": profile.name,
        "current": profile.name == session.profile_name,
        "type": profile.type or "user",
        "server": profile.server,
        "organization": profile.organization,
        "account": profile.account,
        "registries": (profile.registries or "").split(),
        "expires": profile.expires,
    }
