"""What is said about a need: it stands out no more until something new comes, or is muted with a reason."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from console.mail import outbox
from console.models import Notice
from robots.models import DailyUse, NeedAnswer, Token
from teams.grants.services import GrantSpec, give
from tests.actors import events_written
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast

DAY = timedelta(days=1)
OVERVIEW = "/o/acme/"
ADDRESS = "/o/acme/attention/refused/answer/"
ACKNOWLEDGED = {"kind": "acknowledged"}
MUTED = {"kind": "muted", "reason": "A known job that is being replaced"}
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture(autouse=True)
def _refused(cast: Cast) -> None:
    """One token was refused today, seven times."""
    today = timezone.now().date()
    Token.objects.filter(pk=cast.token.pk).update(refused_on=today)
    DailyUse.objects.create(organization=cast.organization, day=today, refused=7)


def is_red(cast: Cast) -> bool:
    return 'class="stat" data-tone="danger"' in text(browser(cast.owner).get(OVERVIEW))


def labels(cast: Cast, query: str = "") -> list[str]:
    page = browser(cast.owner).get(OVERVIEW + query)
    return texts_of(page, "span", **{"class": "stat-label"})


def answer(cast: Cast, data: dict[str, str], status: int = 302) -> str:
    response = browser(cast.owner).post(ADDRESS, data)
    assert response.status_code == status
    return text(response)


def test_what_is_acknowledged_is_not_red_and_says_by_whom(cast: Cast) -> None:
    assert is_red(cast)
    with events_written() as events:
        answer(cast, ACKNOWLEDGED | {"reason": "Ticket 12"})
    assert not is_red(cast)
    page = text(browser(cast.owner).get(OVERVIEW))
    assert f"Acknowledged by {cast.owner.email}" in page
    assert "Ticket 12" in page
    assert [event.action for event in events] == ["need:acknowledged"]
    assert events[0].after["need"] == "refused tokens"


def test_it_is_back_when_another_request_is_refused(cast: Cast) -> None:
    answer(cast, ACKNOWLEDGED)
    DailyUse.objects.update(accepted=5)
    assert not is_red(cast)
    DailyUse.objects.update(refused=8)
    assert is_red(cast)


def test_it_is_back_when_another_token_is_refused(cast: Cast) -> None:
    answer(cast, ACKNOWLEDGED)
    other = {"robot": cast.robot, "name": "other", "created_by": "x"}
    Token.objects.create(refused_on=timezone.now().date(), **other)
    assert is_red(cast)


def test_it_is_back_after_a_month(cast: Cast, clock: time_machine.Traveller) -> None:
    answer(cast, ACKNOWLEDGED)
    clock.shift(29 * DAY)
    Token.objects.update(refused_on=timezone.now().date())
    assert not is_red(cast)
    clock.shift(DAY)
    assert is_red(cast)


def test_what_comes_into_the_two_weeks_is_new(cast: Cast, clock: time_machine.Traveller) -> None:
    """One goes and one comes: the number is the same."""
    now = timezone.now()
    Token.objects.filter(pk=cast.token.pk).update(expires_at=now + DAY, sorted_end=now + DAY)
    later = now + 15 * DAY
    other = {"robot": cast.robot, "name": "other", "created_by": "x"}
    token = Token.objects.create(expires_at=later, created_at=now, **other)
    Token.objects.filter(pk=token.pk).update(sorted_end=later)
    expiring = "/o/acme/attention/expiring/answer/"
    assert browser(cast.owner).post(expiring, ACKNOWLEDGED).status_code == 302
    assert 'data-tone="warning"' not in text(browser(cast.owner).get(OVERVIEW))
    clock.shift(2 * DAY)
    assert 'data-tone="warning"' in text(browser(cast.owner).get(OVERVIEW))


def test_what_is_muted_is_shown_on_request_with_its_reason_until_it_is_taken_up(
    cast: Cast,
) -> None:
    answer(cast, MUTED)
    DailyUse.objects.update(refused=100)
    assert "Refused" not in labels(cast)
    page = text(browser(cast.owner).get(OVERVIEW))
    assert "1 muted" in page
    assert "Refused" in labels(cast, "?show=muted")
    shown = text(browser(cast.owner).get(f"{OVERVIEW}?show=muted"))
    assert MUTED["reason"] in shown
    with events_written() as events:
        browser(cast.owner).post("/o/acme/attention/refused/reopening/")
        browser(cast.owner).post("/o/acme/attention/refused/reopening/")
    assert [event.action for event in events] == ["need:reopened"]
    assert is_red(cast)


def test_muting_takes_a_reason_and_a_refused_form_changes_nothing(cast: Cast) -> None:
    answer(cast, ACKNOWLEDGED)
    with events_written() as events:
        page = answer(cast, {"kind": "muted", "reason": " "}, 422)
    assert "Say why, so that others know." in page
    assert events == []
    assert NeedAnswer.objects.get().kind == "acknowledged"


def test_who_is_given_it_gets_a_notice_that_leads_there(cast: Cast) -> None:
    give(
        actor=cast.owner,
        holder=cast.member,
        spec=GrantSpec(cast.organization, role="organization:viewer"),
    )
    answer(cast, {"kind": "given", "given_to": cast.member.email.upper()})
    assert f"Given to {cast.member.email}" in text(browser(cast.owner).get(OVERVIEW))
    notice = Notice.objects.get(kind="need.given")
    assert (notice.path, notice.data["need"]) == (OVERVIEW, "refused")
    assert "gave you refused tokens" in text(browser(cast.member).get("/notices/"))
    outbox.send_due()
    assert [letter.to for letter in mail.outbox] == [[cast.member.email]]


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_it_is_given_to_members_who_may_see_it_alone(cast: Cast, who: str) -> None:
    words = {"member": "may not see these tokens", "stranger": "No member has this e-mail address"}
    page = answer(cast, {"kind": "given", "given_to": getattr(cast, who).email}, 422)
    assert words[who] in page
    assert not Notice.objects.filter(kind="need.given").exists()


def test_who_reads_everything_sees_the_answer_and_gives_none(cast: Cast) -> None:
    give(
        actor=cast.owner,
        holder=cast.member,
        spec=GrantSpec(cast.organization, role="organization:viewer"),
    )
    answer(cast, ACKNOWLEDGED)
    viewer = browser(cast.member)
    page = text(viewer.get(OVERVIEW))
    assert "Acknowledged by" in page
    assert ADDRESS not in page
    assert viewer.post(ADDRESS, ACKNOWLEDGED).status_code == 403
    assert browser(cast.owner).get("/o/acme/attention/nothing/answer/").status_code == 404
