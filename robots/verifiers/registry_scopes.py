"""What a registry's client asks for, and what of that is granted."""

from collections.abc import Iterable
from dataclasses import dataclass

from console import names
from console.permissions import NO_LIMITS, REGISTRY_ACTIONS, Held, Target, decide
from robots.authentication import Credential
from robots.lookups import repository_target

MAX_SCOPES = 32
REPOSITORY = "repository"
EVERYTHING = "*"


class ScopeFault(ValueError):
    """The scope parameter cannot be read; says why."""


@dataclass(frozen=True, slots=True)
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
    target = _target(scope)
    if target is None:
        return []
    held, limits = _held(credential, target), credential.limits if credential else NO_LIMITS
    return [
        action
        for permission, action in REGISTRY_ACTIONS.items()
        if {action, EVERYTHING} & scope.actions and decide(held, permission, target, limits)
    ]


def _target(scope: Scope) -> Target | None:
    if scope.type != REPOSITORY or len(scope.name) > names.MAX_PATH:
        return None
    if not names.validate_repository_name.regex.fullmatch(scope.name):
        return None
    return repository_target(scope.name)


def _held(credential: Credential | None, target: Target) -> list[Held]:
    if credential is None or credential.organization_id != target.organization_id:
        return []
    return credential.grants_on(target)
