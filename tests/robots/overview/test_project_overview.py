"""Where project admins begin: their project's needs, use and history, and no link that is closed to them."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from console.models import Event
from console.organizations.services import create_repository
from robots.accounts.services.robots import disable_robot
from robots.models import Token, Usage
from teams.grants.services import GrantSpec, give
from tests.browsers import browser, linked, text, texts_of
from tests.conftest import Cast
from tests.factories import ProjectFactory

OVERVIEW = "/o/acme/projects/payments/overview/"
HISTORY = "/o/acme/projects/payments/history/"
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def as_admin(cast: Cast) -> Client:
    spec = GrantSpec(cast.organization, cast.project, role="project:admin")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    return browser(cast.member)


def links(page: str) -> set[str]:
    main = page.partition("<main")[2].partition("</main>")[0]
    return {unescape(url) for url in re.findall(r'href="(/[^"]*)"', main)}


def test_the_admin_of_one_project_begins_there(cast: Cast, as_admin: Client) -> None:
    assert as_admin.get("/o/acme/").headers["Location"] == OVERVIEW
    other = ProjectFactory(organization=cast.organization)
    spec = GrantSpec(cast.organization, other, role="project:maintainer")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    page = text(as_admin.get("/o/acme/"))
    assert {OVERVIEW, f"/o/acme/projects/{other.slug}/overview/"} <= links(page)


def test_its_figures_are_of_its_own_tokens_alone(cast: Cast, as_admin: Client) -> None:
    today = timezone.now().date()
    Token.objects.create(
        robot=cast.organization_robot, name="far", created_by="x", refused_on=today
    )
    Token.objects.filter(pk=cast.token.pk).update(refused_on=today)
    page = as_admin.get(OVERVIEW)
    names = texts_of(page, "span", **{"class": "stat-label"})
    figures = dict(zip(names, texts_of(page, "span", **{"class": "stat-value"}), strict=True))
    assert figures["Refused"] == "1"
    listed = as_admin.get("/o/acme/attention/refused/?project=payments")
    assert texts_of(listed, "a", **{"class": "entry-name"}) == ["nightly"]


def test_no_link_of_its_pages_is_closed_to_its_admin(cast: Cast, as_admin: Client) -> None:
    disable_robot(actor=cast.owner, robot=cast.robot)
    count(cast)
    robot = f"/o/acme/robots/{cast.robot.uuid}/activity/"
    for address in (OVERVIEW, HISTORY, robot, "/o/acme/"):
        page = as_admin.get(address, follow=True)
        statuses = {link: as_admin.get(link).status_code for link in links(text(page))}
        assert set(statuses.values()) <= {200, 302}, statuses


def count(cast: Cast) -> None:
    today = timezone.now().date()
    for verifier, outcome, number in (("registry", "accepted", 1200), ("oauth", "expired", 7)):
        Usage.objects.create(
            token=cast.token, day=today, verifier=verifier, outcome=outcome, count=number
        )


@pytest.mark.parametrize("place", [OVERVIEW, "robot", "token"])
def test_the_same_chart_stands_on_project_robot_and_token(
    cast: Cast, as_admin: Client, place: str
) -> None:
    count(cast)
    addresses = {
        "robot": f"/o/acme/robots/{cast.robot.uuid}/activity/",
        "token": cast.token.get_absolute_url(),
    }
    page = text(as_admin.get(addresses.get(place, place)))
    assert "1,200 accepted and 7 refused in the last 30 days" in page
    today = f"{timezone.now():%-d %b}"
    assert f"<title>{today}: 1,200 accepted, 7 refused</title>" in page
    scale = page.partition('class="chart-scale"')[2].partition("</div>")[0]
    assert re.findall(r"<span>([\d,]+)</span>", scale) == ["2,000", "1,000", "0"]
    reasons = page.partition("Refused because</caption>")[2].partition("</table>")[0]
    assert '<th scope="row">expired</th>' in reasons


@pytest.mark.parametrize("days", [7, 30, 90])
def test_the_chart_has_as_many_days_as_its_address_says(
    cast: Cast, as_admin: Client, days: int
) -> None:
    for back in (0, 6, 7, 29, 30, 89, 90):
        day = timezone.now().date() - timedelta(days=back)
        Usage.objects.create(
            token=cast.token, day=day, verifier="registry", outcome="accepted", count=1
        )
    page = text(as_admin.get(f"{OVERVIEW}?days={days}"))
    expected = {7: 2, 30: 4, 90: 6}[days]
    assert f"{expected} accepted and 0 refused in the last {days} days" in page
    assert page.count('class="chart-slot"') == days


def test_other_numbers_of_days_are_named_as_unreadable(as_admin: Client) -> None:
    assert "Write 7, 30, 90." in text(as_admin.get(f"{OVERVIEW}?days=8"))


def test_the_history_is_the_projects_own_and_pages(cast: Cast, as_admin: Client) -> None:
    elsewhere = ProjectFactory(organization=cast.organization)
    create_repository(actor=cast.owner, project=elsewhere, name="foreign")
    for number in range(60):
        create_repository(actor=cast.owner, project=cast.project, name=f"r{number}")
    first = as_admin.get(HISTORY)
    assert "acme/payments/r59" in text(first)
    assert "foreign" not in text(first)
    following = linked(first, "next")
    assert following
    assert "acme/payments/r0" in text(as_admin.get(HISTORY + following))
    assert "r59" not in text(as_admin.get(f"{HISTORY}?action=robot:created&who=all"))


def test_an_event_of_another_project_is_404_there(cast: Cast, as_admin: Client) -> None:
    elsewhere = ProjectFactory(organization=cast.organization)
    create_repository(actor=cast.owner, project=elsewhere, name="foreign")
    foreign = Event.objects.latest("id")
    assert as_admin.get(f"{HISTORY}{foreign.uuid}/").status_code == 404
    create_repository(actor=cast.owner, project=cast.project, name="own")
    own = as_admin.get(f"{HISTORY}{Event.objects.latest('id').uuid}/")
    assert own.status_code == 200
    assert "/audit-log/" not in links(text(own))


def test_who_may_see_no_project_is_told_so(cast: Cast) -> None:
    page = text(browser(cast.member).get("/o/acme/projects/"))
    assert "No project is open to you" in page
    assert "can give you access" in page
