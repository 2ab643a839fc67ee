"""Editing robots: everything but name, level and project, all of it or nothing."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Unpack

from django.core.serializers.json import DjangoJSONEncoder

from console.audit.recording import Chain, changing, record
from console.errors import Conflict
from console.permissions.decision import Actor, require
from console.permissions.roles import LEVEL_PREFIX
from console.permissions.vocabulary import TICKABLE, Permission, with_implied
from console.updates import require_known
from robots.accounts.services.addresses import limit_robot
from robots.accounts.services.expiry import change_end
from robots.accounts.services.labels import save_labels
from robots.accounts.services.robots import (
    GrantRequest,
    as_recorded,
    switch,
)
from robots.base.robot_texts import TEXT_NAMES, RobotTexts
from robots.models import Robot, RobotGrant
from robots.queries import search
from teams.grants.services import remove_grant, require_to_confer, save_grant, scope_of
from teams.models import Membership


class RobotChanges(RobotTexts, total=False):
    """What of a robot may change. `labels` are all that it has then, `grants` all of `editable_grants`."""

    disabled: bool
    addresses: str
    network_mode: str
    expires_at: datetime | None
    responsible: Membership | None
    labels: Mapping[str, str]
    grants: Iterable[GrantRequest]


# What has an event of its own.
APART = {"disabled", "addresses", "network_mode"}
# What is a column as it stands.
COLUMNS = {*TEXT_NAMES, "responsible"}


class RobotChanged(Conflict):
    """The robot is not as it was when the form was made."""

    def __init__(self) -> None:
        super().__init__("Somebody else changed this robot account meanwhile.")


def update_robot(
    *, actor: Actor, robot: Robot, seen: str = "", **changes: Unpack[RobotChanges]
) -> Robot:
    """Change what is named: all of it or nothing. Saving what is there already changes nothing.

    Raises `RobotChanged` unless `seen` is the robot's `fingerprint` (or empty).
    """
    require_known(changes, RobotChanges)
    with changing(robot.organization) as chain:
        robot = robot.refetch()
        require(actor, Permission.ROBOT_UPDATE, robot)
        if "disabled" in changes:
            switch(chain, actor, robot, disabled=changes["disabled"])
        if changes.keys() & {"addresses", "network_mode"}:
            wanted = changes.get("addresses"), changes.get("network_mode")
            limit_robot(chain, actor, robot, *wanted)
        if changes.keys() - APART:
            _edit(chain, actor, robot, changes, seen)
    return robot


def _edit(chain: Chain, actor: Actor, robot: Robot, changes: RobotChanges, seen: str) -> None:
    before = _everything(robot)
    _apply(chain, actor, robot, changes)
    after = _everything(robot)
    changed = {key for key in before | after if before.get(key) != after.get(key)}
    if changed and seen not in {"", _digest(before)}:
        raise RobotChanged
    if changed:
        record(
            chain,
            actor=actor,
            action="robot:updated",
            target=robot,
            before=_only(before, changed),
            after=_only(after, changed),
        )


def _only(values: dict[str, Any], keys: set[str]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key in keys}


def _everything(robot: Robot) -> dict[str, Any]:
    """The robot as recorded, with what it holds itself."""
    held = {(grant.scope_label, grant.uuid): grant for grant in own_grants(robot)}
    grants = [
        {
            "on": scope,
            "gives": grant.what,
            "permissions": sorted(grant.conferred[0]),
            **({"expires_at": grant.expires_at} if grant.expires_at else {}),
        }
        for (scope, _), grant in sorted(held.items())
    ]
    return as_recorded(robot) | {"grants": grants}


def fingerprint(robot: Robot) -> str:
    """A short text that is another one when anything that can be edited has changed."""
    return _digest(_everything(robot))


def _digest(everything: dict[str, Any]) -> str:
    text = json.dumps(everything, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _apply(chain: Chain, actor: Actor, robot: Robot, changes: RobotChanges) -> None:
    columns = {name: value for name, value in changes.items() if name in COLUMNS}
    before = {name: getattr(robot, name) for name in (*columns, "expires_at")}
    for name, value in columns.items():
        setattr(robot, name, value)
    if "expires_at" in changes:
        change_end(chain, actor, robot, changes["expires_at"])
        robot.keep_next_expiry()
    robot.full_clean()
    if changed := [name for name, value in before.items() if getattr(robot, name) != value]:
        robot.save(update_fields=changed)
        search.add(robot)
    if "labels" in changes:
        save_labels(robot, changes["labels"])
    if "grants" in changes:
        _set_grants(actor, robot, changes["grants"])


def own_grants(robot: Robot) -> list[RobotGrant]:
    """The robot's own grants, each with what its description needs."""
    return list(robot.grants.with_names().select_related("robot").order_by("id"))


def editable_grants(robot: Robot) -> dict[int | None, RobotGrant]:
    """Of each project (`None`: all), the robot's own list of data permissions or level.

    Roles and grants on single repositories are given and taken where they are shown.
    """
    found: dict[int | None, RobotGrant] = {}
    if not robot.is_role_account:
        for grant in own_grants(robot):
            if _is_editable(grant):
                found.setdefault(grant.project_id, grant)
    return found


def _is_editable(grant: RobotGrant) -> bool:
    if grant.repository_id or grant.custom_role_id:
        return False
    if grant.role:
        return bool(grant.project_id) and grant.role.startswith(LEVEL_PREFIX)
    return bool(grant.permissions <= frozenset(TICKABLE))


def _set_grants(actor: Actor, robot: Robot, requests: Iterable[GrantRequest]) -> None:
    wanted = {
        request.project.pk if request.project else None: request
        for request in requests
        if request.is_something
    }
    present_ones = editable_grants(robot)
    for project, grant in present_ones.items():
        if project not in wanted:
            remove_grant(actor, grant)
    for project, request in wanted.items():
        if project in present_ones:
            _change_grant(actor, present_ones[project], request)
        else:
            save_grant(actor, robot, request.spec(robot))


def _change_grant(actor: Actor, grant: RobotGrant, request: GrantRequest) -> None:
    spec = request.spec(grant.robot)
    if (grant.role, with_implied(grant.permissions)) == (spec.role, spec.permissions):
        return
    require(actor, Permission.GRANT_UPDATE, scope_of(grant))
    grant.role, grant.permissions = spec.role, spec.permissions
    grant.full_clean()
    require_to_confer(actor, grant)
    grant.save(update_fields=["role", "permissions"])
