"""`roster token`: one's own token, those of the organization, and others by their shape."""

import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from roster.commands.login import keep_in_profile
from roster.commands.minting import place_of, tell
from roster.commands.robot_token import (
    end_words,
    kind_fields,
    overlap_option,
    place_options,
    token_minted,
    write_token,
)
from roster.errors import Failure
from roster.files import SecretFile
from roster.groups import Group, Parts
from roster.output import say
from roster.session import Session
from roster.shapes import Fields, Row

if TYPE_CHECKING:
    from roster.config import Profile


PARTS: Parts = {
    "list": ("roster.commands.token_list:list_", "List the organization's tokens."),
    "inspect": ("roster.commands.token_inspect:inspect_", "Tell what a secret is, asking nobody."),
}


@click.group(cls=Group, parts=PARTS)
def token() -> None:
    """The organization's tokens, the one that you are logged in with, and what a secret says."""


@token.command()
@place_options
@click.option("--keep", is_flag=True, help="Keep it in the profile, instead of a file.")
@overlap_option
@click.pass_obj
def renew(session: Session, /, overlap: str, keep: bool, **given: Any) -> None:
    """Make a new secret of it, and write that to FILE or keep it in the profile.

    A robot account needs token:renew-self for it, and no other permission.
    """
    place = _profile(session, given) if keep else _File(place_of(given))
    body: Fields = {"old_ends": overlap, **kind_fields(given["kind"])}
    with place.reserved():
        made = token_minted(session, "me/token/rotation/", body)
        place.write(made)
    text = f"{made['name']} renewed, the old secret ends {end_words(made, overlap)}"
    place.tell(session, made, text)


@dataclass(frozen=True)
class _File:
    """The new secret goes into a file, or to standard output."""

    file: SecretFile

    def reserved(self) -> AbstractContextManager[None]:
        return self.file.reserved()

    def write(self, made: Row) -> None:
        write_token(self.file, made, "ROBOT")

    def tell(self, session: Session, made: Row, text: str) -> None:
        tell(session, self.file, made, text)


@dataclass(frozen=True)
class _Profile:
    """The new secret takes the old one's place in the profile."""

    session: Session
    profile: "Profile"

    def reserved(self) -> AbstractContextManager[None]:
        self.session.config.write()  # a file that cannot be written is told before anything is made
        return nullcontext()

    def write(self, made: Row) -> None:
        keep_in_profile(self.session, self.profile, made["secret"])

    def tell(self, session: Session, made: Row, text: str) -> None:
        say(session, f"{text}; the profile {self.profile.name} has the new one")


def _profile(session: Session, given: Fields) -> _Profile:
    if given["places"] or given["place"]:
        raise click.UsageError("Say FILE or --keep, not both.")
    if os.environ.get("ROSTER_TOKEN", "").strip():
        raise Failure("the token is ROSTER_TOKEN's; there is no profile to keep the new one in")
    _ = session.token  # whoever is not logged in is told that first
    if session.kept is None:
        raise Failure("there is no profile to keep it in")
    return _Profile(session, session.kept)
