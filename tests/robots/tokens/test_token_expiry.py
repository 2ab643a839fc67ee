"""When a token ends: what the forms offer under a policy, and choosing the end anew."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from console import moments
from console.audit.recording import changing, record
from console.permissions.vocabulary import DATA_PERMISSIONS, Permission
from robots.base.periods import NEVER_ENDS
from robots.base.states import Refusal
from robots.models import Robot, Secret, Token, TokenPolicy
from robots.policies.enforcement import BY_POLICY, renew_tokens, require_allowed
from robots.tokens.services.expiry import change_token_expiry
from robots.tokens.services.tokens import create_token
from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate
from robots.verifiers.credential import Credential
from tests.actors import events_written, holder
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.robots.tokens.ends import expiry, last_second, send
from tests.snapshots import rows
from tests.unchanged import form_to

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
SENTENCE = "Tokens may live for 90 days at most."


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
    ("beyond", "is_allowed"), [(timedelta(), True), (-SECOND, True), (SECOND, False), (None, False)]
)
def test_the_service_holds_to_the_end_of_the_last_day(
    cast: Cast,
    clock: time_machine.Traveller,
    ninety: TokenPolicy,
    beyond: timedelta | None,
    is_allowed: bool,
) -> None:
    end = None if beyond is None else last_second(90) + beyond
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
        record(chain, actor=cast.owner, action="robot:updated", target=robot)
    assert Token.objects.get(pk=cast.token.pk).since >= now


@pytest.mark.parametrize("has_policy", [False, True])
@pytest.mark.parametrize("days", [20, 200, -1, None])
def test_saving_the_page_as_it_stands_changes_nothing(
    cast: Cast, days: int | None, has_policy: bool
) -> None:
    """Whatever the end is, and whether the policy would allow it now."""
    end = None if days is None else timezone.now() + days * DAY
    Token.objects.filter(pk=cast.token.pk).update(expires_at=end)
    if has_policy:
        TokenPolicy.objects.create(
            organization=cast.organization, maximum_days=30, default_days=5, never_allowed=False
        )
    page = browser(cast.owner).get(expiry(cast))
    shown = moments.absolute(end) if end else "never"
    assert f'<option value="keep" selected>As it is: {shown}</option>' in text(page)
    form, before = form_to(page, "post", expiry(cast)), rows()
    with events_written() as events:
        assert browser(cast.owner).post(expiry(cast), form.data).status_code == 302
    assert events == []
    assert rows() == before


def test_a_chosen_day_is_its_end_also_when_the_token_ends_on_that_day(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    Token.objects.filter(pk=cast.token.pk).update(expires_at=last_second(20) - timedelta(hours=3))
    sent = {"expiry": "date", "expiry_date": f"{last_second(20):%Y-%m-%d}"}
    assert "Valid until the end of that day, UTC." in text(browser(cast.owner).get(expiry(cast)))
    browser(cast.owner).post(expiry(cast), sent)
    assert Token.objects.get(pk=cast.token.pk).expires_at == last_second(20)
