"""What a robot holds and has not used for 90 days, grant by grant, and what each could become.

Only what has been held as it is for all that time is named: the audit log tells what changed since.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from console.audit.recording import chain_of
from console.models import Event
from console.permissions.roles import LEVEL_PREFIX
from console.permissions.vocabulary import Permission
from robots.models import Robot, RobotGrant, TeamRobot
from robots.queries.narrowing import Left, left_of
from robots.queries.permission_uses import Recording, Uses, uses_of
from teams.models import AccessGrant, Team, TeamGrant

# What tells that a grant gives something else than before; a new one tells that itself.
CHANGES = ("grant:updated", "role:updated", "robot:updated")
SHOWN = 10
Members = dict[str, Any]


@dataclass(frozen=True)
class UnusedGrant:
    """A grant of a robot, or of a team of it, of which something was not used, and what would be left."""

    grant: AccessGrant
    left: Left
    # Of a team's grant, if its name may be known.
    team: Team | None = None
    # Why it cannot be narrowed for this robot; empty where it can.
    kept_because: str = ""

    @property
    def seen(self) -> str:
        """What a form says of it: which one, and as what it was shown."""
        return f"{self.uuid}.{self.fingerprint}"

    @property
    def uuid(self) -> UUID:
        return self.grant.uuid

    @cached_property
    def unused(self) -> list[Permission]:
        gives, _ = self.grant.conferred
        gone = gives - self.left.gives
        return [name for name in Permission if name in gone]

    @property
    def shown_unused(self) -> list[Permission]:
        """Those that a page names."""
        return self.unused[:SHOWN]

    @property
    def more_unused(self) -> int:
        return len(self.unused[SHOWN:])

    @property
    def fingerprint(self) -> str:
        """Another one as soon as the grant, or what would be left of it, is another."""
        grant = self.grant
        gives, _ = grant.conferred
        ends = grant.expires_at.isoformat() if grant.expires_at else ""
        now = [str(grant.uuid), grant.what, sorted(gives), ends]
        text = json.dumps([*now, self.left.role, sorted(self.left.permissions)])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Unused:
    """All of them, widest first; `young` is how many grants are not judged yet."""

    recording: Recording
    grants: list[UnusedGrant] = field(default_factory=list)
    young: int = 0

    @property
    def own(self) -> list[UnusedGrant]:
        """Those that can be narrowed for this robot alone."""
        return [it for it in self.grants if not it.kept_because]


def unused_permissions(robot: Robot, hidden: set[int]) -> Unused:
    """What of the robot's grants and its teams' nobody needs; teams in `hidden` are not named.

    A number of queries that nothing makes grow.
    """
    recording = Recording.now()
    if not recording.says_something:
        return Unused(recording)
    grants = robot.named_grants(hidden)
    old = _long_held(robot, grants, recording.counts_from)
    uses = uses_of(robot, recording) if old else Uses(())
    found = [it for grant in old if (it := _judged(robot, grant, uses))]
    return Unused(recording, found, len(grants) - len(old))


def _judged(robot: Robot, grant: AccessGrant, uses: Uses) -> UnusedGrant | None:
    gives, is_level = grant.conferred
    level = grant.role.removeprefix(LEVEL_PREFIX) if is_level else ""
    alone = grant.repository_id is not None
    left = left_of(gives, uses.of(grant), level=level, alone=alone)
    if left is None or not gives:
        return None
    if isinstance(grant, TeamGrant):
        team = None if grant.team.is_hidden else grant.team
        return UnusedGrant(grant, left, team, f"from {grant.through}")
    because = "a role account holds its role" if robot.is_role_account else ""
    return UnusedGrant(grant, left, kept_because=because)


def _long_held(robot: Robot, grants: list[AccessGrant], day: date) -> list[AccessGrant]:
    """Those that are older than `day`, and so are their roles as they are and the places in their teams."""
    joined = dict(TeamRobot.objects.filter(robot=robot).values_list("team_id", "created_at"))
    old = [grant for grant in grants if _began(grant, joined).date() <= day]
    if not old:
        return []
    changed, edited = _changes(robot, old, day)
    return [grant for grant in old if not _is_changed(grant, changed, edited)]


def _began(grant: AccessGrant, joined: dict[int, datetime]) -> datetime:
    if isinstance(grant, TeamGrant):
        return max(grant.created_at, joined[grant.team_id])
    return grant.created_at


def _is_changed(grant: AccessGrant, changed: set[UUID], edited: set[str]) -> bool:
    if isinstance(grant, RobotGrant) and grant.scope_label in edited:
        return True
    return not changed.isdisjoint(_told_of(grant))


def _told_of(grant: AccessGrant) -> set[UUID]:
    """What events are about that tell of another content of the grant."""
    return {grant.uuid, grant.custom_role.uuid} if grant.custom_role else {grant.uuid}


def _changes(robot: Robot, grants: list[AccessGrant], day: date) -> tuple[set[UUID], set[str]]:
    """Which grants and roles give something else since `day`, and where the robot's form changed grants."""
    told_of = {robot.uuid}.union(*map(_told_of, grants))
    events = Event.objects.filter(
        chain=chain_of(robot.organization),
        target_uuid__in=told_of,
        action__in=CHANGES,
        created_at__date__gt=day,
    )
    changed, edited = set[UUID](), set[str]()
    for uuid, before, after in events.order_by().values_list("target_uuid", "before", "after"):
        if uuid == robot.uuid:
            edited |= _edited(before, after)
        elif uuid and before.get("permissions") != after.get("permissions"):
            changed.add(uuid)
    return changed, edited


def _edited(before: Members, after: Members) -> set[str]:
    """On what the robot's own grants became others."""
    one, other = (_by_place(values.get("grants", [])) for values in (before, after))
    return {place for place in one | other if one.get(place) != other.get(place)}


def _by_place(grants: Iterable[Members]) -> dict[str, list[Members]]:
    found: dict[str, list[Members]] = {}
    for grant in grants:
        found.setdefault(grant["on"], []).append(grant)
    return found
