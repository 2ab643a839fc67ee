"""What a thing needs to be there, and so what goes with what is deleted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from roster.manifest.kinds import (
    CUSTOM,
    GRANT,
    MEMBER,
    PROJECT,
    REPOSITORY,
    ROBOT,
    ROLE,
    TEAM,
    TEAM_ROBOT,
    TRUST,
    Item,
)

PERSON = "person"
Name = tuple[str, str]


@dataclass(frozen=True)
class Need:
    """A field that names another thing."""

    field: str
    kind: str
    key: str

    @property
    def name(self) -> Name:
        return self.kind, self.key


# Fields that name other things, and of what kind these are.
NAMING: dict[str, dict[str, str]] = {
    ROLE.name: {"project": PROJECT.name},
    ROBOT.name: {"project": PROJECT.name},
    MEMBER.name: {"team": TEAM.name, "email": PERSON},
    TEAM_ROBOT.name: {"team": TEAM.name, "robot": ROBOT.name},
    TRUST.name: {"robot": ROBOT.name},
    GRANT.name: {
        "team": TEAM.name,
        "user": PERSON,
        "robot": ROBOT.name,
        "project": PROJECT.name,
        "repository": REPOSITORY.name,
    },
}


def needs(item: Item) -> Iterator[Need]:
    """What the thing cannot be without."""
    fields = item.fields
    if item.kind is REPOSITORY:
        yield Need("path", PROJECT.name, fields["path"].partition("/")[0])
    for name, kind in NAMING.get(item.kind.name, {}).items():
        if fields.get(name):
            yield Need(name, kind, fields[name])
    if item.kind is GRANT and str(fields.get("role") or "").startswith(CUSTOM):
        yield Need("role", ROLE.name, fields["role"].removeprefix(CUSTOM))


class Dependents:
    """Things by what they need."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.by_need: dict[Name, list[Item]] = defaultdict(list)
        for item in items:
            for need in needs(item):
                self.by_need[need.name].append(item)

    def of(self, *names: Name) -> dict[Name, Item]:
        """All that ends with the things of these names, directly or not."""
        found: dict[Name, Item] = {}
        ahead = list(names)
        while ahead:
            for item in self.by_need.get(ahead.pop(), ()):
                if item.name not in found:
                    found[item.name] = item
                    ahead.append(item.name)
        return found
