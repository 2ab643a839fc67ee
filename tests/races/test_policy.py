"""A policy's change beside everything that makes ends and secrets: nothing outside it stays unblocked."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from console.audit.recording import chain_of
from console.audit.verification import verify_chain
from console.errors import Conflict
from console.minted_secrets import Plaintext
from console.models import Event, Project
from robots.accounts.services.expiry import extend_robot
from robots.base.policy import OPEN, OWN, Policy, verdict
from robots.models import Robot, Secret, Token, TokenPolicy
from robots.policies.enforcement import BY_POLICY
from robots.policies.services import EffectsChanged, PolicyAt, change_policy, effects_of
from robots.tokens.services.expiry import change_token_expiry
from robots.tokens.services.handovers import create_link, open_link
from robots.tokens.services.secrets import refresh_token, rotate_token
from robots.tokens.services.tokens import create_token
from robots.usage import counters
from tests.conftest import Cast
from tests.races.starting import at_barrier

pytestmark = pytest.mark.usefixtures("shared")

CROWD = 8
DAY = timedelta(days=1)
STRICT = Policy(default_days=30, maximum_days=90, never_allowed=False)
STRICTER = Policy(default_days=7, maximum_days=7, never_allowed=False)
NO_OWN = Policy(own_secrets_allowed=False)
OWN_SECRET = Plaintext("Correct-horse-9-battery")


@pytest.fixture(autouse=True)
def _nothing_waits() -> None:
    counters.take()


def setting(cast: Cast, limits: Policy, project: Project | None = None) -> Callable[[], str]:
    """Confirm the policy, and again what is shown instead, until it stands."""
    at, changes = PolicyAt(cast.organization, project), asdict(limits)

    def until_it_stands() -> str:
        seen = effects_of(at, **changes).fingerprint
        while True:
            try:
                change_policy(actor=cast.owner, policy=at, seen=seen, **changes)
            except EffectsChanged as changed:
                seen = changed.effects.fingerprint
            else:
                return "set"

    return until_it_stands


def astray(cast: Cast) -> list[str]:
    """Tokens that the policy neither allows nor blocks, or blocks although it allows them."""
    found = []
    for token in Token.objects.living().filter(organization=cast.organization):
        robot = token.of_robot
        policy = TokenPolicy.objects.governing(robot.organization_id, robot.project_id)
        kind = OWN if token.secrets.live().filter(kind=OWN).exists() else ""
        reason = verdict(policy, token.since, token.ends_at, kind)
        if token.blocked_reason != (BY_POLICY + reason if reason else ""):
            found.append(f"{token}: {token.blocked_reason!r}, {reason!r}")
    return found


def all_is_in_order(cast: Cast) -> bool:
    assert astray(cast) == []
    assert verify_chain(chain_of(cast.organization)) == []
    return True


def kinds(found: list[Any]) -> Counter[str]:
    return Counter(it if isinstance(it, str) else type(it).__name__ for it in found)


def test_of_many_confirmations_of_one_preview_one_counts(shared: None, cast: Cast) -> None:
    at, changes = PolicyAt(cast.organization), asdict(STRICT)
    seen = effects_of(at, **changes).fingerprint
    confirm = partial(change_policy, actor=cast.owner, policy=at, seen=seen, **changes)
    found = at_barrier(*[confirm] * CROWD)
    assert kinds(found) == {"Effects": 1, "EffectsChanged": CROWD - 1}
    written = Counter(Event.objects.values_list("action", flat=True))
    assert (written["policy:updated"], written["token:blocked"]) == (1, 1)
    assert all_is_in_order(cast)


def test_policies_that_contradict_each_other_leave_one_of_them(shared: None, cast: Cast) -> None:
    found = at_barrier(*[setting(cast, limits) for limits in (STRICT, OPEN, STRICTER, NO_OWN)] * 2)
    assert kinds(found) == {"set": 8}
    assert TokenPolicy.objects.count() == 1
    assert all_is_in_order(cast)


def test_the_organizations_policy_and_its_projects_at_once(shared: None, cast: Cast) -> None:
    """A project's may be refused as too wide, if the organization's came first."""
    narrow = setting(cast, STRICTER, cast.project)
    found = at_barrier(setting(cast, STRICT), narrow, setting(cast, STRICT), narrow)
    assert kinds(found) == {"set": 4}
    wide = Policy(default_days=400, maximum_days=400, never_allowed=False)
    found = at_barrier(
        setting(cast, OPEN), setting(cast, wide, cast.project), setting(cast, STRICT)
    )
    assert kinds(found)["set"] >= 2
    assert all_is_in_order(cast)


def creating(cast: Cast, number: int, ends_in: timedelta | None) -> Callable[[], Any]:
    def create() -> Any:
        end = None if ends_in is None else timezone.now() + ends_in
        name, robot = f"t{number}", (cast.robot, cast.organization_robot)[number % 2]
        return create_token(
            actor=cast.owner, robot=robot, name=name, kind="compact", expires_at=end
        )

    return create


@pytest.mark.parametrize("ends_in", [None, 91 * DAY])
def test_new_tokens_are_blocked_or_refused(
    shared: None, cast: Cast, ends_in: timedelta | None
) -> None:
    creations = [creating(cast, number, ends_in) for number in range(CROWD)]
    found = at_barrier(setting(cast, STRICT), *creations)
    assert set(kinds(found)) <= {"set", "Minted", "ValidationError"}
    made = Token.objects.exclude(pk=cast.token.pk).filter(organization=cast.organization)
    assert made.count() == kinds(found)["Minted"]
    assert not made.filter(blocked_at=None).exists()
    assert all_is_in_order(cast)


def _with_own_secret(cast: Cast, how: str) -> Callable[[], Any]:
    known: dict[str, Any] = {
        "actor": cast.owner,
        "token": cast.token,
        "current": cast.minted.secret.pk,
    }
    own: dict[str, Any] = {"kind": "own", "own": OWN_SECRET}
    acts: dict[str, Callable[[], Any]] = {
        "rotate": lambda: rotate_token(**known, **own),
        "refresh": lambda: refresh_token(**known, **own),
        "create": lambda: create_token(actor=cast.owner, robot=cast.robot, name="own", **own),
    }
    return acts[how]


@pytest.mark.parametrize("how", ["rotate", "refresh", "create"])
def test_own_secrets_are_blocked_or_refused(shared: None, cast: Cast, how: str) -> None:
    found = at_barrier(setting(cast, NO_OWN), *[_with_own_secret(cast, how)] * 3)
    assert kinds(found)["set"] == 1
    works = Secret.objects.live().filter(kind=OWN, token__blocked_at=None)
    assert not works.exists()
    assert all_is_in_order(cast)


def test_a_rotated_token_is_blocked_or_keeps_its_secret(shared: None, cast: Cast) -> None:
    known: dict[str, Any] = {
        "actor": cast.owner,
        "token": cast.token,
        "current": cast.minted.secret.pk,
    }
    found = at_barrier(
        setting(cast, STRICT), *[lambda: rotate_token(**known, kind="compact")] * CROWD
    )
    assert set(kinds(found)) <= {"set", "Minted", "Conflict", "ValidationError"}
    assert Token.objects.get(pk=cast.token.pk).blocked_at is not None
    assert all_is_in_order(cast)


def test_a_link_that_is_opened_meanwhile_gives_no_way_round(shared: None, cast: Cast) -> None:
    links = [
        create_link(actor=cast.owner, token=token, purpose="refresh", kind="compact")
        for token in (cast.token, creating(cast, 1, 300 * DAY)().token)
    ]
    openings = [
        lambda link=link: open_link(uuid=link.handover.uuid, key=link.key.reveal())
        for link in links
    ]
    found = at_barrier(setting(cast, STRICT), *openings)
    assert kinds(found)["set"] == 1
    assert (
        not Token.objects.living().filter(organization=cast.organization, blocked_at=None).exists()
    )
    assert all_is_in_order(cast)


def test_ends_that_are_chosen_meanwhile_are_blocked_or_refused(shared: None, cast: Cast) -> None:
    """Of a token to and fro, and of its robot."""
    now = timezone.now()

    def moving(end: Any) -> Callable[[], Any]:
        token = Token.objects.get(pk=cast.token.pk)
        return lambda: change_token_expiry(actor=cast.owner, token=token, expires_at=end)

    def extending(end: Any) -> Callable[[], Any]:
        robot = Robot.objects.get(pk=cast.robot.pk)
        return lambda: extend_robot(actor=cast.owner, robot=robot, expires_at=end)

    found = at_barrier(
        setting(cast, STRICT),
        *(moving(end) for end in (now + 400 * DAY, now + 30 * DAY, None)),
        *(extending(end) for end in (now + 500 * DAY, now + 20 * DAY, None)),
    )
    assert kinds(found)["set"] == 1
    assert {type(it) for it in found if isinstance(it, Exception)} <= {ValidationError, Conflict}
    assert all_is_in_order(cast)
