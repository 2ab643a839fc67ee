"""When a token ends: what the forms offer under a policy, and choosing the end anew."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from console.audit.recording import changing
from console.permissions.vocabulary import DATA_PERMISSIONS, Permission
from robots.base.periods import NEVER_ENDS
from robots.base.states import Refusal
from robots.models import Robot, Secret, Token, TokenPolicy
from robots.policies.enforcement import BY_POLICY, renew_tokens, require_allowed
from robots.tokens.services.expiry import change_token_expiry
from robots.tokens.services.tokens import create_token
from robots.usage.counters import Use
from robots.verifiers.authentication import Credential, authenticate
from tests.actors import events_written, holder
from tests.browsers import browser, text
from tests.conftest import Cast

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
SENTENCE = "Tokens may live for 90 days at most."


@pytest.fixture
def ninety(cast: Cast) -> TokenPolicy:
    return TokenPolicy.objects.create(
        organization=cast.organization, maximum_days=90, default_days=60, never_allowed=False
    )


def expiry(cast: Cast) -> str:
    return f"/o/acme/robots/{cast.robot.uuid}/tokens/{cast.token.uuid}/expiry/"


def new(cast: Cast) -> str:
    return f"/o/acme/robots/{cast.robot.uuid}/tokens/new/"


def send(cast: Cast, **fields: str) -> Any:
    sent = {"name": "fresh", "kind": "compact", "request_key": str(uuid4())} | fields
    return browser(cast.owner).post(new(cast), sent)


def options(page: Any) -> list[str]:
    select = re.search(r'<select name="expiry".*?</select>', text(page), re.DOTALL)
    assert select
    return re.findall(r'<option value="(\w+)"', select[0])


def chosen(page: Any) -> str:
    found = re.search(r'<option value="(\w+)" selected', text(page))
    return found[1] if found else ""


def test_the_form_offers_what_the_policy_allows_and_presets_its_default(
    cast: Cast, ninety: TokenPolicy
) -> None:
    page = browser(cast.owner).get(new(cast))
    assert options(page) == ["30", "60", "90", "days", "date"]
    assert chosen(page) == "60"
    assert f"The token policy: {SENTENCE}" in text(page)


def test_without_a_policy_never_is_preset(cast: Cast) -> None:
    page = browser(cast.owner).get(new(cast))
    assert options(page) == ["never", "30", "90", "365", "days", "date"]
    assert chosen(page) in {"never", ""}


def test_a_robot_that_ends_in_time_lets_its_tokens_end_as_they_like(
    cast: Cast, ninety: TokenPolicy
) -> None:
    Robot.objects.update(expires_at=timezone.now() + 30 * DAY)
    assert "never" in options(browser(cast.owner).get(new(cast)))
    assert send(cast, expiry="never").status_code == 200


@pytest.mark.parametrize(
    "fields",
    [{"expiry": "never"}, {"expiry": "365"}, {"expiry": "days", "expiry_days": "91"}],
)
def test_what_the_policy_does_not_allow_is_422_with_its_sentence(
    cast: Cast, ninety: TokenPolicy, fields: dict[str, str]
) -> None:
    check_refused(cast, fields)


def test_a_last_day_that_ends_too_late_is_422_with_its_sentence(
    cast: Cast, ninety: TokenPolicy
) -> None:
    check_refused(cast, {"expiry": "date", "expiry_date": f"{timezone.now() + 92 * DAY:%Y-%m-%d}"})


def check_refused(cast: Cast, fields: dict[str, str]) -> None:
    with events_written() as events:
        answer = send(cast, **fields)
    assert (answer.status_code, events) == (422, [])
    assert text(answer).count(SENTENCE) > 1  # in the summary and at the field


def test_the_longest_end_is_allowed(cast: Cast, ninety: TokenPolicy) -> None:
    assert send(cast, expiry="days", expiry_days="90").status_code == 200


@pytest.mark.parametrize(
    ("ahead", "is_allowed"), [(90 * DAY, True), (90 * DAY + SECOND, False), (None, False)]
)
def test_the_service_holds_to_the_second(
    cast: Cast,
    clock: time_machine.Traveller,
    ninety: TokenPolicy,
    ahead: timedelta | None,
    is_allowed: bool,
) -> None:
    end = None if ahead is None else timezone.now() + ahead
    if is_allowed:
        create_token(actor=cast.owner, robot=cast.robot, name="x", kind="compact", expires_at=end)
        return
    with pytest.raises(ValidationError) as refused:
        create_token(actor=cast.owner, robot=cast.robot, name="x", kind="compact", expires_at=end)
    assert refused.value.message_dict == {"expires_at": [SENTENCE]}


def test_a_new_end_is_counted_from_now_and_is_one_event(cast: Cast) -> None:
    with events_written() as events:
        answer = browser(cast.owner).post(expiry(cast), {"expiry": "days", "expiry_days": "7"})
    assert answer["Location"] == cast.token.get_absolute_url()
    token = Token.objects.get(pk=cast.token.pk)
    assert token.expires_at
    assert abs(token.expires_at - timezone.now() - 7 * DAY) < timedelta(minutes=1)
    assert Robot.objects.get(pk=cast.robot.pk).next_expiry_at == token.expires_at
    (event,) = events
    assert (event.action, event.before) == ("token:expiry-changed", {"expires_at": None})


def test_it_ends_when_it_says(cast: Cast, clock: time_machine.Traveller) -> None:
    change_token_expiry(actor=cast.owner, token=cast.token, expires_at=timezone.now() + DAY)
    clock.shift(DAY - SECOND)
    assert isinstance(authenticate(None, cast.secret, Use("test")), Credential)
    clock.shift(SECOND)
    assert authenticate(None, cast.secret, Use("test")) is Refusal.EXPIRED


def test_an_ended_token_is_revived(cast: Cast) -> None:
    Token.objects.update(expires_at=timezone.now() - DAY)
    change_token_expiry(
        actor=cast.owner, token=Token.objects.get(pk=cast.token.pk), expires_at=None
    )
    assert isinstance(authenticate(None, cast.secret, Use("test")), Credential)
    assert Robot.objects.get(pk=cast.robot.pk).next_expiry_at == NEVER_ENDS


def test_a_blocked_token_works_again_when_its_end_is_brought_inside(
    cast: Cast, ninety: TokenPolicy
) -> None:
    Token.objects.update(
        blocked_at=timezone.now(), blocked_by="policy", blocked_reason=BY_POLICY + SENTENCE
    )
    token = cast.token.get_absolute_url()
    assert "Change Expiry" in text(browser(cast.owner).get(token))
    with events_written() as events:
        browser(cast.owner).post(expiry(cast), {"expiry": "30"})
    assert [event.action for event in events] == ["token:unblocked", "token:expiry-changed"]
    assert isinstance(authenticate(None, cast.secret, Use("test")), Credential)
    assert SENTENCE not in text(browser(cast.owner).get(token))


def test_what_somebody_else_blocked_stays_blocked(cast: Cast) -> None:
    Token.objects.update(blocked_at=timezone.now(), blocked_reason="Found in public.")
    end = timezone.now() + DAY
    assert change_token_expiry(actor=cast.owner, token=cast.token, expires_at=end).expires_at == end
    assert authenticate(None, cast.secret, Use("test")) is Refusal.BLOCKED


def test_a_new_end_outside_the_policy_is_refused(cast: Cast, ninety: TokenPolicy) -> None:
    answer = browser(cast.owner).post(expiry(cast), {"expiry": "365"})
    assert (answer.status_code, SENTENCE in text(answer)) == (422, True)
    token = change_token_expiry(actor=cast.owner, token=cast.token, expires_at=timezone.now() + DAY)
    with pytest.raises(ValidationError):
        change_token_expiry(actor=cast.owner, token=token, expires_at=None)


def test_the_same_end_changes_nothing(cast: Cast) -> None:
    """Not even from when its life counts; also when it is over."""
    for days in (3, -3):
        end = timezone.now() + days * DAY
        Token.objects.filter(pk=cast.token.pk).update(expires_at=end)
        before = Token.objects.filter(pk=cast.token.pk).values().get()
        token = Token.objects.get(pk=cast.token.pk)
        with events_written() as events:
            change_token_expiry(actor=cast.owner, token=token, expires_at=end)
        assert not events
        assert Token.objects.filter(pk=cast.token.pk).values().get() == before


def test_the_same_end_lets_a_blocked_token_work_when_it_is_near_by_now(
    cast: Cast, ninety: TokenPolicy
) -> None:
    end = timezone.now() + 80 * DAY
    Token.objects.update(expires_at=end, created_at=timezone.now() - 30 * DAY)
    Token.objects.update(
        blocked_at=timezone.now(), blocked_by="policy", blocked_reason=BY_POLICY + SENTENCE
    )
    token = Token.objects.get(pk=cast.token.pk)
    with events_written() as events:
        change_token_expiry(actor=cast.owner, token=token, expires_at=end)
    assert [event.action for event in events] == ["token:unblocked", "token:expiry-changed"]


def test_an_end_in_the_past_is_refused(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        change_token_expiry(actor=cast.owner, token=cast.token, expires_at=timezone.now())


def test_it_needs_the_permission_and_all_that_the_token_confers(cast: Cast) -> None:
    for held in ((Permission.TOKEN_UPDATE,), tuple(DATA_PERMISSIONS)):
        with pytest.raises(PermissionDenied):
            change_token_expiry(
                actor=holder(cast.organization, *held), token=cast.token, expires_at=None
            )
    full = holder(cast.organization, Permission.TOKEN_UPDATE, *DATA_PERMISSIONS)
    assert change_token_expiry(actor=full, token=cast.token, expires_at=None)


def test_own_secrets_that_are_not_allowed_are_refused_at_their_field(cast: Cast) -> None:
    TokenPolicy.objects.create(organization=cast.organization, own_secrets_allowed=False)
    with pytest.raises(ValidationError) as refused:
        require_allowed(cast.robot, ends_at=None, kind="own")
    assert refused.value.message_dict == {"own_secret": ["Own secrets are not allowed."]}
    require_allowed(cast.robot, ends_at=None, kind=Secret.Kind.COMPACT)


def test_a_later_end_of_the_robot_is_held_to_the_policy_of_its_tokens(
    cast: Cast, ninety: TokenPolicy
) -> None:
    now = timezone.now()
    robot, former = cast.robot, now + 30 * DAY
    with changing(cast.organization) as chain:
        robot.expires_at = None
        with pytest.raises(ValidationError):
            renew_tokens(chain, actor=cast.owner, robot=robot, former_end=former)
        robot.expires_at = now + 60 * DAY
        renew_tokens(chain, actor=cast.owner, robot=robot, former_end=former)
    assert Token.objects.get(pk=cast.token.pk).since >= now


@pytest.mark.parametrize(("days", "choice"), [(20, "date"), (-1, "never"), (None, "never")])
def test_an_end_that_is_ahead_is_preset(cast: Cast, days: int | None, choice: str) -> None:
    end = None if days is None else timezone.now() + days * DAY
    Token.objects.filter(pk=cast.token.pk).update(expires_at=end)
    page = browser(cast.owner).get(expiry(cast))
    assert chosen(page) == choice
    shown = f'value="{end:%Y-%m-%d}"' if end else 'type="date" value'
    assert (shown in text(page)) is (choice == "date")
