"""The overview: figures with their lists, the month, the checklist; constant cost."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console.permissions.vocabulary import Permission
from robots.accounts.services.expiry import extend_robot
from robots.base.periods import NEVER_ENDS
from robots.base.states import Refusal
from robots.models import DailyOutcome, DailyUse, Robot, Token, TokenPolicy, Usage
from teams.grants.services import GrantSpec, give
from teams.models import Team
from tests.browsers import browser, linked, text, texts_of
from tests.conftest import Cast
from tests.factories import RobotFactory
from tests.scanning import report

DAY = timedelta(days=1)
OVERVIEW = "/o/acme/"
SEEING = frozenset({Permission.ORGANIZATION_READ, Permission.ROBOT_READ, Permission.TOKEN_READ})
SENTENCE = "somebody who has the secret reported the token acme/payments/ci/nightly as leaked, which ended it"
pytestmark = pytest.mark.usefixtures("clock")


def figures(cast: Cast) -> dict[str, str]:
    """What each figure of the overview says."""
    page = browser(cast.owner).get(OVERVIEW)
    labels = texts_of(page, "span", **{"class": "stat-label"})
    return dict(zip(labels, texts_of(page, "span", **{"class": "stat-value"}), strict=True))


def listed(cast: Cast, need: str, **query: str) -> list[str]:
    """Behind the figure: a view of all tokens, or a list with reasons."""
    page = browser(cast.owner).get(f"/o/acme/attention/{need}/", query, follow=True)
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
    end = timezone.now() + left
    change(cast, expires_at=end, sorted_end=end)
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
    end = timezone.now() + 400 * DAY
    extend_robot(actor=cast.owner, robot=cast.robot, expires_at=end)
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


def test_figures_lead_to_the_view_of_all_tokens_that_shows_them(cast: Cast) -> None:
    """The others have a list of their own, with the reasons."""
    TokenPolicy.objects.create(organization=cast.organization, unused_days=30)
    page = text(browser(cast.owner).get(OVERVIEW))
    found = [unescape(url) for url in re.findall(r'<a href="([^"]*)" class="stat"', page)]
    assert found == [
        "/o/acme/tokens/?expiring=14&sort=expires",
        "/o/acme/tokens/?unused=30&sort=used",
        "/o/acme/attention/refused/",
        "/o/acme/tokens/?expiring=never",
    ]


def test_robots_that_end_stand_there_when_there_are_some(cast: Cast) -> None:
    assert "Expiring with all tokens" not in figures(cast)
    Robot.objects.filter(pk=cast.robot.pk).update(expires_at=timezone.now() + DAY)
    assert figures(cast)["Expiring with all tokens"] == "1"


def test_leaks_of_a_month_stand_there_and_lead_to_the_audit_log(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    assert "Leaked" not in figures(cast)
    report({"credentials": [cast.secret, cast.other_minted.plaintext.reveal()]})
    assert figures(cast)["Leaked"] == "1"
    found = re.search(r'href="([^"]+token%3Aleaked[^"]+)"', text(browser(cast.owner).get(OVERVIEW)))
    assert found
    shown = texts_of(browser(cast.owner).get(unescape(found[1])), "th", scope="row")
    assert [" ".join(row.split()) for row in shown] == [SENTENCE]
    clock.shift(30 * DAY + DAY)
    assert "Leaked" not in figures(cast)


def test_who_may_not_read_the_audit_log_is_not_led_there(cast: Cast) -> None:
    report({"credentials": [cast.secret]})
    spec = GrantSpec(cast.organization, permissions=SEEING)
    give(actor=cast.owner, holder=cast.member, spec=spec)
    page = browser(cast.member).get(OVERVIEW)
    labels = texts_of(page, "span", **{"class": "stat-label"})
    assert "Expiring" in labels
    assert "Leaked" not in labels


@pytest.mark.parametrize("need", ["expiring", "unused", "refused", "endless", "blocked"])
def test_deleted_tokens_and_other_organizations_are_in_no_list(cast: Cast, need: str) -> None:
    now = timezone.now()
    Token.objects.update(
        sorted_end=NEVER_ENDS if need == "endless" else now + DAY,
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
        Token(robot=cast.robot, name=f"t{n:03}", created_by="x", refused_on=now.date())
        for n in range(120)
    )
    client, address, seen = browser(cast.owner), "/o/acme/attention/refused/", []
    page = client.get(address)
    while following := linked(page, "next"):
        seen += texts_of(page, "a", **{"class": "entry-name"})
        page = client.get(address + following)
    seen += texts_of(page, "a", **{"class": "entry-name"})
    assert seen == [f"t{n:03}" for n in reversed(range(120))]


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


def count_day(
    cast: Cast,
    day: date,
    verifier: str = "registry",
    outcome: str = "accepted",
    accepted: int = 1,
) -> None:
    DailyOutcome.objects.create(
        organization=cast.organization, day=day, verifier=verifier, outcome=outcome, count=accepted
    )


def test_the_month_is_a_chart_with_a_table(cast: Cast) -> None:
    today = timezone.now().date()
    for back, accepted, refused in ((0, 1200, 3), (29, 40, 0), (30, 7000, 7000)):
        day = today - back * DAY
        count_day(cast, day, accepted=accepted)
        count_day(cast, day, "oauth", Refusal.EXPIRED, refused)
    DailyUse.objects.create(organization=cast.organization, day=today, accepted=1)
    page = browser(cast.owner).get(OVERVIEW)
    assert "1,240 accepted and 3 refused in the last 30 days" in text(page)
    days = text(page).partition("Show as a table")[2]
    assert len(re.findall(r'<tr> ?<th scope="row">', days)) == 30
    assert 'data-label="Accepted">1,200</td>' in text(page)


def queries(cast: Cast, address: str) -> int:
    client = browser(cast.owner)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "address",
    [OVERVIEW, "/o/acme/attention/refused/"],
)
def test_the_number_of_queries_does_not_grow(cast: Cast, address: str) -> None:
    now = timezone.now()
    change(cast, expires_at=now + DAY, refused_on=now.date())
    costs = [queries(cast, address)]
    for number in range(30):
        robot = RobotFactory(organization=cast.organization, expires_at=None)
        Token.objects.create(
            robot=robot,
            name=f"t{number}",
            created_by="x",
            refused_on=now.date(),
            expires_at=now + DAY,
        )
    costs.append(queries(cast, address))
    assert costs[0] == costs[1] <= 11
