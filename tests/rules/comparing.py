"""What the product says, beside what the model says, about everybody and everything in a world."""

import base64
import io
import json
from collections.abc import Iterable
from typing import Any, Protocol
from urllib.parse import urlencode

from console.permissions.decision import Actor, Held, Limits, Target, decide
from console.permissions.snapshots import AccessSnapshot
from console.permissions.vocabulary import Permission
from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate
from robots.verifiers.credential import Credential
from tests.rules.model import Holder, Place, Words, World, everyone, holds, is_in_force, parts
from tests.rules.rows import Rows
from tests.wsgi import application

REGISTRY_ACTIONS = {"artifact:pull": "pull", "artifact:push": "push", "artifact:delete": "delete"}


class Asked(Protocol):
    """Of an actor, what a decision needs."""

    @property
    def limits(self) -> Limits: ...

    def grants_on(self, target: Target) -> list[Held]: ...


def says(actor: Asked, targets: dict[Place, Target]) -> dict[Place, Words]:
    """What `decide` allows `actor` at each place, from what it gathers for that place."""
    found = {}
    for place, target in targets.items():
        held = actor.grants_on(target)
        found[place] = frozenset(
            str(name) for name in Permission if decide(held, name, target, actor.limits)
        )
    return found


class Seen:
    """An actor as pages see it: gathered once for each organization."""

    def __init__(self, actor: Any, rows: Rows) -> None:
        self.limits = actor.limits
        self.snapshots: dict[int, AccessSnapshot] = {
            organization.pk: AccessSnapshot.of(actor, organization.target)
            for organization in rows.organizations.values()
        }

    def grants_on(self, target: Target) -> list[Held]:
        return self.snapshots[target.organization_id].grants_on(target)


def should_say(world: World, holder: Holder, places: Iterable[Place]) -> dict[Place, Words]:
    return {place: holds(world, holder, place) | everyone(world, place) for place in places}


def differences(
    world: World, holder: Holder, actor: Asked, targets: dict[Place, Target]
) -> list[str]:
    """Where the product gives `actor` other permissions than the model; empty when nowhere."""
    places = list(targets)
    said, should = says(actor, targets), should_say(world, holder, places)
    return [
        f"{holder} at {place}: too much {sorted(said[place] - should[place])},"
        f" too little {sorted(should[place] - said[place])}"
        for place in places
        if said[place] != should[place]
    ]


def explained(world: World, holder: Holder, actor: Actor, rows: Rows, place: Place) -> list[str]:
    """Where `decide` does not name every grant that gives a permission; it is what pages explain."""
    wrong, target = [], rows.target(place)
    held, should = actor.grants_on(target), parts(world, holder, place)
    for permission in sorted(set(Permission) - everyone(world, place)):
        named = len(decide(held, permission, target, actor.limits).because)
        giving = sum(permission in part for part in should)
        wrong += [f"{holder} {permission} at {place}: {named} of {giving}"] * (named != giving)
    return wrong


def credential_of(world: World, rows: Rows, key: str) -> Credential | None:
    """The way of every verifier; it is refused exactly when token or owner is not in force."""
    found = authenticate(None, rows.secrets[key], Use("test"))
    assert isinstance(found, Credential) == is_in_force(world, ("token", key)), (key, found)
    return found if isinstance(found, Credential) else None


def ask_registry(username: str, secret: str, paths: Iterable[Place]) -> dict[str, set[str]] | None:
    """Actions by path that the registry's token service grants; `None` when it refuses the secret."""
    scopes = [("scope", f"repository:{path}:pull,push,delete") for path in paths]
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/service/token",
        "QUERY_STRING": urlencode([("service", "registry"), *scopes]),
        "REMOTE_ADDR": "192.0.2.7",
        "wsgi.input": io.BytesIO(),
    }
    if secret:
        basic = base64.b64encode(f"{username}:{secret}".encode()).decode()
        environ["HTTP_AUTHORIZATION"] = f"Basic {basic}"
    seen: list[str] = []
    answer = application(environ, lambda status, headers: seen.append(status))
    document = json.loads(b"".join(answer))
    return _access(document["token"]) if seen == ["200 OK"] else None


def _access(token: str) -> dict[str, set[str]]:
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return {entry["name"]: set(entry["actions"]) for entry in claims["access"]}


def registry_should_say(world: World, key: str, paths: Iterable[Place]) -> dict[str, set[str]]:
    """The same from the model; without a key, for those who come without credentials."""
    found = {}
    for path in paths:
        held = holds(world, ("token", key), path) if key else frozenset()
        allowed = held | everyone(world, path)
        actions = {action for name, action in REGISTRY_ACTIONS.items() if name in allowed}
        if actions:
            found[str(path)] = actions
    return found
