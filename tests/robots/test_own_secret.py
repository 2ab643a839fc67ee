"""Secrets that people choose: the rule, the login with a name, and what the slow check may cost."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console.errors import TooMany
from robots import own_secrets, usage, usage_flush
from robots.authentication import Credential, authenticate
from robots.credentials import (
    Plaintext,
    hash_own,
    matches_own,
    mint_compact,
    own_secret_faults,
)
from robots.models import Robot, Secret, Token
from robots.services import Minted, create_token, delete_token, refresh_token, rotate_token
from robots.states import Refusal
from robots.usage import Use
from tests.browsers import text, texts_of
from tests.conftest import Cast
from tests.front import ask, basic
from tests.robots.verifiers.asking import OWN, URL, post
from tests.secrets import signed_secret

USE = Use("test", "192.0.2.7", "pytest")
CHOSEN = "Correct-horse-9-battery"
OTHER = "Another-horse-7-battery"
KEY = b"k" * 32


@pytest.fixture(autouse=True)
def _fresh() -> None:
    usage.take()
    own_secrets.remembered.known.clear()


def choose(cast: Cast, secret: str = CHOSEN, **changes: Any) -> Minted:
    fields = {"actor": cast.owner, "robot": cast.robot, "name": "typed", "own": Plaintext(secret)}
    return create_token(**(fields | changes))  # type: ignore[arg-type]


def result(username: str | None, secret: str = CHOSEN) -> Any:
    return authenticate(username, secret, USE)


def logged_in(username: str | None, secret: str = CHOSEN) -> bool:
    return isinstance(result(username, secret), Credential)


@pytest.mark.parametrize(
    "secret", [CHOSEN, "aB3aB3aB", "aB3" + "~" * 125, "!Ab1\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"]
)
def test_what_the_rule_allows(secret: str) -> None:
    assert own_secret_faults(secret) == []


LENGTH = "It needs 8 to 128 characters."
PRINTABLE = "It needs printable ASCII characters only, without white space."
UPPER, LOWER = "It needs an upper-case letter.", "It needs a lower-case letter."
DIGIT = "It needs a digit."


@pytest.mark.parametrize(
    ("secret", "faults"),
    [
        ("", [LENGTH, PRINTABLE, UPPER, LOWER, DIGIT]),
        ("aB3aB3a", [LENGTH]),
        ("aB3" + "x" * 126, [LENGTH]),
        ("aB3 aB3aB3", [PRINTABLE]),
        ("aB3aB3aB3\n", [PRINTABLE]),
        ("aB3aB3aB3\t", [PRINTABLE]),
        ("aB3aB3aB3\x00", [PRINTABLE]),
        ("aB3aB3aB3é", [PRINTABLE]),
        ("ab3ab3ab3", [UPPER]),
        ("AB3AB3AB3", [LOWER]),
        ("aBcaBcaBc", [DIGIT]),
        ("aBcaBcaBc٣", [PRINTABLE, DIGIT]),
    ],
)
def test_the_rule_says_which_part_is_missing(secret: str, faults: list[str]) -> None:
    assert own_secret_faults(secret) == faults


def test_what_looks_like_one_of_ours_is_no_own_secret(cast: Cast) -> None:
    words = "It looks like a token that Roster makes. Choose something else."
    assert own_secret_faults(mint_compact().reveal()) == [words]
    assert words in own_secret_faults(signed_secret(cast.token))
    with pytest.raises(ValidationError, match="looks like a token"):
        choose(cast, mint_compact().reveal())


def test_at_rest_it_is_argon2id_and_the_keyring_is_needed_to_guess() -> None:
    stored = hash_own(CHOSEN, KEY)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert matches_own(CHOSEN, stored, KEY)
    assert not matches_own(CHOSEN, stored, b"l" * 32)
    assert not matches_own(CHOSEN[:-1], stored, KEY)
    assert not matches_own(CHOSEN, "no hash", KEY)
    assert hash_own(CHOSEN, KEY) != stored


def test_the_registry_takes_it_with_access_id_or_login_name(cast: Cast) -> None:
    token = choose(cast).token
    for name in (str(token.uuid), cast.robot.login_name, cast.robot.login_name.replace("+", "%2B")):
        answer = ask(f"{URL}?service=registry&scope={OWN}:push", authorization=basic(name, CHOSEN))
        assert answer.status == 200, name
    assert post(grant_type="password", username=str(token.uuid), password=CHOSEN).status == 200


def test_a_wrong_secret_and_a_wrong_name_are_401(cast: Cast) -> None:
    choose(cast)
    for name, secret in (
        (cast.robot.login_name, OTHER), (cast.robot.login_name, CHOSEN.lower()),
        (cast.organization_robot.login_name, CHOSEN), (str(cast.token.uuid), CHOSEN), ("", CHOSEN),
        (str(uuid4()), CHOSEN), ("robot_nobody+x", CHOSEN), ("%00", CHOSEN), ("owner@example.com", CHOSEN),
    ):  # fmt: skip
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
    assert set(usage.take().refusals) == {(token.pk, Refusal.WRONG_SECRET)}


def test_a_use_is_counted_like_any_other(cast: Cast) -> None:
    secret = choose(cast).secret
    assert logged_in(cast.robot.login_name)
    usage_flush.flush()
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
            (cast.organization_robot.login_name, CHOSEN), ("robot_acme+nobody", CHOSEN),
            (str(cast.token.uuid), CHOSEN), (None, CHOSEN), (cast.robot.login_name, "short1A"),
            (cast.robot.login_name, "A1" + "a" * 127), (cast.robot.login_name, "white Space 1"),
            (cast.robot.login_name, mint_compact().reveal()),
        ):  # fmt: skip
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


def test_checks_at_the_same_moment_run_one_at_a_time() -> None:
    stored, barrier, answers = hash_own(CHOSEN, KEY), threading.Barrier(6), list[bool | None]()

    def check() -> None:
        barrier.wait()
        try:
            answers.append(own_secrets.is_right(1, stored, OTHER, KEY))
        except TooMany:
            answers.append(None)

    threads = [threading.Thread(target=check) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {False, None}


def test_a_right_secret_is_remembered_and_costs_nothing_the_next_time(cast: Cast) -> None:
    choose(cast)
    assert logged_in(cast.robot.login_name)
    with Checks():
        assert logged_in(cast.robot.login_name)
        with pytest.raises(TooMany):
            result(cast.robot.login_name, OTHER)


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
        (Token, "revoked_at", Refusal.REVOKED), (Token, "blocked_at", Refusal.BLOCKED),
        (Token, "disabled_at", Refusal.DISABLED), (Token, "expires_at", Refusal.EXPIRED),
        (Secret, "ends_at", Refusal.SECRET_ENDED), (Robot, "deleted_at", Refusal.ROBOT_DELETED),
        (Robot, "disabled_at", Refusal.ROBOT_DISABLED), (Robot, "expires_at", Refusal.ROBOT_EXPIRED),
    ],
)  # fmt: skip
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


def test_a_second_token_with_an_own_secret_is_refused(cast: Cast) -> None:
    first = choose(cast).token
    with pytest.raises(
        ValidationError, match="one token with an own secret at most; here it is typed"
    ):
        choose(cast, OTHER, name="second")
    with pytest.raises(ValidationError, match="at most"):
        refresh_token(
            actor=cast.owner, token=cast.token, current=cast.minted.secret.pk, own=Plaintext(OTHER)
        )
    assert choose(cast, robot=cast.organization_robot)
    delete_token(actor=cast.owner, token=first)
    assert choose(cast, OTHER, name="second")


def test_both_own_secrets_of_a_rotation_log_in(cast: Cast) -> None:
    token = choose(cast).token
    rotate_token(
        actor=cast.owner, token=token, current=token.secrets.get().pk, own=Plaintext(OTHER)
    )
    assert logged_in(cast.robot.login_name)
    assert logged_in(cast.robot.login_name, OTHER)


def form(**changes: object) -> dict[str, object]:
    known = {"name": "typed", "expiry": "never", "kind": "signed", "request_key": uuid4()}
    typed = {"manual": "on", "own_secret": CHOSEN, "own_secret_again": CHOSEN}
    return known | typed | changes


def create_page(cast: Cast) -> str:
    return reverse("robots:token-create", args=["acme", cast.robot.uuid])


def test_the_form_takes_it_typed_twice_and_reveals_it_like_any_other(
    as_owner: Client, cast: Cast
) -> None:
    page = as_owner.post(create_page(cast), form())
    assert texts_of(page, "h1") == ["Save this token now"]
    assert texts_of(page, id="secret") == [CHOSEN]
    token = Token.objects.get(name="typed")
    secret = token.secrets.get()
    assert (secret.kind, secret.digest) == ("own", None)
    assert logged_in(str(token.uuid))
    where = reverse("robots:token-download", args=["acme", cast.robot.uuid, token.uuid])
    assert as_owner.post(where, {"form": "json", "secret": CHOSEN}).status_code == 200
    assert as_owner.post(where, {"form": "json", "secret": OTHER}).status_code == 400


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"own_secret_again": OTHER}, "The two are not the same."),
        ({"own_secret": "x", "own_secret_again": "x"}, LENGTH),
        ({"own_secret": "", "own_secret_again": ""}, DIGIT),
        ({"delivery": "link"}, "Only a secret that Roster makes can be handed over."),
    ],
)
def test_a_wrong_form_says_why_and_sends_nothing_typed_back(
    as_owner: Client, cast: Cast, changes: dict[str, str], words: str
) -> None:
    page = as_owner.post(create_page(cast), form(**changes))
    assert page.status_code == 422
    assert words in text(page)
    assert CHOSEN not in text(page)
    assert not Token.objects.filter(name="typed").exists()


def test_what_is_typed_without_the_switch_is_not_taken(as_owner: Client, cast: Cast) -> None:
    as_owner.post(create_page(cast), form(manual="", kind="compact"))
    assert Token.objects.get(name="typed").secrets.get().kind == "compact"
    assert not logged_in(cast.robot.login_name)


def test_an_own_secret_ends_to_the_second(cast: Cast) -> None:
    token = choose(cast).token
    end = timezone.now() + timedelta(hours=1)
    Secret.objects.filter(token=token).update(ends_at=end)
    with time_machine.travel(end - timedelta(seconds=1), tick=False) as clock:
        assert logged_in(cast.robot.login_name)
        clock.move_to(end)
        assert result(cast.robot.login_name) is Refusal.SECRET_ENDED
