"""Saying something about a project's needs on its own overview: the organization's stay as they are."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from console.models import Notice
from robots.access.services.deletions import delete_project
from robots.models import DailyUse, NeedAnswer, Token, Usage
from teams.grants.services import GrantSpec, give
from tests.actors import events_written
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.factories import ProjectFactory

OVERVIEW = "/o/acme/projects/payments/overview/"
ADDRESS = "/o/acme/projects/payments/attention/refused/answer/"
REOPENING = "/o/acme/projects/payments/attention/refused/reopening/"
ACKNOWLEDGED = {"kind": "acknowledged"}
RED = 'class="stat" data-tone="danger"'
pytestmark = pytest.mark.usefixtures("clock")


def refuse(token: Token, count: int) -> None:
    """The token was refused so often today."""
    today = timezone.now().date()
    Token.objects.filter(pk=token.pk).update(refused_on=today)
    Usage.objects.update_or_create(
        token=token, day=today, verifier="registry", outcome="expired", defaults={"count": count}
    )


@pytest.fixture
def elsewhere(cast: Cast) -> Token:
    """A token of the organization that is not the project's."""
    other = {"robot": cast.organization_robot, "name": "far", "created_by": "x"}
    return Token.objects.create(**other)


@pytest.fixture(autouse=True)
def _refused(cast: Cast) -> None:
    refuse(cast.token, 7)
    today = timezone.now().date()
    DailyUse.objects.create(organization=cast.organization, day=today, refused=7)


@pytest.fixture
def as_admin(cast: Cast) -> Client:
    spec = GrantSpec(cast.organization, cast.project, role="project:admin")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    return browser(cast.member)


def is_red(client: Client, address: str = OVERVIEW) -> bool:
    return RED in text(client.get(address))


def labels(client: Client, query: str = "") -> list[str]:
    return texts_of(client.get(OVERVIEW + query), "span", **{"class": "stat-label"})


def answer(client: Client, data: dict[str, str], status: int = 302) -> Any:
    response = client.post(ADDRESS, data)
    assert response.status_code == status
    return response


def test_its_admin_acknowledges_what_is_the_projects_alone(cast: Cast, as_admin: Client) -> None:
    assert is_red(as_admin)
    assert f'href="{ADDRESS}"' in text(as_admin.get(OVERVIEW))
    with events_written() as events:
        assert answer(as_admin, ACKNOWLEDGED)["Location"] == OVERVIEW
    assert not is_red(as_admin)
    assert f"Acknowledged by {cast.member.email}" in text(as_admin.get(OVERVIEW))
    (event,) = events
    assert (event.action, event.target_uuid) == ("need:acknowledged", cast.project.uuid)
    assert is_red(browser(cast.owner), "/o/acme/")
    assert "acknowledged refused tokens" in " ".join(
        text(as_admin.get("/o/acme/projects/payments/history/")).split()
    )


def test_what_is_said_of_the_organization_is_not_said_of_the_project(
    cast: Cast, as_admin: Client
) -> None:
    browser(cast.owner).post("/o/acme/attention/refused/answer/", ACKNOWLEDGED)
    assert not is_red(browser(cast.owner), "/o/acme/")
    assert is_red(as_admin)


def test_it_is_back_when_another_request_of_the_project_is_refused(
    cast: Cast, as_admin: Client, elsewhere: Token
) -> None:
    answer(as_admin, ACKNOWLEDGED)
    refuse(elsewhere, 9)
    DailyUse.objects.update(refused=16)
    assert not is_red(as_admin)
    refuse(cast.token, 8)
    assert is_red(as_admin)


def test_what_comes_into_the_two_weeks_is_new_if_it_is_of_the_project(
    cast: Cast, as_admin: Client, elsewhere: Token, clock: time_machine.Traveller
) -> None:
    now, day = timezone.now(), timedelta(days=1)
    Token.objects.filter(pk=cast.token.pk).update(expires_at=now + day, sorted_end=now + day)
    as_admin.post("/o/acme/projects/payments/attention/expiring/answer/", ACKNOWLEDGED)
    end = now + 15 * day
    Token.objects.filter(pk=elsewhere.pk).update(sorted_end=end, created_at=now)
    clock.shift(2 * day)
    Token.objects.filter(pk=cast.token.pk).update(sorted_end=now + 3 * day)
    assert 'data-tone="warning"' not in text(as_admin.get(OVERVIEW))
    Token.objects.filter(pk=cast.token.pk).update(sorted_end=end, created_at=now)
    assert 'data-tone="warning"' in text(as_admin.get(OVERVIEW))


def test_what_is_muted_is_shown_on_request_until_it_is_taken_up(as_admin: Client) -> None:
    answer(as_admin, {"kind": "muted"}, 422)
    answer(as_admin, {"kind": "muted", "reason": "Replaced soon"})
    assert "Refused" not in labels(as_admin)
    assert "1 muted" in text(as_admin.get(OVERVIEW))
    assert "Refused" in labels(as_admin, "?show=muted")
    assert REOPENING in text(as_admin.get(ADDRESS))
    assert as_admin.post(REOPENING)["Location"] == OVERVIEW
    assert is_red(as_admin)


def test_who_is_given_it_sees_the_project_and_is_led_there(cast: Cast, as_admin: Client) -> None:
    given = {"kind": "given", "given_to": cast.stranger.email}
    assert "No member has this e-mail address" in text(answer(as_admin, given, 422))
    answer(as_admin, {"kind": "given", "given_to": cast.member.email})
    notice = Notice.objects.get(kind="need.given")
    assert (notice.path, notice.subject_uuid) == (OVERVIEW, cast.project.uuid)
    assert f"refused tokens of {cast.project.name} to see to" in notice.title


def test_only_who_may_change_its_tokens_says_something(cast: Cast) -> None:
    spec = GrantSpec(cast.organization, cast.project, role="project:maintainer")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    client = browser(cast.member)
    assert is_red(client)
    assert ADDRESS not in text(client.get(OVERVIEW))
    assert client.post(ADDRESS, ACKNOWLEDGED).status_code == 403
    assert client.post(REOPENING).status_code == 403


def test_there_are_no_needs_of_robot_accounts_and_leaks_in_a_project(as_admin: Client) -> None:
    for need in ("ending", "idle_robots", "leaked", "nothing"):
        address = f"/o/acme/projects/payments/attention/{need}/answer/"
        assert as_admin.get(address).status_code == 404
    assert as_admin.get("/o/acme/attention/refused/answer/").status_code == 403


def test_each_project_has_its_own_answers_and_they_go_with_it(cast: Cast) -> None:
    owner, other = browser(cast.owner), ProjectFactory(organization=cast.organization)
    answer(owner, ACKNOWLEDGED)
    owner.post(f"/o/acme/projects/{other.slug}/attention/refused/answer/", ACKNOWLEDGED)
    owner.post("/o/acme/attention/refused/answer/", ACKNOWLEDGED)
    answer(owner, ACKNOWLEDGED | {"reason": "Again"})
    assert NeedAnswer.objects.count() == 3
    delete_project(actor=cast.owner, project=cast.project)
    assert set(NeedAnswer.objects.values_list("project", flat=True)) == {other.pk, None}
