"""What a registry's client asks for, and what of that is granted."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from console import names
from console.organizations.paths import repository_target
from console.permissions.decision import NO_LIMITS, Held, Target, decide
from console.permissions.vocabulary import REGISTRY_ACTIONS
from robots.verifiers.authentication import Credential

MAX_SCOPES = 32
REPOSITORY = "repository"
EVERYTHING = "*"
NAME = re.compile(names.validate_repository_name.regex)


class ScopeFault(ValueError):
    """The scope parameter cannot be read; says why."""


@dataclass(slots=True)
class Scope:
    """`type:name:action,action`. The name may contain colons (a host with its port)."""

    type: str
    name: str
    actions: frozenset[str]


def parse_scopes(values: Iterable[str]) -> list[Scope]:
    """The scopes of all `scope` parameters, each of which may hold several with spaces between.

    A scope that comes twice asks for both sets of actions. Raises `ScopeFault`.
    """
    words = [word for value in values for word in value.split(" ") if word]
    if len(words) > MAX_SCOPES:
        raise ScopeFault(f"at most {MAX_SCOPES} scopes at once")
    actions: dict[tuple[str, str], set[str]] = {}
    for word in words:
        kind, name, asked = _split(word)
        actions.setdefault((kind, name), set()).update(asked.split(","))
    return [Scope(kind, name, frozenset(asked)) for (kind, name), asked in actions.items()]


def _split(word: str) -> tuple[str, str, str]:
    kind, _, rest = word.partition(":")
    name, colon, actions = rest.rpartition(":")
    if not (kind and name and colon):
        raise ScopeFault("a scope is type:name:actions")
    return kind, name, actions


def granted(scope: Scope, credential: Credential | None) -> list[str]:
    """Those of the asked actions that the credential holds; without one, what is public.

    Other types than repositories give nothing: the catalog lists the repositories of every tenant.
    """
    if not _is_repository(scope):
        return []
    target, held = credential.on_repository(scope.name) if credential else _public(scope.name)
    if target is None:
        return []
    limits = credential.limits if credential else NO_LIMITS
    return [
        action
        for permission, action in REGISTRY_ACTIONS.items()
        if (action in scope.actions or EVERYTHING in scope.actions)
        and decide(held, permission, target, limits)
    ]


def _is_repository(scope: Scope) -> bool:
    if scope.type != REPOSITORY or len(scope.name) > names.MAX_PATH:
        return False
    return NAME.fullmatch(scope.name) is not None


def _public(path: str) -> tuple[Target | None, list[Held]]:
    return repository_target(path), []
