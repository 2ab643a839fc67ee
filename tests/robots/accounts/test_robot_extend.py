"""When a robot ends: counted from now, said before it is saved, to the second; and extended."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from console import moments
from console.permissions.decision import MissingPermission
from console.permissions.vocabulary import TICKABLE, Permission
from robots.accounts.services.editing import update_robot
from robots.accounts.services.expiry import extend_robot, when
from robots.base.periods import NEVER_ENDS
from robots.base.states import is_longer
from robots.models import Robot, Token, TokenPolicy
from robots.policies.services import PolicyAt, PolicyChanges, change_policy
from tests.actors import events_written, holder
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.front import ask, basic
from tests.robots.accounts.editing import held, page_of

LOGIN = "/service/token?service=registry&scope=repository:acme/payments/api:pull"


@pytest.mark.parametrize("tab", ["settings", "extension"])
@pytest.mark.parametrize(("days", "length"), [("1", 1), ("36500", 36_500), ("-1", None)])
def test_days_count_from_now_and_minus_one_is_never(
    as_owner: Client, cast: Cast, tab: str, days: str, length: int | None
) -> None:
    now = timezone.now()
    extend_robot(actor=cast.owner, robot=cast.robot, expires_at=now + timedelta(days=3))
    with time_machine.travel(now, tick=False):
        as_owner.force_login(cast.owner)
        data = {"description": "", "expiry": "days", "expiry_days": days, "earlier": "on"}
        assert as_owner.post(page_of(cast.robot, tab), data).status_code == 302
    found = Robot.objects.get(pk=cast.robot.pk)
    assert found.expires_at == (now + timedelta(days=length) if length else None)
    assert found.next_expiry_at == (found.expires_at or NEVER_ENDS)
    assert held(found) == {"acme/payments": sorted(TICKABLE)}


@pytest.mark.parametrize("tab", ["settings", "extension"])
@pytest.mark.parametrize("days", ["0", "-2", "36501", "1.5", "", "99999999999999999999", "soon"])
def test_any_other_number_is_refused_in_words(
    as_owner: Client, cast: Cast, tab: str, days: str
) -> None:
    data = {"description": "", "expiry": "days", "expiry_days": days}
    answer = as_owner.post(page_of(cast.robot, tab), data)
    assert answer.status_code == 422
    assert "Enter a" in text(answer)
    assert Robot.objects.get(pk=cast.robot.pk).expires_at is None


@pytest.mark.usefixtures("clock")
def test_the_choices_say_when_each_ends(as_owner: Client, cast: Cast) -> None:
    end = f"{timezone.now() + timedelta(days=90):%-d %b %Y, %H:%M UTC}"
    for tab in ("settings", "extension"):
        assert f"90 days, until {end}" in text(as_owner.get(page_of(cast.robot, tab)))


def test_an_expired_robot_works_again_once_extended_to_the_second(cast: Cast) -> None:
    now = timezone.now()
    end = now + timedelta(days=1)
    extend_robot(actor=cast.owner, robot=cast.robot, expires_at=end)
    credentials = basic(cast.robot.login_name, cast.secret)
    with time_machine.travel(end - timedelta(seconds=1), tick=False) as clock:
        assert ask(LOGIN, authorization=credentials).status == 200
        clock.move_to(end)
        assert ask(LOGIN, authorization=credentials).status == 401
        client = browser(cast.owner)
        answer = client.post(page_of(cast.robot, "extension"), {"expiry": "30"})
        assert answer.status_code == 302
        assert ask(LOGIN, authorization=credentials).status == 200
        clock.move_to(end + timedelta(days=30))
        assert ask(LOGIN, authorization=credentials).status == 401


def test_to_live_longer_takes_all_that_it_holds_and_to_end_earlier_does_not(cast: Cast) -> None:
    soon, later = (timezone.now() + timedelta(days=n) for n in (1, 9))
    actor = holder(cast.organization, Permission.ROBOT_UPDATE)
    robot = extend_robot(actor=actor, robot=cast.robot, expires_at=soon)
    for end in (later, None):
        with events_written() as events, pytest.raises(MissingPermission):
            extend_robot(actor=actor, robot=robot, expires_at=end)
        with pytest.raises(MissingPermission):
            update_robot(actor=actor, robot=robot, expires_at=end)
        assert events == []
    full = holder(cast.organization, Permission.ROBOT_UPDATE, *TICKABLE)
    with events_written() as events:
        extend_robot(actor=full, robot=robot, expires_at=later)
        extend_robot(actor=full, robot=robot, expires_at=later)
    (event,) = events
    assert event.action == "robot:extended"
    assert event.before["expires_at"] < event.after["expires_at"]


@pytest.mark.parametrize("days", [None, 40])
def test_it_ends_earlier_only_when_that_is_meant(
    as_owner: Client, cast: Cast, clock: time_machine.Traveller, days: int | None
) -> None:
    end = None if days is None else timezone.now() + timedelta(days=days)
    extend_robot(actor=cast.owner, robot=cast.robot, expires_at=end)
    address, box = page_of(cast.robot, "extension"), 'name="earlier"'
    assert box not in text(as_owner.get(address))
    with events_written() as events:
        asked = as_owner.post(address, {"expiry": "30"})
    assert (asked.status_code, events) == (422, [])
    new = timezone.now() + timedelta(days=30)
    said = f"Will end {moments.absolute(new)} instead of {when(end)}, which is earlier."
    assert said in text(asked)
    assert box in text(asked)
    assert as_owner.post(address, {"expiry": "30", "earlier": "on"}).status_code == 302
    assert Robot.objects.get(pk=cast.robot.pk).expires_at == new
    later = as_owner.post(address, {"expiry": "90"})
    assert later.status_code == 302


@pytest.mark.parametrize(
    ("days", "preset"), [(None, "keep"), (5, "90"), (100, "365"), (400, "keep")]
)
def test_the_first_choice_never_shortens(
    as_owner: Client, cast: Cast, days: int | None, preset: str
) -> None:
    end = None if days is None else timezone.now() + timedelta(days=days)
    extend_robot(actor=cast.owner, robot=cast.robot, expires_at=end)
    address = page_of(cast.robot, "extension")
    assert f'<option value="{preset}" selected>' in text(as_owner.get(address))
    assert as_owner.post(address, {"expiry": preset}).status_code == 302
    found = Robot.objects.get(pk=cast.robot.pk).expires_at
    assert found == end if preset == "keep" else is_longer(end, found)


@pytest.mark.parametrize("tab", ["settings", "extension"])
def test_what_is_offered_is_accepted_under_the_policy_of_its_tokens(
    as_owner: Client, cast: Cast, tab: str
) -> None:
    """A token without an end of its own ends with its robot, so its policy says what there is to choose."""
    month: PolicyChanges = {"default_days": 20, "maximum_days": 30, "never_allowed": False}
    change_policy(actor=cast.owner, policy=PolicyAt(cast.organization), **month)
    page = text(as_owner.get(page_of(cast.robot, tab)))
    select = re.search(r'<select name="expiry".*?</select>', page, re.DOTALL)
    assert select
    offered = re.findall(r'<option value="(\w+)"', select[0])
    assert [it for it in offered if it != "keep"] == ["20", "30", "days", "date"]
    for choice in ("30", "20"):
        data = {"description": "", "expiry": choice, "earlier": "on"}
        assert as_owner.post(page_of(cast.robot, tab), data).status_code == 302


def test_the_extension_is_a_dialog_for_htmx_and_a_page_for_all(
    as_owner: Client, cast: Cast
) -> None:
    address = page_of(cast.robot, "extension")
    assert "<html" in text(as_owner.get(address))
    asked = {"HX-Request": "true", "HX-Target": "dialog"}
    assert "<html" not in text(as_owner.get(address, headers=asked))


def test_tokens_whose_end_this_moves_are_held_to_their_policy(cast: Cast) -> None:
    """A token without an end of its own ends with its robot."""
    soon, late = (timezone.now() + timedelta(days=n) for n in (20, 40))
    month: PolicyChanges = {"default_days": 30, "maximum_days": 30, "never_allowed": False}
    change_policy(actor=cast.owner, policy=PolicyAt(cast.organization), **month)
    blocked = Token.objects.get(pk=cast.token.pk)
    assert blocked.state == "blocked"
    # An end instead of none is earlier and never refused, but not early enough.
    extend_robot(actor=cast.owner, robot=cast.robot, expires_at=late)
    assert Token.objects.get(pk=cast.token.pk).state == "blocked"
    with events_written() as events:
        extend_robot(actor=cast.owner, robot=cast.robot, expires_at=soon)
    assert [event.action for event in events] == ["token:unblocked", "robot:extended"]
    assert Token.objects.get(pk=cast.token.pk).state == "active"
    for end in (late, None):
        with pytest.raises(ValidationError, match="30 days at most"):
            extend_robot(actor=cast.owner, robot=cast.robot, expires_at=end)
    with pytest.raises(ValidationError, match="30 days at most"):
        update_robot(actor=cast.owner, robot=cast.robot, expires_at=late)
    assert Robot.objects.get(pk=cast.robot.pk).expires_at == soon


def test_tokens_that_end_before_their_robot_keep_their_life(cast: Cast) -> None:
    """Nothing was chosen for them: neither counted anew nor held to a policy that came later."""
    now = timezone.now()
    made = now - timedelta(days=300)
    Token.objects.filter(pk=cast.token.pk).update(
        created_at=made, expires_at=now + timedelta(days=5)
    )
    extend_robot(actor=cast.owner, robot=cast.robot, expires_at=now + timedelta(days=20))
    TokenPolicy.objects.create(
        organization=cast.organization, default_days=1, maximum_days=1, never_allowed=False
    )
    for days in (40, 6, None):
        end = None if days is None else now + timedelta(days=days)
        extend_robot(actor=cast.owner, robot=cast.robot, expires_at=end)
    assert Token.objects.get(pk=cast.token.pk).renewed_at is None
