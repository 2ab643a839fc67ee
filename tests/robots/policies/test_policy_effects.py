"""The database rules tokens out before the policy is asked: it never loses one, in any world."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

import time_machine
from hypothesis import given
from hypothesis import strategies as st

from console.models import Project
from robots.base.policy import OWN, Policy, effective, verdict
from robots.models import Robot, Secret, Token, TokenPolicy
from robots.policies.enforcement import BY_POLICY
from robots.policies.services import PolicyAt, effects_of
from tests.conftest import Cast
from tests.rules.profiles import examples

NOW = datetime(2026, 3, 2, 12, 0, 0, 250_000, tzinfo=UTC)
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)
PROJECTS = ("payments", "ledger")
TOO_LONG = f"{BY_POLICY}Tokens may live for 30 days at most."
HAVE_TO_END = f"{BY_POLICY}Tokens have to end."

# Around the limits, to the instant.
NEARLY = (timedelta(), INSTANT, -INSTANT, timedelta(hours=23), -DAY / 2, 5 * DAY)
TOKENS = 40


def some_limits(chance: Random) -> Policy:
    return Policy(
        maximum_days=chance.choice([None, None, 1, 30, 31]),
        never_allowed=chance.random() < 0.7,
        own_secrets_allowed=chance.random() < 0.7,
    )


class Life(NamedTuple):
    """A token and its robot: of which project, since when, with which ends, and what came of it."""

    home: int | None
    chosen_at: datetime
    is_renewed: bool
    own_end: datetime | None
    robots_end: datetime | None
    blocked: str
    secret: str


def some_life(chance: Random) -> Life:
    age = chance.choice([0, 1, 29, 30, 60]) * DAY + abs(chance.choice(NEARLY))
    return Life(
        home=chance.choice([None, 0, 1]),
        chosen_at=NOW - age,
        is_renewed=chance.random() < 0.5,
        own_end=_end(chance, NOW - age),
        robots_end=_end(chance, NOW - age),
        blocked=chance.choice(5 * [""] + [TOO_LONG, HAVE_TO_END, "Found in public."]),
        secret=chance.choice(["compact", "compact", "own", "own, ending", "own, ended"]),
    )


def _end(chance: Random, chosen_at: datetime) -> datetime | None:
    """Never, so long after it was chosen, or about now."""
    life = chance.choice([1, 30, 31, 400]) * DAY + chance.choice(NEARLY)
    return chance.choice(
        [None, None, chosen_at + life, chosen_at + life, NOW + chance.choice(NEARLY)]
    )


def fill(cast: Cast, projects: list[Project], lives: list[Life]) -> None:
    """One robot with one token for each of them, and nothing else."""
    Robot.objects.all().delete()
    made = Token.objects.bulk_create(map(_token, _robots(cast, projects, lives), lives))
    for token, life in zip(made, lives, strict=True):
        token.created_at = life.chosen_at - (40 * DAY if life.is_renewed else timedelta())
    Token.objects.bulk_update(made, ["created_at"])
    Secret.objects.bulk_create(map(_secret, made, [life.secret for life in lives]))


def _robots(cast: Cast, projects: list[Project], lives: list[Life]) -> list[Robot]:
    return Robot.objects.bulk_create(
        Robot(
            organization=cast.organization,
            name=f"r{number}",
            login_name=f"robot_acme+r{number}",
            created_by="x",
            project=None if life.home is None else projects[life.home],
            expires_at=life.robots_end,
        )
        for number, life in enumerate(lives)
    )


def _token(robot: Robot, life: Life) -> Token:
    return Token(
        robot=robot,
        name="t",
        created_by="x",
        expires_at=life.own_end,
        blocked_at=NOW if life.blocked else None,
        blocked_by="policy" if life.blocked.startswith(BY_POLICY) else "",
        blocked_reason=life.blocked,
        renewed_at=life.chosen_at if life.is_renewed else None,
    )


def _secret(token: Token, kind: str) -> Secret:
    is_own = kind.startswith(OWN)
    return Secret(
        token=token,
        kind=OWN if is_own else kind,
        root_number=1,
        created_by="x",
        digest=None if is_own else f"{token.pk:064}",
        argon2_hash="x" if is_own else "",
        ends_at={"own, ended": NOW, "own, ending": NOW + INSTANT}.get(kind),
    )


def expected(rules: dict[int | None, Policy], within: Project | None) -> dict[str, dict[int, str]]:
    """What the policy says of each token, one by one."""
    found: dict[str, dict[int, str]] = {"blocked": {}, "unblocked": {}, "reworded": {}}
    for token in Token.objects.select_related("robot__project"):
        home = token.of_robot.project
        is_over = token.ends_at is not None and token.ends_at <= NOW
        if is_over or (within and home != within):
            continue
        own = rules.get(home.pk) if home else None
        kind = OWN if token.secrets.live().filter(kind=OWN).exists() else ""
        reason = verdict(effective(rules.get(None), own), token.since, token.ends_at, kind)
        _sort(found, token, reason)
    return found


def _sort(found: dict[str, dict[int, str]], token: Token, reason: str) -> None:
    stands = BY_POLICY + reason
    if not token.blocked_at and reason:
        found["blocked"][token.pk] = stands
    if token.blocked_by == "policy":
        if not reason:
            found["unblocked"][token.pk] = token.blocked_reason
        elif token.blocked_reason != stands:
            found["reworded"][token.pk] = stands


@given(seed=st.integers(0, 2**32))
@examples(few=40, many=400)
def test_the_effects_are_what_the_policy_says_of_each_token(cast: Cast, seed: int) -> None:
    chance, here = Random(seed), cast.organization
    projects = [Project.objects.get_or_create(organization=here, slug=slug)[0] for slug in PROJECTS]
    fill(cast, projects, [some_life(chance) for _ in range(TOKENS)])
    places = [None, *projects]
    standing = {place: some_limits(chance) for place in places if chance.random() < 0.5}
    _set(cast, standing)
    place, wanted = chance.choice(places), some_limits(chance)
    rules = {at.pk if at else None: limit for at, limit in (standing | {place: wanted}).items()}
    with time_machine.travel(NOW, tick=False):
        found = effects_of(PolicyAt(cast.organization, place), **asdict(wanted))
        assert {name: own for name, own in asdict(found).items() if name != "unused"} == expected(
            rules, place
        )


def _set(cast: Cast, standing: dict[Project | None, Policy]) -> None:
    TokenPolicy.objects.all().delete()
    TokenPolicy.objects.bulk_create(
        TokenPolicy(organization=cast.organization, project=place, **asdict(limit))
        for place, limit in standing.items()
    )
