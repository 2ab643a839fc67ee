"""The overview: figures with their lists, the month, the checklist; constant cost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from robots.base.states import Refusal
from robots.models import DailyUse, Robot, Token, TokenPolicy, Usage
from teams.models import Team
from tests.browsers import browser, linked, text, texts_of
from tests.conftest import Cast
from tests.factories import RobotFactory

DAY = timedelta(days=1)
OVERVIEW = "/o/acme/"
pytestmark = pytest.mark.usefixtures("clock")


def figures(cast: Cast) -> dict[str, str]:
    """What each figure of the overview says."""
    page = browser(cast.owner).get(OVERVIEW)
    labels = texts_of(page, "span", **{"class": "stat-label"})
    return dict(zip(labels, texts_of(page, "span", **{"class": "stat-value"}), strict=True))


def listed(cast: Cast, need: str, **query: str) -> list[str]:
    page = browser(cast.owner).get(f"/o/acme/attention/{need}/", query)
    assert page.status_code == 200
    return texts_of(page, "a", **{"class": "entry-name"})


def change(cast: Cast, **columns: object) -> None:
    Token.objects.filter(pk=cast.token.pk).update(**columns)


def in_figure_and_list(cast: Cast, label: str, need: str) -> bool:
    count, names = figures(cast).get(label, "0"), listed(cast, need)
    assert count == str(len(names))
    return "nightly" in names


@pytest.mark.parametrize(
    ("left", "is_soon"),
    [
        (timedelta(minutes=1), True),
        (14 * DAY - timedelta(minutes=1), True),
        (14 * DAY * 2, False),
        (14 * DAY + timedelta(minutes=1), False),
        (-timedelta(minutes=1), False),
    ],
)
def test_tokens_that_expire_in_two_weeks(cast: Cast, left: timedelta, is_soon: bool) -> None:
    change(cast, expires_at=timezone.now() + left)
    assert in_figure_and_list(cast, "Expiring", "expiring") is is_soon


@pytest.mark.parametrize(("days", "is_unused"), [(90, False), (91, True)])
def test_tokens_unused_for_ninety_days(cast: Cast, days: int, is_unused: bool) -> None:
    change(cast, idle_since=timezone.now().date() - days * DAY)
    assert in_figure_and_list(cast, "Unused", "unused") is is_unused


def test_the_policy_says_after_how_many_days_unused_tokens_are_pointed_out(cast: Cast) -> None:
    change(
        cast, idle_since=timezone.now().date() - 31 * DAY, last_used_at=timezone.now() - 31 * DAY
    )
    policy = TokenPolicy.objects.create(organization=cast.organization, unused_days=30)
    assert in_figure_and_list(cast, "Unused", "unused")
    robot = f"/o/acme/robots/{cast.robot.uuid}/"
    for address in (robot, cast.token.get_absolute_url()):
        assert "unused for 30 days" in text(browser(cast.owner).get(address))
    TokenPolicy.objects.filter(pk=policy.pk).update(unused_days=None)
    assert "Unused" not in figures(cast)
    assert listed(cast, "unused") == []
    assert "unused for" not in text(browser(cast.owner).get(robot))


@pytest.mark.parametrize(("days", "is_lately"), [(7, True), (8, False)])
def test_tokens_that_were_refused_lately_with_the_reasons(
    cast: Cast, days: int, is_lately: bool
) -> None:
    day = timezone.now().date() - days * DAY
    change(cast, refused_on=day)
    for outcome, count in ((Refusal.ROBOT_DISABLED, 12), (Refusal.EXPIRED, 1), ("accepted", 99)):
        Usage.objects.create(
            token=cast.token, day=day, verifier="registry", outcome=outcome, count=count
        )
    assert in_figure_and_list(cast, "Refused", "refused") is is_lately
    page = text(browser(cast.owner).get("/o/acme/attention/refused/"))
    assert ("robot disabled 12 times, expired once" in page) is is_lately


def test_tokens_that_never_expire(cast: Cast) -> None:
    assert in_figure_and_list(cast, "Never expiring", "endless")
    Robot.objects.filter(pk=cast.robot.pk).update(expires_at=timezone.now() + 400 * DAY)
    assert not in_figure_and_list(cast, "Never expiring", "endless")


def test_blocked_tokens_stand_there_when_there_are_some(cast: Cast) -> None:
    assert "Blocked" not in figures(cast)
    change(
        cast,
        blocked_at=timezone.now(),
        blocked_by="policy",
        blocked_reason="Token policy: Tokens have to end.",
    )
    assert in_figure_and_list(cast, "Blocked", "blocked")
    assert "Tokens have to end." in text(browser(cast.owner).get("/o/acme/attention/blocked/"))


def test_robots_that_end_stand_there_when_there_are_some(cast: Cast) -> None:
    assert "Expiring with all tokens" not in figures(cast)
    Robot.objects.filter(pk=cast.robot.pk).update(expires_at=timezone.now() + DAY)
    assert figures(cast)["Expiring with all tokens"] == "1"


@pytest.mark.parametrize("need", ["expiring", "unused", "refused", "endless", "blocked"])
def test_deleted_tokens_and_other_organizations_are_in_no_list(cast: Cast, need: str) -> None:
    now = timezone.now()
    Token.objects.update(
        expires_at=None if need == "endless" else now + DAY,
        idle_since=now.date() - 100 * DAY,
        refused_on=now.date(),
        blocked_at=now,
        blocked_reason="x",
    )
    assert listed(cast, need) == ["nightly"]
    change(cast, revoked_at=now)
    assert listed(cast, need) == []


def test_a_list_that_does_not_exist_is_404_and_a_member_gets_none(cast: Cast) -> None:
    assert browser(cast.owner).get("/o/acme/attention/nothing/").status_code == 404
    assert browser(cast.member).get("/o/acme/attention/expiring/").status_code == 403


def test_one_gets_through_a_long_list(cast: Cast) -> None:
    now = timezone.now()
    Token.objects.bulk_create(
        Token(
            robot=cast.robot, name=f"t{n:03}", created_by="x", expires_at=now + DAY + n * DAY / 100
        )
        for n in range(120)
    )
    client, address, seen = browser(cast.owner), "/o/acme/attention/expiring/", []
    page = client.get(address)
    while following := linked(page, "next"):
        seen += texts_of(page, "a", **{"class": "entry-name"})
        page = client.get(address + following)
    seen += texts_of(page, "a", **{"class": "entry-name"})
    assert seen == [f"t{n:03}" for n in range(120)]


def done(page: Any) -> list[bool]:
    found = re.search(r'<ol class="checklist">(.*?)</ol>', text(page), re.DOTALL)
    return [item.startswith(' class="done"') for item in found[1].split("<li")[1:]] if found else []


def test_the_checklist_ticks_itself_and_goes_when_all_is_done(cast: Cast) -> None:
    owner = browser(cast.owner)
    assert done(owner.get(OVERVIEW)) == [True, True, True, False, False]
    Team.objects.create(organization=cast.organization, name="build")
    assert done(owner.get(OVERVIEW)) == [True, True, True, True, False]
    DailyUse.objects.create(organization=cast.organization, day=timezone.now().date(), accepted=1)
    assert done(owner.get(OVERVIEW)) == []


def test_the_month_is_a_chart_with_a_table(cast: Cast) -> None:
    today = timezone.now().date()
    for back, accepted, refused in ((0, 1200, 3), (29, 40, 0), (30, 7000, 7000)):
        DailyUse.objects.create(
            organization=cast.organization,
            day=today - back * DAY,
            accepted=accepted,
            refused=refused,
        )
    page = browser(cast.owner).get(OVERVIEW)
    assert "1,240 accepted and 3 refused in the last 30 days" in text(page)
    assert len(re.findall(r'<tr> ?<th scope="row">', text(page))) == 30
    assert 'data-label="Accepted">1,200</td>' in text(page)


def queries(cast: Cast, address: str) -> int:
    client = browser(cast.owner)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "address",
    [OVERVIEW, *(f"/o/acme/attention/{it}/" for it in ("expiring", "refused", "endless"))],
)
def test_the_number_of_queries_does_not_grow(cast: Cast, address: str) -> None:
    now = timezone.now()
    change(cast, expires_at=None if "endless" in address else now + DAY, refused_on=now.date())
    costs = [queries(cast, address)]
    for number in range(30):
        robot = RobotFactory(organization=cast.organization, expires_at=None)
        Token.objects.create(
            robot=robot,
            name=f"t{number}",
            created_by="x",
            refused_on=now.date(),
            expires_at=None if "endless" in address else now + DAY,
        )
    costs.append(queries(cast, address))
    assert costs[0] == costs[1] <= 11
