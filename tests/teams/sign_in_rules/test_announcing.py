"""Who is not ready is told: when it is set, 7 days and 1 day before, on request, and never twice."""

from datetime import timedelta

import pytest
import time_machine

from console.models import Event, Notice, NoticeReader
from teams.sign_in_rules.announcing import announce_requirements
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.teams.sign_in.factors import with_app
from tests.teams.sign_in.signing_in import mails
from tests.teams.sign_in_rules.rules import REMIND, RULES, change, in_days, require

DAY = timedelta(days=1)
pytestmark = pytest.mark.usefixtures("clock")


def told() -> int:
    return Notice.objects.filter(kind="sign-in.required").count()


@pytest.fixture
def ready(cast: Cast) -> Cast:
    with_app(cast.owner)
    mails().clear()
    return cast


def test_who_is_not_ready_gets_a_letter_when_it_is_set(ready: Cast) -> None:
    require(ready, days=10)
    (letter,) = mails()
    assert letter.to == [ready.member.email]
    assert letter.subject.startswith("Acme requires a second factor of you from ")
    assert "/account/security/" in str(letter.body)
    assert announce_requirements() == 0


def test_and_seven_days_and_one_day_before_once_each(
    ready: Cast, clock: time_machine.Traveller
) -> None:
    require(ready, days=10)
    counts = []
    for _ in range(12):
        announce_requirements()
        announce_requirements()
        counts.append(told())
        clock.shift(DAY)
    # Set; 7 days before; 1 day before.
    assert counts == [1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3]
    assert Event.objects.filter(action="sign-in-rules:reminded").count() == 2


def test_after_days_without_the_job_only_the_nearest_goes_out(
    ready: Cast, clock: time_machine.Traveller
) -> None:
    require(ready, days=10)
    clock.shift(9 * DAY)
    assert (announce_requirements(), announce_requirements()) == (1, 0)
    assert told() == 2


def test_a_later_day_is_told_anew(ready: Cast, clock: time_machine.Traveller) -> None:
    require(ready, days=6)
    assert (told(), announce_requirements()) == (1, 0)
    require(ready, days=20)
    assert (told(), announce_requirements()) == (2, 0)
    clock.shift(13 * DAY)
    assert announce_requirements() == 1


def test_who_has_become_ready_is_left_alone(ready: Cast, clock: time_machine.Traveller) -> None:
    require(ready, days=10)
    with_app(ready.member)
    clock.shift(9 * DAY)
    announce_requirements()
    assert told() == 1


def test_what_was_lifted_is_not_announced(ready: Cast, clock: time_machine.Traveller) -> None:
    require(ready, days=10)
    change(ready, required_factor="")
    clock.shift(9 * DAY)
    assert announce_requirements() == 0


def test_a_reminder_goes_to_who_is_not_ready_once_a_day(
    ready: Cast, clock: time_machine.Traveller
) -> None:
    require(ready, days=30)
    client = browser(ready.owner)
    assert "Not ready: 1 person" in text(client.get(RULES))
    early = client.post(REMIND)
    assert early.status_code == 409
    assert "They got a letter less than a day ago." in text(early)
    clock.shift(DAY + timedelta(seconds=1))
    client = browser(ready.owner)
    assert client.post(REMIND).status_code == 302
    assert told() == 2
    readers = NoticeReader.objects.filter(notice__kind="sign-in.required")
    assert set(readers.values_list("person_uuid", flat=True)) == {ready.member.uuid}
    assert client.post(REMIND).status_code == 409


def test_nothing_is_reminded_of_where_nothing_is_required(ready: Cast) -> None:
    assert browser(ready.owner).post(REMIND).status_code == 409
    assert browser(ready.member).post(REMIND).status_code == 403
    assert told() == 0


def test_from_today_is_said_as_today(ready: Cast) -> None:
    require(ready)
    (letter,) = mails()
    assert letter.subject == "Acme requires a second factor of you"
    assert str(in_days(0).year) not in letter.subject
