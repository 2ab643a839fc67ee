"""Disabling what is unused: announced, never early, undone by one click."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from console.audit.sentences import sentence
from console.models import Event, Notice, OutgoingMail
from robots.accounts.services.robots import enable_robot
from robots.jobs import unused
from robots.jobs.unused import disable_unused
from robots.models import Robot, Token
from robots.policies.services import PolicyAt, PolicyChanges, change_policy
from robots.tokens.services.suspension import enable_token
from robots.tokens.services.tokens import create_token
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.front import ask, basic
from tests.robots.jobs.notices import DAY, NOW, SECOND

pytestmark = pytest.mark.usefixtures("clock")
TOKENS: PolicyChanges = {"disable_tokens_days": 90}
ROBOTS: PolicyChanges = {"disable_robots_days": 90}


def rule(cast: Cast, changes: PolicyChanges, *, of_project: bool = False) -> None:
    project = cast.project if of_project else None
    change_policy(actor=cast.owner, policy=PolicyAt(cast.organization, project), **changes)


def used(cast: Cast, days: float) -> None:
    """The cast's token and robot were used so many days ago."""
    moment = timezone.now() - days * DAY
    Token.objects.update(last_used_at=moment, idle_since=moment.date())
    Robot.objects.update(last_used_at=moment, created_at=moment)


def token(cast: Cast) -> Token:
    return Token.objects.get(pk=cast.token.pk)


def told() -> list[str]:
    return [
        it.removeprefix("unused.")
        for it in Notice.objects.order_by("id").values_list("kind", flat=True)
    ]


def test_off_at_first_and_nothing_is_told(cast: Cast) -> None:
    used(cast, 5000)
    assert disable_unused() == 0
    assert told() == []


