"""Before and after one call: who holds more, what was written, and whether that is lawful."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection

from console.models import AuditHead, Event
from console.permissions.decision import Actor
from robots.models import Robot, RobotGrant, TeamRobot, Token
from teams.models import Membership, TeamMember, UserGrant
from tests.rules.model import (
    PROJECT_ROLES,
    Holder,
    Place,
    Words,
    World,
    everyone,
    holds,
    is_in_force,
    lies_in,
)
from tests.rules.reading import read

EVERYBODY: Holder = ("everybody", "")
APPS = ("console", "teams", "robots")
CAN_ACT = {"person", "robot", "token"}
Rights = dict[tuple[Holder, Place], Words]


def holders(world: World) -> Iterable[Holder]:
    """Everybody with rights, and what will give rights to somebody later."""
    yield from (("person", key) for key in world.people)
    yield from (("robot", key) for key in world.robots)
    yield from (("token", key) for key in world.tokens)
    yield from (("team", key) for key in world.teams)
    yield from (("role", key) for key in world.roles)
    yield from (("invitation", " to ".join(key)) for key in world.invitations)


def rights(world: World, places: Iterable[Place]) -> Rights:
    """What each holds where, and apart from that what each may use now: enabling gives something."""
    found: Rights = {}
    for place in places:
        found[EVERYBODY, place] = everyone(world, place)
        for holder in holders(world):
            held = found[holder, place] = holds(world, holder, place)
            if holder[0] in CAN_ACT and is_in_force(world, holder):
                found[("working " + holder[0], holder[1]), place] = held
    return found


# A chain's head is made by the first who takes its lock.
COUNTED = [
    it for app in APPS for it in apps.get_app_config(app).get_models() if it is not AuditHead
]
COUNTS = ", ".join(f"(SELECT COUNT(*) FROM {it._meta.db_table})" for it in COUNTED)


def sizes() -> dict[str, int]:
    """How many rows there are of each kind."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COUNTS}")
        return dict(zip((it.__name__ for it in COUNTED), cursor.fetchone(), strict=True))


@dataclass
class Moment:
    """Everything that the rules look at, at one moment."""

    places: list[Place]
    world: World = field(default_factory=read)
    sizes: dict[str, int] = field(default_factory=sizes)

    def __post_init__(self) -> None:
        self.rights = rights(self.world, self.places)

    @property
    def events(self) -> int:
        return self.sizes["Event"]


def gains(before: Moment, after: Moment) -> list[tuple[Holder, Place, Words]]:
    """Who holds where what they did not hold before."""
    nothing: Words = frozenset()
    return [
        (holder, place, held - before.rights.get((holder, place), nothing))
        for (holder, place), held in after.rights.items()
        if held - before.rights.get((holder, place), nothing)
    ]


def unlawful(
    before: Moment, after: Moment, actors: list[Holder], *, gives: bool, made: Place | None
) -> list[str]:
    """Rights that none of `actors` held before, or that an ending gave.

    Who creates the project `made` becomes its admin.
    """
    wrong = []
    for holder, place, gained in gains(before, after):
        own: Words = frozenset()
        for actor in actors:
            own |= before.rights.get((actor, place), frozenset())
        if made and lies_in(place, made) and is_creator(holder, actors[0]):
            own |= PROJECT_ROLES["admin"]
        if gained - own or not gives:
            wrong.append(f"{holder} at {place} gained {sorted(gained - own if gives else gained)}")
    return wrong


def is_creator(holder: Holder, actor: Holder) -> bool:
    """Whether it is the actor, or a token of the robot that acts."""
    kind, key = holder[0].removeprefix("working "), holder[1]
    return (kind, key) == actor or (kind == "token" and key.startswith(f"{actor[1]}/"))


def miswritten(before: Moment, after: Moment, actor: Actor, most: int = 1) -> list[str]:
    """A call that worked writes its event, or `most`, in its actor's name, or changes nothing at all."""
    written = after.events - before.events
    if written == 0 and (after.world, after.sizes) == (before.world, before.sizes):
        return []
    if not 1 <= written <= most:
        return [f"{written} events"]
    return [
        f"{event.action} by {event.actor_label}"
        for event in Event.objects.order_by("-id")[:written]
        if event.actor_uuid != actor.actor_uuid
    ]


def impossible_rows() -> list[str]:
    """Rows that would give rights as soon as somebody looked the other way."""
    dead = {"robot__deleted_at__isnull": False}
    found: dict[str, Any] = {
        "a deleted robot's grant": RobotGrant.objects.filter(**dead),
        "a deleted robot in a team": TeamRobot.objects.filter(**dead),
        "a deleted robot's token": Token.objects.living().filter(**dead),
        "a project robot in a team": TeamRobot.objects.exclude(robot__project=None),
        "a role account in a team": TeamRobot.objects.filter(robot__name__startswith="role."),
    }
    wrong = [name for name, rows in found.items() if rows.exists()]
    members = set(Membership.objects.values_list("user", "organization"))
    strangers = [
        *UserGrant.objects.values_list("user", "organization"),
        *TeamMember.objects.values_list("user", "team__organization"),
    ]
    wrong += ["a stranger's grant or place"] if set(strangers) - members else []
    accounts = Robot.objects.living().filter(name__startswith="role.")
    return wrong + [fault for robot in accounts for fault in _faults_of_account(robot)]


def _faults_of_account(robot: Robot) -> list[str]:
    """A role account has its role, at its own level, and nothing else."""
    grants = list(robot.grants.select_related("custom_role"))
    right = len(grants) == 1 and grants[0].what == robot.name.removeprefix("role.")
    right = right and (grants[0].project_id, grants[0].repository_id) == (robot.project_id, None)
    return [] if right else [f"{robot} holds {[grant.what for grant in grants]}"]
