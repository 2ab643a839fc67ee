"""What one run of the command knows: who acts, where, in which organization, and how it prints."""

import os
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from roster.errors import Failure, NoOrganization, NotLoggedIn, Over
from roster.lazy import load
from roster.moments import parse, seconds

if TYPE_CHECKING:
    from roster.client import Client
    from roster.config import Config, Profile

DEFAULT_SERVER = "http://127.0.0.1:8000"
DEFAULT_PROFILE = "default"
REGISTRIES_ALONE = "this login is for registries alone; log in without --no-api for the API as well"


class Session:
    """The global options, then the environment, then the profile: in this order they count."""

    def __init__(self) -> None:
        self.format = "default"
        self.quiet = False
        self.organization: str | None = None
        self.profile: str | None = None
        self.server: str | None = None
        self.timeout: float | None = None
        self.ca_bundle: str | None = None
        # Which of them stand in the line already, and at which command.
        self.given: dict[str, click.Context] = {}
        # The exit code of an error; of a question that 1 answers it is another one.
        self.trouble = 1

    @cached_property
    def config(self) -> "Config":
        """The configuration file as it was when first asked for."""
        found: Config = load("roster.config").read()
        return found

    @property
    def chosen_profile(self) -> str | None:
        """The profile that was asked for by name."""
        return self.profile or os.environ.get("ROSTER_PROFILE") or None

    @property
    def profile_name(self) -> str:
        """The profile in use, there or not."""
        return self.chosen_profile or self.config.current or DEFAULT_PROFILE

    @cached_property
    def kept(self) -> "Profile | None":
        """The profile in use, None when there is none; one that was asked for has to be there."""
        found = self.config.profiles.get(self.profile_name)
        if found is None and self.chosen_profile:
            raise Failure(f"there is no profile {self.chosen_profile}; see `roster profile list`")
        return found

    @property
    def chosen_server(self) -> str | None:
        """The server that was asked for."""
        asked = self.server or os.environ.get("ROSTER_SERVER")
        return asked.rstrip("/") if asked else None

    @property
    def server_url(self) -> str:
        """The address of Roster, without a slash at its end."""
        return self.chosen_server or (self.kept.server if self.kept else "") or DEFAULT_SERVER

    @cached_property
    def token(self) -> str:
        """The secret to act with. A profile's goes to the profile's own server and no other."""
        if given := os.environ.get("ROSTER_TOKEN", "").strip():
            return given
        kept = self.kept
        if kept is None or (kept.server or DEFAULT_SERVER) != self.server_url:
            raise NotLoggedIn
        _require_time(kept)
        secret = self._secret(kept.token, kept, self.server_url)
        if not secret:
            raise Failure(REGISTRIES_ALONE) if kept.expires else NotLoggedIn()
        return secret

    @property
    def is_by_oidc(self) -> bool:
        """Whether the login is one with a job's own token."""
        if os.environ.get("ROSTER_TOKEN", "").strip():
            return False
        return self.kept is not None and bool(self.kept.expires)

    @property
    def account(self) -> str:
        """What the profile's account was called at login."""
        return (self.kept.account if self.kept else None) or ""

    def password_at(self, registry: str) -> str | None:
        """What a login with a job's own token has for a registry."""
        kept = self.kept
        if kept is None:
            return None
        _require_time(kept)
        return self._secret(kept.passwords.get(registry), kept, registry)

    def _secret(self, written: str | None, profile: "Profile", place: str) -> str | None:
        """What stands in the file, or else in the keyring for that place."""
        if written:
            self._warn_if_readable()
            return written
        found: str | None = load("roster.vault").fetch(profile.name, place)
        return found

    @property
    def registries(self) -> list[str]:
        """The registries that the login is for, as far as somebody named them; a profile's belong to its
        own token.
        """
        named = "" if self.is_by_oidc else os.environ.get("ROSTER_REGISTRIES", "")
        if not named and not os.environ.get("ROSTER_TOKEN", "").strip() and self.kept:
            named = self.kept.registries or ""
        return named.split()

    def _warn_if_readable(self) -> None:
        """A token in a file that others can read may have been read."""
        path = self.config.path
        if path.stat().st_mode & 0o077:
            text = f"roster: warning: {path} can be read by others; run `chmod 600 {path}`"
            click.echo(text, err=True)

    @cached_property
    def client(self) -> "Client":
        """The API as the one who is logged in."""
        return self.connect(self.server_url, self.token)

    def connect(self, server: str, token: str | None, *, attempts: int | None = None) -> "Client":
        """The API of a server; `attempts` is for those who would not wait for a repeated request."""
        transport = load("roster.transport")
        patience = transport.Patience(
            seconds=self.timeout or _seconds() or transport.TIMEOUT_SECONDS,
            attempts=attempts or transport.ATTEMPTS,
            tell=None if self.quiet or attempts else _tell,
        )
        bundle = self.ca_bundle or os.environ.get("ROSTER_CA_BUNDLE") or None
        found: Client = load("roster.client").Client(
            server, token, patience=patience, ca_bundle=bundle
        )
        return found

    @cached_property
    def me(self) -> dict[str, Any]:
        """Who is logged in, as the server says."""
        found: dict[str, Any] = self.client.get("me/")
        return found

    @cached_property
    def slug(self) -> str:
        """The organization to work in; a robot has one by itself."""
        asked = self.organization or os.environ.get("ROSTER_ORGANIZATION")
        if asked or (asked := self.kept.organization if self.kept else None):
            return asked
        found = self.me.get("organization")
        if not found:
            raise NoOrganization
        return str(found)

    def of(self, *parts: object) -> str:
        """The address of something in the organization, below `/api/v1/`."""
        # Whoever is not logged in is told that first, and nobody else's organization is asked about.
        _ = self.client
        segments = ("organizations", self.slug, *parts)
        return "/".join(_segment(str(one)) for one in segments) + "/"


def _require_time(profile: "Profile") -> None:
    """Raise `Over` where a login with a job's own token has come to its end."""
    try:
        end = parse(profile.expires)
    except ValueError as error:
        raise Failure(f"when profile {profile.name} expires cannot be read") from error
    if end and end <= datetime.now(UTC):
        raise Over(profile.name, f"{end:%Y-%m-%d %H:%M:%S} UTC")


def _segment(text: str) -> str:
    """A part of a path, whatever bytes somebody typed."""
    return quote(text, safe="", errors="surrogateescape")


def _tell(text: str) -> None:
    click.echo(f"roster: {text}", err=True)


def _seconds() -> float | None:
    """What `ROSTER_TIMEOUT` says."""
    text = os.environ.get("ROSTER_TIMEOUT", "").strip()
    if not text:
        return None
    try:
        return seconds(text)
    except ValueError as error:
        raise Failure(f"ROSTER_TIMEOUT: {error}") from error
