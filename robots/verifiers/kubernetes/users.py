"""Who somebody is in a cluster: a name, a UID and groups. What they may do there, its own rules say.

A group for each role is there only where it is held on the whole organization: a group has no place in it.
Levels are no roles, and neither are lists of permissions.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from console.permissions.roles import LEVEL_PREFIX
from robots.verifiers.credential import Credential
from robots.verifiers.services import ServiceRow
from teams.models.holding import HeldRow, Source
from teams.models.users import held_by_user

UserInfo = dict[str, Any]


def user_info(service: ServiceRow, credential: Credential) -> UserInfo:
    """The owner of a token as the `user` of a TokenReview's status."""
    is_robot = credential.row.token__robot_id is not None
    groups = _groups_of_robot(credential) if is_robot else _groups_of_person(service, credential)
    return {
        "username": _username(credential),
        "uid": str(credential.actor_uuid),
        "groups": sorted(set(groups)),
        "extra": {f"{_domain()}/access-id": [str(credential.access_id)]},
    }


def _username(credential: Credential) -> str:
    row = credential.row
    where = (row.token__robot__organization__slug, row.token__robot__project_slug)
    parts = (*filter(None, where), row.token__robot__name or row.token__user__email)
    return ":".join(("roster", credential.actor_kind, *map(str, parts)))


def _domain() -> str:
    """Names of what is `extra` begin with a domain of whoever says it, in small letters."""
    return urlsplit(settings.ROSTER_ORIGIN).hostname or ""


def _groups_of_robot(credential: Credential) -> Iterator[str]:
    slug = str(credential.row.token__robot__organization__slug)
    yield f"roster:org:{slug}"
    for row in credential.belongings():
        if row.team_name:
            yield f"roster:team:{slug}:{row.team_name}"
        elif role := _role(row.role, row.custom_name):
            credential.note_uses(row.permissions)  # a group stands for all of its role
            yield f"roster:role:{slug}:{role}"


def _groups_of_person(service: ServiceRow, credential: Credential) -> Iterator[str]:
    """Of each organization that the service may know."""
    for organization_id in service.organizations_of(credential.row):
        values = {"user_id": credential.row.token__user_id, "organization_id": organization_id}
        for row in held_by_user.rows(**values):
            yield from _groups_by(row)


def _groups_by(row: HeldRow) -> Iterator[str]:
    """What a membership, a place in a team or a grant makes of a person."""
    slug = row.organization_slug
    match row.source:
        case Source.MEMBERSHIP:
            yield f"roster:org:{slug}"
            yield f"roster:role:{slug}:{row.role}"
        case Source.PLACE:
            yield f"roster:team:{slug}:{row.team_name}"
        case _ if row.project_id is None and (role := _role(row.role, row.custom_name)):
            yield f"roster:role:{slug}:{role}"


def _role(key: str, custom_name: str | None) -> str:
    """The name of a role as a grant has it; empty for what is none."""
    if custom_name:
        return custom_name
    return "" if key.startswith(LEVEL_PREFIX) else key.partition(":")[2]
