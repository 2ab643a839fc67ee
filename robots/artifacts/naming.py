"""Who pushed and pulled, as far as whoever looks may know it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.urls import reverse

from console.models import Organization
from console.permissions.decision import Viewer, allows
from console.permissions.projects import projects_with
from console.permissions.vocabulary import Permission
from robots.models import Robot
from robots.models.artifacts import ActorKind
from teams.models import Membership

# What somebody is called whom the viewer may not know, or nobody knows.
OTHERWISE = {
    ActorKind.ROBOT: "A robot account",
    ActorKind.USER: "A person",
    ActorKind.UNKNOWN: "Unknown",
}


# Of an organization's robot, or of a project's.
LOGIN_NAME = re.compile(r"robot_[^.+]+(?:\.([^+]+))?\+(.+)")


class Acted(Protocol):
    """A row that says who did it."""

    actor_kind: str
    actor_uuid: UUID
    actor_label: str


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody: without `uuid` and `name` for whoever may not know them."""

    kind: ActorKind
    uuid: UUID | None = None
    name: str | None = None
    url: str = ""

    @property
    def shown(self) -> str:
        """What stands on a page of its organization: of a robot `project/name`, or its name alone."""
        found = LOGIN_NAME.fullmatch(self.name or "")
        if found is None:
            return self.name or OTHERWISE[self.kind]
        return "/".join(part for part in found.groups() if part)


def names_of(viewer: Viewer, organization: Organization, rows: Iterable[Acted]) -> list[Who]:
    """Who each of `rows` names, in their order: two questions at most."""
    listed = list(rows)
    known = _robots(viewer, organization, listed) | _people(viewer, organization, listed)
    return [
        known.get((row.actor_kind, row.actor_uuid)) or Who(ActorKind(row.actor_kind))
        for row in listed
    ]


Known = dict[tuple[str, UUID], Who]


def _of_kind(kind: ActorKind, rows: Sequence[Acted]) -> dict[UUID, str]:
    return {row.actor_uuid: row.actor_label for row in rows if row.actor_kind == kind}


def _robots(viewer: Viewer, organization: Organization, rows: Sequence[Acted]) -> Known:
    """Those that the viewer may see; whoever may see all of them is told of deleted ones, too."""
    labels, kind = _of_kind(ActorKind.ROBOT, rows), ActorKind.ROBOT
    if not labels:
        return {}
    sees_all = projects_with(viewer, Permission.ROBOT_READ, organization.target) is None
    found: Known = {}
    if sees_all:
        found = {(kind, uuid): Who(kind, uuid, label) for uuid, label in labels.items()}
    seen = Robot.objects.visible_to(viewer, organization).filter(uuid__in=labels)
    for uuid, name in seen.values_list("uuid", "login_name"):
        url = reverse("robots:robot", args=[organization.slug, uuid])
        found[kind, uuid] = Who(kind, uuid, name, url)
    return found


def _people(viewer: Viewer, organization: Organization, rows: Sequence[Acted]) -> Known:
    """Members, for whoever may see them; who has left is not named."""
    uuids, kind = _of_kind(ActorKind.USER, rows), ActorKind.USER
    if not uuids or not allows(viewer, Permission.MEMBER_READ, organization):
        return {}
    members = Membership.objects.filter(organization=organization, user__uuid__in=uuids)
    emails = members.values_list("user__uuid", "user__email")
    return {(kind, uuid): Who(kind, uuid, email) for uuid, email in emails}
