"""Usage: gathered in memory, exact, written in bulk, and kept when it cannot be written."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from console import measures
from console.audit.recording import chain_of
from console.audit.verification import verify_chain
from console.models import AuditHead, Event
from robots.base.periods import NEVER_USED
from robots.base.states import Refusal
from robots.models import Robot, Secret, Token, Usage
from robots.usage import counters, flush
from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate
from robots.verifiers.hot_queries import secrets_of_token
from tests.conftest import Cast
from tests.secrets import signed_secret

USE = Use("registry", "192.0.2.7", "docker/24", "acme/payments/api")
TODAY = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Noon, so that all of a test is one day."""
    with time_machine.travel(TODAY, tick=False):
        yield


def accept(cast: Cast, times: int = 1) -> None:
    for _ in range(times):
        authenticate(None, cast.secret, USE)


def counts() -> dict[str, int]:
    return {f"{row.verifier} {row.outcome}": row.count for row in Usage.objects.all()}


def test_nothing_is_written_before_a_flush(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        accept(cast, 3)
    assert not Usage.objects.exists()


def test_a_flush_writes_the_last_use_of_token_and_robot(cast: Cast) -> None:
    before = timezone.now()
    accept(cast)
    assert flush.flush()
    token, robot = Token.objects.get(pk=cast.token.pk), Robot.objects.get(pk=cast.robot.pk)
    assert before <= token.last_used_at == robot.last_used_at <= timezone.now()
    assert (token.last_used_address, token.last_used_agent) == ("192.0.2.7", "docker/24")
    assert (token.last_used_verifier, token.last_used_repository) == ("registry", USE.repository)


def test_counts_add_up_over_flushes(cast: Cast) -> None:
    accept(cast, 3)
    flush.flush()
    accept(cast, 4)
    flush.flush()
    assert flush.flush()
    assert counts() == {"registry accepted": 7}


def test_each_day_verifier_and_outcome_is_counted_apart(cast: Cast) -> None:
    (row,) = secrets_of_token.rows(access_id=cast.token.uuid)
    for use in (USE, USE, Use("other")):
        for day in (TODAY, TODAY + timedelta(days=1)):
            counters.accepted(row, use, day)
    flush.flush()
    found = Usage.objects.values_list("day", "verifier", "count").order_by("day", "-verifier")
    first, second = TODAY.date(), TODAY.date() + timedelta(days=1)
    assert list(found) == [
        (first, "registry", 2),
        (first, "other", 1),
        (second, "registry", 2),
        (second, "other", 1),
    ]


def test_a_flush_of_something_older_never_goes_back(cast: Cast) -> None:
    accept(cast)
    later = timezone.now() + timedelta(hours=1)
    Token.objects.update(last_used_at=later, last_used_agent="later")
    Robot.objects.update(last_used_at=later)
    flush.flush()
    token = Token.objects.get(pk=cast.token.pk)
    assert (token.last_used_at, token.last_used_agent) == (later, "later")
    assert Robot.objects.get(pk=cast.robot.pk).last_used_at == later


def test_the_first_use_marks_a_secret_used_and_handed_over_once(cast: Cast) -> None:
    accept(cast)
    flush.flush()
    secret = Secret.objects.get(pk=cast.minted.secret.pk)
    assert secret.first_used_at is not None
    assert secret.handed_over_at == secret.first_used_at
    accept(cast)
    flush.flush()
    assert Secret.objects.get(pk=secret.pk).first_used_at == secret.first_used_at


def test_a_secret_that_was_handed_over_keeps_that_moment(cast: Cast) -> None:
    Secret.objects.update(handed_over_at=TODAY)
    accept(cast)
    flush.flush()
    assert Secret.objects.get(pk=cast.minted.secret.pk).handed_over_at == TODAY


def test_a_refusal_counts_and_is_no_use(cast: Cast) -> None:
    Robot.objects.update(disabled_at=TODAY)
    accept(cast, 3)
    flush.flush()
    assert counts() == {"registry robot disabled": 3}
    assert Token.objects.get(pk=cast.token.pk).last_used_at == NEVER_USED


def refusals() -> list[Event]:
    return list(Event.objects.filter(action="token:refused"))


def test_the_first_refusal_of_its_kind_in_an_hour_is_one_event(cast: Cast) -> None:
    signed = signed_secret(cast.token)
    Robot.objects.update(disabled_at=TODAY)
    for _ in range(2):
        accept(cast, 5)
        authenticate(None, signed[:-1], USE)
        flush.flush()
    assert sorted(event.after["reason"] for event in refusals()) == [
        "robot disabled",
        "wrong secret",
    ]
    for event in refusals():
        assert (event.chain, event.target_uuid) == (chain_of(cast.organization), cast.token.uuid)
        assert (event.actor_kind, event.actor_label) == ("verifier", "registry verifier")
        assert event.after["address"] == "192.0.2.7"
    assert verify_chain(chain_of(cast.organization)) == []


def test_an_hour_later_it_is_an_event_again(cast: Cast) -> None:
    Robot.objects.update(disabled_at=TODAY)
    accept(cast)
    flush.flush()
    Event.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    accept(cast)
    flush.flush()
    assert len(refusals()) == 2


def test_an_unknown_user_name_or_secret_is_stored_nowhere(cast: Cast) -> None:
    authenticate("mallory-was-here", cast.secret, USE)
    authenticate("mallory-was-here", "rbt_unknown", USE)
    flush.flush()
    assert counts() == {"registry wrong user name": 1}
    assert [event.after["reason"] for event in refusals()] == ["wrong user name"]
    assert "mallory" not in str(list(Event.objects.values()) + list(Token.objects.values()))


def test_what_a_client_says_of_itself_is_cut_and_printable() -> None:
    use = Use.seen("registry", "192.0.2.7", "a\x00b\x1b[31m\n" + "x" * 999, "r\x00" * 999)
    assert use.agent.startswith("ab[31mxxx")
    assert use.repository == "r" * 255
    assert len(use.agent) == 200


def test_a_token_that_is_gone_is_skipped(cast: Cast) -> None:
    accept(cast)
    authenticate(None, cast.other_minted.plaintext.reveal(), USE)
    Token.objects.filter(pk=cast.token.pk).delete()
    assert flush.flush()
    assert [row.token_id for row in Usage.objects.all()] == [cast.other_minted.token.pk]


def test_a_failed_flush_keeps_everything_for_the_next(cast: Cast) -> None:
    accept(cast, 3)

    def broken(*_: Any) -> None:
        raise RuntimeError("planted")

    with connection.execute_wrapper(broken):
        assert not flush.flush()
    accept(cast, 2)
    assert flush.flush()
    assert counts() == {"registry accepted": 5}
    assert Token.objects.get(pk=cast.token.pk).last_used_at > NEVER_USED


def test_a_failed_event_is_told_at_the_next_flush_and_counts_once(cast: Cast) -> None:
    Robot.objects.update(disabled_at=TODAY)
    accept(cast, 3)
    head = AuditHead.objects.get(chain=chain_of(cast.organization))
    AuditHead.objects.filter(pk=head.pk).update(number=head.number - 1)
    assert not flush.flush()
    AuditHead.objects.filter(pk=head.pk).update(number=head.number)
    assert flush.flush()
    assert counts() == {"registry robot disabled": 3}
    assert len(refusals()) == 1


def test_counts_are_exact_under_threads_that_flush_meanwhile(cast: Cast) -> None:
    counters.take()
    total = 0
    start = threading.Barrier(5)

    def use_it() -> None:
        start.wait()
        for _ in range(2000):
            counters.refused(cast.token.pk, Refusal.DISABLED, USE, TODAY)

    threads = [threading.Thread(target=use_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    start.wait()
    while any(thread.is_alive() for thread in threads):
        total += sum(counters.take().counts.values())
    total += sum(counters.take().counts.values())
    assert total == 8000


def test_what_waits_is_bounded_and_the_rest_is_counted_as_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counters, "MAX_WAITING", 10)
    before = measures.USAGE_DROPPED._value.get()
    for token_id in range(15):
        counters.refused(token_id, Refusal.REVOKED, USE, TODAY)
        counters.refused(token_id, Refusal.REVOKED, USE, TODAY)
    waiting = counters.take()
    assert (len(waiting.counts), len(waiting.refusals)) == (10, 10)
    assert measures.USAGE_DROPPED._value.get() - before == 10
    assert set(waiting.counts.values()) == {2}
