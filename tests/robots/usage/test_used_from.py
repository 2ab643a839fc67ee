"""From where tokens are used: kept exactly, bounded, marked when new; and the organization's days."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from console.models import Event
from robots.models import DailyUse, Robot, Token, TokenAddress
from robots.usage import counters, flush
from robots.usage.by_address import MAX_ADDRESSES
from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Noon, also for what the cast is and for what a test uses without saying when."""
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


def use(cast: Cast, address: str, at: datetime = NOW, times: int = 1) -> None:
    with time_machine.travel(at, tick=False):
        for _ in range(times):
            authenticate(None, cast.secret, Use("registry", address, "docker/24"))
        assert flush.flush()


def rows(cast: Cast) -> dict[str, tuple[datetime, datetime, int]]:
    found = TokenAddress.objects.filter(token=cast.token)
    return {row.address: (row.first_seen_at, row.last_seen_at, row.count) for row in found}


def moves() -> list[Event]:
    return list(Event.objects.filter(action="token:new-address").order_by("id"))


def test_each_address_is_kept_with_its_times_and_count(cast: Cast) -> None:
    use(cast, "192.0.2.7", times=3)
    use(cast, "2001:db8::1", NOW + DAY, times=2)
    use(cast, "192.0.2.7", NOW + 2 * DAY)
    assert rows(cast) == {
        "192.0.2.7": (NOW, NOW + 2 * DAY, 4),
        "2001:db8::1": (NOW + DAY, NOW + DAY, 2),
    }


def test_an_older_flush_adds_up_and_never_goes_back(cast: Cast) -> None:
    """Two processes flush in any order."""
    use(cast, "192.0.2.7", NOW + DAY, times=2)
    use(cast, "192.0.2.7", NOW, times=3)
    ((_, last, count),) = rows(cast).values()
    assert (last, count) == (NOW + DAY, 5)


def test_a_refusal_and_an_unknown_address_are_no_place(cast: Cast) -> None:
    use(cast, "")
    Robot.objects.update(disabled_at=NOW)
    use(cast, "192.0.2.7")
    assert rows(cast) == {}


def test_a_failed_flush_keeps_the_addresses_for_the_next(cast: Cast) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("planted")

    authenticate(None, cast.secret, Use("registry", "192.0.2.7"))
    with connection.execute_wrapper(broken):
        assert not flush.flush()
    use(cast, "192.0.2.7", times=2)
    assert [count for _, _, count in rows(cast).values()] == [3]
    assert DailyUse.objects.get().accepted == 3


def test_a_token_keeps_the_addresses_it_was_used_from_last(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    for number in range(MAX_ADDRESSES + 5):
        clock.shift(SECOND)
        authenticate(None, cast.secret, Use("registry", f"10.0.0.{number}"))
    flush.flush()
    assert len(rows(cast)) == MAX_ADDRESSES
    assert "10.0.0.104" in rows(cast)
    assert "10.0.0.4" not in rows(cast)


def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:
    monkeypatch.setattr(counters, "MAX_WAITING", 10)
    for number in range(15):
        authenticate(None, cast.secret, Use("registry", f"10.0.0.{number}"))
    assert len(counters.take().addresses) == 10


def test_the_first_day_makes_no_noise(cast: Cast) -> None:
    use(cast, "192.0.2.1")
    use(cast, "192.0.2.2", NOW + DAY)
    assert moves() == []


def test_later_a_new_address_is_one_event_a_day(cast: Cast) -> None:
    use(cast, "192.0.2.1")
    use(cast, "192.0.2.1", NOW + DAY + SECOND)
    assert moves() == []
    use(cast, "192.0.2.2", NOW + 2 * DAY)
    (event,) = moves()
    assert event.after == {"address": "192.0.2.2", "verifier": "registry"}
    assert (event.actor_label, event.target_uuid) == ("registry verifier", cast.token.uuid)
    for number in range(3, 9):
        use(cast, f"192.0.2.{number}", NOW + 2 * DAY + timedelta(hours=number))
    assert len(moves()) == 1
    use(cast, "192.0.2.99", NOW + 3 * DAY + SECOND)
    assert len(moves()) == 2


def test_the_event_names_the_new_address_and_not_the_last(cast: Cast) -> None:
    use(cast, "192.0.2.1")
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        for address in ("192.0.2.2", "192.0.2.1"):
            authenticate(None, cast.secret, Use("registry", address))
        flush.flush()
    assert [event.after["address"] for event in moves()] == ["192.0.2.2"]


def test_the_activity_marks_what_is_new_for_a_week(cast: Cast) -> None:
    use(cast, "192.0.2.1", NOW - 30 * DAY)
    use(cast, "192.0.2.2", NOW - 8 * DAY)
    use(cast, "192.0.2.3", NOW - 6 * DAY)
    page = browser(cast.owner).get(f"/o/acme/robots/{cast.robot.uuid}/activity/")
    assert texts_of(page, "span", **{"class": "entry"}) == [
        "192.0.2.3 new address",
        "192.0.2.2",
        "192.0.2.1",
    ]


def test_the_first_days_addresses_are_not_marked(cast: Cast) -> None:
    use(cast, "192.0.2.1", NOW - 3 * DAY)
    use(cast, "192.0.2.2", NOW - 2 * DAY - SECOND)
    page = browser(cast.owner).get(f"/o/acme/robots/{cast.robot.uuid}/activity/")
    assert "new address" not in re.sub(r"is\s+new", "", text(page)).replace("One that", "")


def test_the_days_of_the_organization_are_the_sum_of_its_tokens(cast: Cast) -> None:
    use(cast, "192.0.2.1", times=3)
    Robot.objects.filter(pk=cast.robot.pk).update(disabled_at=NOW)
    use(cast, "192.0.2.1", times=2)
    authenticate(None, cast.other_minted.plaintext.reveal(), Use("registry", "192.0.2.1"))
    flush.flush()
    day = DailyUse.objects.get(organization=cast.organization)
    assert (day.day, day.accepted, day.refused) == (NOW.date(), 3, 2)
    assert DailyUse.objects.get(organization=cast.other_organization).accepted == 1


def test_use_and_refusal_are_noted_by_day(cast: Cast) -> None:
    use(cast, "192.0.2.1")
    Robot.objects.update(disabled_at=NOW)
    use(cast, "192.0.2.1", NOW + DAY)
    token = Token.objects.get(pk=cast.token.pk)
    assert (token.idle_since, token.refused_on) == (NOW.date(), (NOW + DAY).date())


def test_a_flush_costs_the_same_for_many_addresses(cast: Cast) -> None:
    use(cast, "192.0.2.1")
    costs = []
    for number in (1, 60):
        for last in range(number):
            authenticate(None, cast.secret, Use("registry", f"10.{number}.0.{last}"))
        with CaptureQueriesContext(connection) as captured:
            flush.flush()
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_the_page_of_a_token_says_all_of_its_last_use(cast: Cast) -> None:
    authenticate(None, cast.secret, Use("registry", "192.0.2.7", "skopeo/1.9", "acme/payments/api"))
    flush.flush()
    page = text(browser(cast.owner).get(cast.token.get_absolute_url()))
    for words in ("just now", "192.0.2.7", "registry", "acme/payments/api", "skopeo/1.9"):
        assert words in page
