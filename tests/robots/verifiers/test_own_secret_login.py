"""Logging in with an own secret: a name is needed, and what the slow check may cost."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
import time_machine
from django.utils import timezone

from console import keyring
from console.errors import TooMany
from console.minted_secrets import Plaintext
from robots.base.credentials import PURPOSE, hash_own, mint_compact
from robots.base.states import Refusal
from robots.models import Robot, Secret, Token
from robots.secrets import own_secrets
from robots.tokens.services.secrets import refresh_token, rotate_token
from robots.tokens.services.tokens import create_token
from robots.usage import counters, flush
from tests.conftest import Cast
from tests.front import ask, basic
from tests.robots.tokens.chosen import CHOSEN, OTHER, choose, logged_in, result
from tests.robots.verifiers.asking import OWN, URL, post
from tests.secrets import signed_secret


@pytest.fixture(autouse=True)
def _fresh() -> None:
    counters.take()
    own_secrets.remembered.known.clear()


def test_the_registry_takes_it_with_access_id_or_login_name(cast: Cast) -> None:
    token = choose(cast).token
    for name in (str(token.uuid), cast.robot.login_name, cast.robot.login_name.replace("+", "%2B")):
        answer = ask(f"{URL}?service=registry&scope={OWN}:push", authorization=basic(name, CHOSEN))
        assert answer.status == 200, name
    assert post(grant_type="password", username=str(token.uuid), password=CHOSEN).status == 200


def test_a_wrong_secret_and_a_wrong_name_are_401(cast: Cast) -> None:
    choose(cast)
    for name, secret in (
        (cast.robot.login_name, OTHER),
        (cast.robot.login_name, CHOSEN.lower()),
        (cast.organization_robot.login_name, CHOSEN),
        (str(cast.token.uuid), CHOSEN),
        ("", CHOSEN),
        (str(uuid4()), CHOSEN),
        ("robot_nobody+x", CHOSEN),
        ("%00", CHOSEN),
        ("owner@example.com", CHOSEN),
    ):
        assert ask(f"{URL}?service=registry", authorization=basic(name, secret)).status == 401
    assert post(grant_type="password", username="a\x00b", password=CHOSEN).status == 401


def test_without_a_user_name_it_is_unknown(cast: Cast) -> None:
    choose(cast)
    assert result(None) is Refusal.UNKNOWN
    assert post(grant_type="refresh_token", refresh_token=CHOSEN).status == 401


def test_a_wrong_secret_of_a_known_name_is_counted_and_unknown_names_are_not(cast: Cast) -> None:
    token = choose(cast).token
    assert result(cast.robot.login_name, OTHER) is Refusal.WRONG_SECRET
    assert result("robot_acme+nobody", OTHER) is Refusal.UNKNOWN
    assert set(counters.take().refusals) == {(token.pk, Refusal.WRONG_SECRET)}


def test_a_use_is_counted_like_any_other(cast: Cast) -> None:
    secret = choose(cast).secret
    assert logged_in(cast.robot.login_name)
    flush.flush()
    found = Secret.objects.get(pk=secret.pk)
    assert found.last_used_address == "192.0.2.7"
    assert found.first_used_at == found.last_used_at


class Checks:
    """Whether the slow check may run now: while this holds its lock, it cannot."""

    def __enter__(self) -> None:
        own_secrets._checking.acquire()

    def __exit__(self, *_: object) -> None:
        own_secrets._checking.release()


def test_the_slow_check_runs_only_for_names_that_have_an_own_secret(cast: Cast) -> None:
    choose(cast)
    with Checks():
        for name, secret in (
            (cast.organization_robot.login_name, CHOSEN),
            ("robot_acme+nobody", CHOSEN),
            (str(cast.token.uuid), CHOSEN),
            (None, CHOSEN),
            (cast.robot.login_name, "short1A"),
            (cast.robot.login_name, "A1" + "a" * 127),
            (cast.robot.login_name, "white Space 1"),
            (cast.robot.login_name, mint_compact().reveal()),
        ):
            assert result(name, secret) is Refusal.UNKNOWN, (name, secret)
        with pytest.raises(TooMany):
            result(cast.robot.login_name)


def test_a_signed_secret_never_reaches_the_slow_check(cast: Cast) -> None:
    token = choose(cast).token
    with Checks():
        assert result(None, signed_secret(token)[:-1]) is Refusal.WRONG_SECRET


def test_while_another_check_runs_the_answer_is_429_and_says_when_to_come_back(cast: Cast) -> None:
    choose(cast)
    known = basic(cast.robot.login_name, CHOSEN)
    with Checks():
        answer = ask(f"{URL}?service=registry", authorization=known)
        assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
        assert answer.json["errors"][0]["code"] == "TOOMANYREQUESTS"
        name = cast.robot.login_name
        assert post(grant_type="password", username=name, password=CHOSEN).status == 429
    assert ask(f"{URL}?service=registry", authorization=known).status == 200


class Stored(NamedTuple):
    """An own secret as the database tells of it."""

    id: int
    argon2_hash: str
    root_number: int
    access_id: UUID


def test_checks_at_the_same_moment_run_one_at_a_time() -> None:
    root = keyring.current()
    stored = hash_own(CHOSEN, keyring.key(PURPOSE.decode(), root))
    row, barrier, answers = Stored(1, stored, root, uuid4()), threading.Barrier(6), set[str]()

    def check() -> None:
        barrier.wait()
        try:
            answers.add("right" if own_secrets.right_one([row], OTHER, "") else "wrong")
        except TooMany:
            answers.add("busy")

    threads = [threading.Thread(target=check) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {"wrong", "busy"}


def test_a_right_secret_is_remembered_and_costs_nothing_the_next_time(cast: Cast) -> None:
    choose(cast)
    assert logged_in(cast.robot.login_name)
    with Checks():
        assert logged_in(cast.robot.login_name)
        with pytest.raises(TooMany):
            result(cast.robot.login_name, OTHER)


def test_a_wrong_secret_stays_wrong_however_often_it_is_tried(cast: Cast) -> None:
    choose(cast)
    for _ in range(2):
        assert result(cast.robot.login_name, OTHER) is Refusal.WRONG_SECRET


def test_what_is_remembered_holds_no_secret_and_is_bounded() -> None:
    kept = own_secrets.Remembered(3)
    for number in range(9):
        kept.add(kept.mark_of(number, "hash", CHOSEN))
    assert len(kept.known) == 3
    assert kept.has(kept.mark_of(8, "hash", CHOSEN))
    assert not kept.has(kept.mark_of(0, "hash", CHOSEN))
    assert CHOSEN.encode() not in b"".join(kept.known)
    assert not own_secrets.Remembered(3).has(kept.mark_of(8, "hash", CHOSEN))


def test_a_remembered_secret_ends_with_its_change(cast: Cast) -> None:
    token = choose(cast).token
    assert logged_in(cast.robot.login_name)
    refresh_token(
        actor=cast.owner, token=token, current=token.secrets.get().pk, own=Plaintext(OTHER)
    )
    assert result(cast.robot.login_name) is Refusal.SECRET_ENDED
    assert logged_in(cast.robot.login_name, OTHER)


PAST = datetime(2001, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("model", "field", "reason"),
    [
        (Token, "revoked_at", Refusal.REVOKED),
        (Token, "blocked_at", Refusal.BLOCKED),
        (Token, "disabled_at", Refusal.DISABLED),
        (Token, "expires_at", Refusal.EXPIRED),
        (Secret, "ends_at", Refusal.SECRET_ENDED),
        (Robot, "deleted_at", Refusal.ROBOT_DELETED),
        (Robot, "disabled_at", Refusal.ROBOT_DISABLED),
        (Robot, "expires_at", Refusal.ROBOT_EXPIRED),
    ],
)
def test_the_state_is_read_each_time_also_of_what_is_remembered(
    cast: Cast, model: Any, field: str, reason: Refusal
) -> None:
    choose(cast)
    assert logged_in(cast.robot.login_name)
    model.objects.update(**{field: PAST})
    assert result(cast.robot.login_name) is reason


def test_a_robot_made_again_under_the_name_has_its_own_secret_alone(cast: Cast) -> None:
    choose(cast)
    Robot.objects.filter(pk=cast.robot.pk).update(deleted_at=timezone.now())
    again = Robot.objects.get(pk=cast.robot.pk)
    again.pk, again.uuid, again.deleted_at = None, uuid4(), None
    again.save()
    create_token(actor=cast.owner, robot=again, name="typed", own=Plaintext(OTHER))
    assert result(again.login_name, OTHER).actor_uuid == again.uuid
    assert result(again.login_name, CHOSEN) is Refusal.ROBOT_DELETED


def test_both_own_secrets_of_a_rotation_log_in(cast: Cast) -> None:
    token = choose(cast).token
    rotate_token(
        actor=cast.owner, token=token, current=token.secrets.get().pk, own=Plaintext(OTHER)
    )
    assert logged_in(cast.robot.login_name)
    assert logged_in(cast.robot.login_name, OTHER)


def test_an_own_secret_ends_to_the_second(cast: Cast) -> None:
    token = choose(cast).token
    end = timezone.now() + timedelta(hours=1)
    Secret.objects.filter(token=token).update(ends_at=end)
    with time_machine.travel(end - timedelta(seconds=1), tick=False) as clock:
        assert logged_in(cast.robot.login_name)
        clock.move_to(end)
        assert result(cast.robot.login_name) is Refusal.SECRET_ENDED
