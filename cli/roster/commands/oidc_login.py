"""`roster login --oidc`: a job's own tokens, exchanged for a login that ends by itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from roster import vault
from roster.commands.login import forget, profile_to_keep, server_of
from roster.errors import Failure
from roster.oidc.exchange import AccessToken, Wish, exchange
from roster.oidc.jobs import Choice, tokens_of_job
from roster.output import say
from roster.session import Session

if TYPE_CHECKING:
    from roster.config import Profile

# What was given, by server or registry.
Given = dict[str, AccessToken]


def log_in(
    session: Session,
    registries: Sequence[str],
    *,
    robot: str | None,
    permissions: tuple[str, ...],
    no_api: bool,
    **where: Any,
) -> None:
    """Exchange as many of the job's tokens as are needed, and keep what they give in a profile."""
    before, blank = profile_to_keep(session)
    server = server_of(session, before)
    places = list(dict.fromkeys([*([] if no_api else [server]), *registries]))
    if not places:
        raise click.UsageError("--no-api leaves nothing to log in for; name a --registry.")
    tokens = tokens_of_job(Choice(**where), len(places))
    transport = session.connect(server, None).transport
    wishes = [Wish(place, robot, permissions) for place in places]
    exchanged = [exchange(transport, *pair) for pair in zip(tokens, wishes, strict=True)]
    given = dict(zip(places, exchanged, strict=True))
    first = _same_robot(given, session.organization)
    profile = replace(blank, server=server, rest=before.rest)
    _keep(session, _described(profile, first, given), given)
    forget(before, but=places)
    say(session, f"{first.robot} logged in until {_end(given):%Y-%m-%d %H:%M:%S} UTC")


def _same_robot(given: Given, organization: str | None) -> AccessToken:
    """One of them; all have to be of the same robot account, in the organization that was asked for."""
    robots = sorted({one.robot for one in given.values()})
    if len(robots) > 1:
        raise Failure(f"these tokens are trusted by different robot accounts, {', '.join(robots)}")
    first = next(iter(given.values()))
    if organization and organization != first.organization:
        raise Failure(f"{first.robot} is a robot account of {first.organization}")
    return first


def _end(given: Given) -> datetime:
    """When the first of them ends."""
    return min(one.expires_at for one in given.values())


def _described(profile: "Profile", first: AccessToken, given: Given) -> "Profile":
    registries = [place for place in given if place != profile.server]
    return replace(
        profile,
        organization=first.organization,
        account=first.robot,
        type="robot",
        registries=" ".join(registries) or None,
        expires=f"{_end(given):%Y-%m-%dT%H:%M:%SZ}",
    )


def _keep(session: Session, profile: "Profile", given: Given) -> None:
    """The secrets first, so that no profile stands in the file that cannot act."""
    written = {
        place: one.token
        for place, one in given.items()
        if not vault.keep(profile.name, place, one.token)
    }
    profile.token = written.pop(profile.server, None)
    profile.passwords = written
    session.config.current = profile.name
    session.config.profiles[profile.name] = profile
    session.config.write()
