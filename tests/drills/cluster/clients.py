"""What clients of a cluster do again and again, and what they were told that was done."""

import itertools
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.drills.cluster.doors import KEYS, Door
from tests.drills.cluster.load import Step

ROBOTS = "/api/v1/organizations/acme/robots/"


@dataclass
class Acknowledged:
    """Robot accounts by name that were made, and tokens that were ended, as an answer said."""

    robots: list[str] = field(default_factory=list)
    ended: list[Mapping[str, str]] = field(default_factory=list)

    def least(self) -> int:
        return min(len(self.robots), len(self.ended))


def reading(made: Mapping[str, str], cookie: str = "") -> list[Step]:
    """A registry, a service that asks for the keys and, with a session, a browser."""
    steps: list[Step] = [
        lambda door: ("token", door.token_status(made)),
        lambda door: ("keys", door.ask(KEYS).status),
    ]
    if cookie:
        steps.append(lambda door: ("page", door.ask("/o/acme/robots/", Cookie=cookie).status))
    return steps


def creating(personal: str, done: Acknowledged) -> Step:
    """Somebody's program that makes one robot account after the other."""

    def step(door: Door) -> tuple[str, int]:
        name = f"drill-{uuid.uuid4().hex[:16]}"
        answer = door.ask(ROBOTS, "POST", {"name": name}, Authorization=f"Bearer {personal}")
        if answer.status == 201:
            done.robots.append(name)
        return "robot", answer.status

    return step


def revoking(tokens: list[dict[str, str]], personal: str, done: Acknowledged) -> Step:
    """Somebody's program that ends one token after the other, and the last one again and again."""
    following = itertools.chain(tokens, itertools.repeat(tokens[-1]))

    def step(door: Door) -> tuple[str, int]:
        token = next(following)
        answer = door.ask(token["address"], "DELETE", Authorization=f"Bearer {personal}")
        if answer.status == 204:
            done.ended.append(token)
        return "end", answer.status

    return step
