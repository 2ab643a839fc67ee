"""The rows of the big tables, as the database takes them."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import connection

from bench.inside import bulk
from bench.inside.known import Secrets
from bench.inside.plan import (
    AGENTS,
    GRANTS,
    NOW,
    WIDE,
    Plan,
    RobotPlan,
    identity,
    moment,
    since,
)
from console.models import Event
from console.permissions.vocabulary import Permission
from robots.models import Robot, RobotGrant, Secret, Token, Usage
from robots.models.usage import ACCEPTED

CREATOR = "owner@example.com"
PERMISSIONS = frozenset(
    {
        Permission.ARTIFACT_PULL,
        Permission.ARTIFACT_PUSH,
        Permission.TAG_CREATE,
        Permission.CHART_READ,
    }
)
USED_TOKENS, USED_DAYS = 10_000, 30
NUMBER_OF_MOMENTS = 100_000


def robots(plan: Plan) -> None:
    columns = (
        "id",
        "uuid",
        "organization_id",
        "project_id",
        "name",
        "login_name",
        "description",
        "expires_at",
        "disabled_at",
        "created_at",
        "created_by",
        "last_used_at",
        "next_expiry_at",
    )
    rows = (_robot(plan.robot(number), plan) for number in range(1, plan.robots + 1))
    bulk.insert(Robot, columns, rows)


def _robot(robot: RobotPlan, plan: Plan) -> bulk.Row:
    return (
        robot.number,
        identity("robot", robot.number),
        robot.place.organization.pk,
        robot.project.pk if robot.project else None,
        robot.name,
        robot.login_name,
        robot.description,
        moment(robot.expires_at),
        moment(NOW) if robot.is_disabled else None,
        since(robot.number * NUMBER_OF_MOMENTS // plan.robots),
        CREATOR,
        moment(robot.last_used_at),
        moment(robot.next_expiry_at),
    )


def grants(plan: Plan) -> None:
    columns = ("uuid", "organization_id", "project_id", "repository_id", "permissions", "robot_id")
    bulk.insert(RobotGrant, columns, _grants(plan))


def _grants(plan: Plan) -> Iterator[bulk.Row]:
    given = bulk.column(RobotGrant, "permissions", PERMISSIONS)
    for number in range(1, plan.robots + 1):
        robot = plan.robot(number)
        on = robot.granted.pk if robot.granted else None
        here = robot.place.organization.pk
        yield (identity("grant", number), here, on, None, given, number)
    if plan.has_wide:
        for number, repository in enumerate(plan.places[0].repositories[:GRANTS]):
            where = (here, repository.project_id, repository.pk)
            yield (identity("wide grant", number), *where, given, WIDE)


def tokens(plan: Plan) -> None:
    columns = (
        "id",
        "uuid",
        "robot_id",
        "organization_id",
        "name",
        "created_at",
        "created_by",
        "last_used_at",
        "idle_since",
        "last_used_address",
        "last_used_agent",
        "last_used_verifier",
    )
    bulk.insert(Token, columns, (_token(plan, number) for number in range(1, plan.tokens + 1)))


def _token(plan: Plan, number: int) -> bulk.Row:
    robot, ordinal = plan.owner(number)
    used = since(number % NUMBER_OF_MOMENTS)
    return (
        number,
        identity("token", number),
        robot,
        plan.robot(robot).place.organization.pk,
        f"cluster-{ordinal:02d}",
        since(number * NUMBER_OF_MOMENTS // plan.tokens),
        CREATOR,
        used,
        str(used)[:10],
        f"10.20.{robot % 250}.{ordinal % 250}",
        AGENTS[number % len(AGENTS)],
        "registry",
    )


def secrets(plan: Plan, known: Secrets) -> None:
    columns = (
        "id",
        "token_id",
        "kind",
        "digest",
        "root_number",
        "created_at",
        "created_by",
        "first_used_at",
        "handed_over_at",
    )
    bulk.insert(Secret, columns, _secrets(plan, known))


def _secrets(plan: Plan, known: Secrets) -> Iterator[bulk.Row]:
    for number in range(1, plan.tokens + 1):
        kind = "compact" if plan.owner(number)[1] % 2 else "signed"
        stored = known.digests.get(number) or _digest_of_nothing(number)
        made = since(number * NUMBER_OF_MOMENTS // plan.tokens)
        yield (number, number, kind, stored, known.root_number, made, CREATOR, made, made)


def _digest_of_nothing(number: int) -> str:
    return hashlib.blake2b(f"secret {number}".encode(), digest_size=32).hexdigest()


def usage(plan: Plan) -> None:
    bulk.insert(Usage, ("token_id", "day", "verifier", "outcome", "count"), _usage(plan))


def _usage(plan: Plan) -> Iterator[bulk.Row]:
    days = [
        connection.ops.adapt_datefield_value((NOW - timedelta(days=n)).date())
        for n in range(USED_DAYS)
    ]
    for token in range(1, min(USED_TOKENS, plan.tokens) + 1):
        for day in days:
            yield (token, day, "registry", ACCEPTED, token % 500 + 1)


def events(plan: Plan, author: str) -> None:
    """One for each token. Their links are of the right length and of nothing else."""
    columns = (
        "uuid",
        "chain",
        "number",
        "created_at",
        "organization_slug",
        "actor_kind",
        "actor_uuid",
        "actor_label",
        "action",
        "target_kind",
        "target_uuid",
        "target_label",
        "before",
        "after",
        "root_number",
        "link",
    )
    bulk.insert(Event, columns, _events(plan, author))


def _events(plan: Plan, author: str) -> Iterator[bulk.Row]:
    numbers = [0] * len(plan.places)
    actions = ("token:created", "token:created", "token:deleted", "token:created")
    content = _json("before", {}), _json("after", {"name": "cluster", "kind": "signed"})
    for number in range(1, plan.tokens + 1):
        which = (number - 1) % len(plan.places)
        organization = plan.places[which].organization
        numbers[which] += 1
        at = since(number * NUMBER_OF_MOMENTS // plan.tokens)
        robot, ordinal = plan.owner(number)
        label = f"{organization.slug}/robot-{robot:06d}/cluster-{ordinal:02d}"
        chain = (identity("event", number), organization.uuid.hex, numbers[which], at)
        actor = (organization.slug, "user", author, CREATOR, actions[number % 4])
        target = ("token", identity("token", number), label)
        yield (*chain, *actor, *target, *content, 1, bytes(32))


def _json(name: str, value: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever the driver takes
    return bulk.column(Event, name, value)
