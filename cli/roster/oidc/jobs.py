"""The tokens that a job or pod has already: in its environment, in files, or for the asking."""

import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from roster.credentials import claims_of
from roster.errors import Failure
from roster.files import path_of
from roster.oidc.exchange import require_signed
from roster.oidc.systems import SYSTEMS, Audience, System

STDIN = "-"
# Roster takes no token with more than 16,384 characters.
LONGEST = 2**16
VARIABLE, FILE = "ROSTER_ID_TOKEN", "ROSTER_ID_TOKEN_FILE"
# Some systems write the second into a token, and nothing else that differs from the one before.
PAUSE_SECONDS = 1.1
# What somebody has to change where a job has none, by a variable that tells where it runs.
HINTS = {
    "GITHUB_ACTIONS": "GitHub gives this job none: it needs `permissions: {id-token: write}`",
    "GITLAB_CI": f"name {VARIABLE} under `id_tokens` of the job, with the trust's audience as `aud`",
    "KUBERNETES_SERVICE_HOST": "mount one into the pod as a projected volume, and say where as"
    f" {FILE}",
}
HINT = (
    f"put it into {VARIABLE}, or say where it is by --token-file or --token-env, or whom to ask by"
    " --token-from"
)
TOO_FEW = (
    "each token is exchanged once, for Roster's API or for one registry; here are {found} for {wanted}:"
    " name more by --token-env or --token-file, or leave out the API by --no-api"
)
SAME = "{source} gives the same token again, and each is exchanged once: log in for one thing alone"


@dataclass(frozen=True)
class Choice:
    """What somebody said of where the tokens are, and for whom; where they said nothing it is found out."""

    files: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    system: str | None = None
    audience: Audience = None


@dataclass(frozen=True)
class Source:
    """Where a token comes from, in words, and how."""

    name: str
    read: Callable[[], str]


def tokens_of_job(choice: Choice, number: int) -> list[str]:
    """So many different tokens; all of them are there before the first one is used."""
    found: list[str] = []
    for source in _sources(choice, number):
        token = _checked(source, choice.audience)
        if token in found:
            threading.Event().wait(PAUSE_SECONDS)
            token = _checked(source, choice.audience)
        if token in found:
            raise Failure(SAME.format(source=source.name))
        found.append(token)
    return found


def _checked(source: Source, audience: Audience) -> str:
    token = require_signed(source.read(), source.name)
    said = claims_of(token).get("aud")
    if audience and said not in (audience, [audience]):
        raise Failure(f"the token of {source.name} is for {said} and not for {audience}")
    return token


def _sources(choice: Choice, number: int) -> Sequence[Source]:
    given = [*map(_file, choice.files), *map(_variable, choice.variables)]
    system = SYSTEMS[choice.system] if choice.system else None
    if not given and not system:
        given, system = _named_by_environment(), _around()
    if given:
        if len(given) != number:
            raise Failure(TOO_FEW.format(found=len(given), wanted=number))
        return given
    if system is None:
        hint = next((words for name, words in HINTS.items() if os.environ.get(name)), HINT)
        raise Failure(f"this job has no token that could be found; {hint}")
    return [Source(system.name, partial(system.ask, choice.audience))] * number


def _named_by_environment() -> list[Source]:
    if os.environ.get(VARIABLE):
        return [_variable(VARIABLE)]
    place = os.environ.get(FILE)
    return [_file(place)] if place else []


def _around() -> System | None:
    """The system that the job runs at, as far as variables tell."""
    return next((system for system in SYSTEMS.values() if system.is_here()), None)


def _variable(name: str) -> Source:
    return Source(f"the variable {name}", lambda: os.environ.get(name, ""))


def _file(place: str) -> Source:
    if place == STDIN:
        return Source("standard input", lambda: sys.stdin.read(LONGEST))
    return Source(place, partial(_content, path_of(place)))


def _content(path: Path) -> str:
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            return file.read(LONGEST)
    except OSError as error:
        raise Failure(f"cannot read {path}: {error.strerror}") from error
