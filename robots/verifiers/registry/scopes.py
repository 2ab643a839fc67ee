"""What a registry's client asks for, and what of that is granted."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from console import names
from console.organizations.paths import is_repository_path, repository_target
from console.permissions.decision import Held, Target, decide
from console.permissions.vocabulary import REGISTRY_ACTIONS, Permission
from robots.verifiers.credential import Credential
from robots.verifiers.services import ServiceRow

MAX_SCOPES = 32
REPOSITORY = "repository"
CATALOG = {"type": "registry", "name": "catalog"}
# `repository(plugin)`: the distribution project's class of what is in a repository.
TYPE = re.compile(r"(?P<type>[a-z0-9]+)(?:\((?P<kind>[a-z0-9]+)\))?")
EVERYTHING = "*"
NAME = re.compile(names.validate_repository_name.regex)


class ScopeFault(ValueError):
    """The scope parameter cannot be read; says why."""


@dataclass(slots=True)
class Scope:
    """`type:name:action,action`, or `type(class):…`.

    `resource` is what a registry calls it: its class apart, its name without the host.
    """

    type: str
    name: str
    actions: frozenset[str]
    resource: dict[str, str] = field(init=False)
    is_repository: bool = field(init=False)

    def __post_init__(self) -> None:
        found = TYPE.fullmatch(self.type)
        kind = {"class": found["kind"]} if found and found["kind"] else {}
        of = found["type"] if found else self.type
        self.resource = {"type": of, **kind, "name": self.name}
        self.is_repository = of == REPOSITORY and _is_repository_name(self.name)

    def at(self, host: str) -> "Scope":
        """As the registry there knows it: clients that read the grammar send its host before the name."""
        prefix = f"{host}/"
        return (
            replace(self, name=self.name[len(prefix) :]) if self.name.startswith(prefix) else self
        )


def _is_repository_name(name: str) -> bool:
    is_path = len(name) <= names.MAX_PATH and is_repository_path(name)
    return is_path and NAME.fullmatch(name) is not None


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


def granted(service: ServiceRow, scope: Scope, credential: Credential | None) -> list[str]:
    """Those of the asked actions that the credential holds at `service`; without one, what is public."""
    if scope.resource == CATALOG:
        return _catalog(service, scope, credential)
    if not scope.is_repository:
        return []
    target, held = credential.on_place(scope.name) if credential else _public(scope.name)
    if target is None or not service.covers(target):
        return []
    holds = credential.decide if credential else decide
    return [
        action
        for permission, action in REGISTRY_ACTIONS.items()
        if (action in scope.actions or EVERYTHING in scope.actions)
        and holds(held, permission, target)
    ]


def _catalog(service: ServiceRow, scope: Scope, credential: Credential | None) -> list[str]:
    """A registry's catalog lists all it has: for whoever sees every repository of its one organization."""
    if service.organization_id is None or credential is None or EVERYTHING not in scope.actions:
        return []
    whole = Target(service.organization_id)
    held = credential.grants_on(whole)
    may = credential.decide(held, Permission.REPOSITORY_VIEW, whole)
    return [EVERYTHING] if may else []


def _public(path: str) -> tuple[Target | None, list[Held]]:
    return repository_target(path), []