def test_it_is_told_14_and_3_days_before_and_then_disabled(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    used(cast, 0)
    rule(cast, TOKENS)
    days: list[int] = []
    for after in (60, 76, 80, 87, 88, 90, 95):
        for by in (-SECOND, timedelta(), SECOND):
            clock.move_to(NOW + after * DAY + by)
            disable_unused()
            disable_unused()
            days += [after] * (len(told()) - len(days))
    assert list(zip(days, told(), strict=True)) == [
        (76, "announced"),
        (87, "announced"),
        (90, "disabled"),
    ]
    assert set(OutgoingMail.objects.values_list("recipient", flat=True)) == {"owner@example.com"}
    login = basic(cast.robot.login_name, cast.secret)
    assert ask("/service/token?service=registry", authorization=login).status == 401


def test_the_event_says_who_and_why(cast: Cast, clock: time_machine.Traveller) -> None:
    used(cast, 400)
    rule(cast, TOKENS | ROBOTS)
    disable_unused()
    with events_written() as events:
        for days in (12, 3):
            clock.shift(days * DAY)
            disable_unused()
    robots = [event for event in events if event.action == "robot:disabled"]
    assert {event.target_label for event in robots} >= {str(cast.robot)}
    assert {event.actor_label for event in events} == {"Roster"}
    assert sentence(robots[0]).endswith("by policy: unused for 90 days")


def test_what_was_unused_before_there_was_a_policy_has_its_two_weeks(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    used(cast, 400)
    rule(cast, TOKENS)
    disable_unused()
    assert token(cast).disables_at == NOW + 14 * DAY
    clock.move_to(NOW + 14 * DAY - SECOND)
    disable_unused()
    # The job stood still when the second notice was due: three days from now on, then.
    assert token(cast).disables_at == NOW + 17 * DAY - SECOND
    clock.move_to(NOW + 17 * DAY - 2 * SECOND)
    assert disable_unused() == 0
    clock.move_to(NOW + 17 * DAY)
    assert disable_unused() > 0
    assert token(cast).disabled_at == NOW + 17 * DAY


@pytest.mark.parametrize("spare", ["use", "policy off", "policy longer", "disable"])
def test_whatever_is_spared_is_not_disabled_and_is_announced_anew(
    cast: Cast, clock: time_machine.Traveller, spare: str
) -> None:
    used(cast, 90)
    rule(cast, TOKENS)
    disable_unused()
    assert token(cast).disables_at
    clock.shift(13 * DAY)
    match spare:
        case "use":
            used(cast, 0)
        case "policy off":
            rule(cast, {"disable_tokens_days": None})
        case "policy longer":
            rule(cast, {"disable_tokens_days": 365})
        case "disable":
            Token.objects.update(disabled_at=timezone.now())
    clock.shift(10 * DAY)
    assert disable_unused() == 0
    assert token(cast).disables_at is None


def test_a_shorter_policy_brings_nothing_forward_that_was_told(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    used(cast, 80)
    rule(cast, TOKENS)
    disable_unused()
    end = token(cast).disables_at
    rule(cast, {"disable_tokens_days": 30})
    disable_unused()
    assert token(cast).disables_at == end


def test_enabling_it_begins_its_time_anew(cast: Cast, clock: time_machine.Traveller) -> None:
    used(cast, 400)
    rule(cast, TOKENS | ROBOTS)
    for days in (0, 12, 3):
        clock.shift(days * DAY)
        disable_unused()
    robot = Robot.objects.get(pk=cast.robot.pk)
    assert robot.disabled_at
    enable_robot(actor=cast.owner, robot=robot)
    Token.objects.filter(pk=cast.token.pk).update(disabled_at=timezone.now())
    enable_token(actor=cast.owner, token=token(cast))
    begin = timezone.now()
    clock.move_to(begin + 75 * DAY)
    disable_unused()
    assert token(cast).disables_at is None
    clock.move_to(begin + 80 * DAY)
    disable_unused()
    assert token(cast).disables_at == begin + 94 * DAY
    assert Robot.objects.get(pk=cast.robot.pk).disables_at == begin + 94 * DAY


def test_a_robot_with_a_new_token_is_spared(cast: Cast) -> None:
    used(cast, 400)
    Token.objects.update(created_at=NOW - 400 * DAY)
    rule(cast, ROBOTS)
    create_token(actor=cast.owner, robot=cast.robot, name="new", kind="compact")
    disable_unused()
    assert Robot.objects.get(pk=cast.robot.pk).disables_at is None
    assert Robot.objects.get(pk=cast.organization_robot.pk).disables_at is not None


def test_a_projects_own_rule_is_about_its_robots_alone(cast: Cast) -> None:
    used(cast, 400)
    rule(cast, ROBOTS, of_project=True)
    disable_unused()
    announced = Robot.objects.filter(disables_at__isnull=False)
    assert {robot.project for robot in announced} == {cast.project}


def test_cut_off_anywhere_it_goes_on_where_it_was(
    cast: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unused, "CHUNK", 1)
    used(cast, 400)
    rule(cast, TOKENS | ROBOTS)
    disable_unused()
    count = Notice.objects.count()
    assert (
        count
        == Token.objects.filter(disables_at__isnull=False).count()
        + Robot.objects.filter(disables_at__isnull=False).count()
    )
    disable_unused()
    assert Notice.objects.count() == count


def test_the_overview_and_the_pages_say_it(cast: Cast) -> None:
    used(cast, 400)
    rule(cast, TOKENS | ROBOTS)
    client: Client = browser(cast.owner)
    assert "Disabled soon" not in text(client.get("/o/acme/"))
    disable_unused()
    assert "Disabled soon" in text(client.get("/o/acme/"))
    listed = text(client.get("/o/acme/attention/idle/"))
    assert "unless it is used" in listed
    for url in (cast.token.get_absolute_url(), cast.robot.get_absolute_url()):
        assert "unless it is used" in text(client.get(url))
    base = f"/api/v1/organizations/acme/robots/{cast.robot.uuid}/"
    assert client.get(base).json()["disables_at"] is not None
    assert client.get(f"{base}tokens/{cast.token.uuid}/").json()["disables_at"] is not None


def test_the_preview_says_what_would_be_announced(cast: Cast) -> None:
    used(cast, 400)
    sent = {"never_allowed": "on", "own_secrets_allowed": "on", "disable_tokens_days": "30"}
    page = text(browser(cast.owner).get("/o/acme/settings/policy/change/", sent))
    assert "Unused: 1 token" in page
    assert str(cast.token.name) in page
    assert Event.objects.filter(action="policy:updated").count() == 0
    body = {"disable_tokens_days": 30}
    address = "/api/v1/organizations/acme/policy/preview/"
    answer = browser(cast.owner).post(address, body, content_type="application/json")
    assert answer.json()["unused_tokens_count"] == 1


@pytest.mark.parametrize("days", ["29", "366"])
def test_days_have_bounds(cast: Cast, days: str) -> None:
    answer = browser(cast.owner).get(
        "/o/acme/settings/policy/change/", {"disable_tokens_days": days}
    )
    assert answer.status_code == 422
    assert "Give a number of days from 30 to 365." in text(answer)


def test_the_job_is_scheduled() -> None:
    assert settings.JOBS["disable-unused"] == ("robots.jobs.unused.disable_unused", 3600)
