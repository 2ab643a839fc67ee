"""Token policies: the form, the preview, the change, and the tokens it blocks and lets work again."""

import re
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console.audit.recording import chain_of
from console.audit.verification import verify_chain
from console.models import Event
from console.permissions.vocabulary import DATA_PERMISSIONS, Permission
from robots.base.policy import OPEN, Policy
from robots.base.states import Refusal
from robots.models import Robot, Secret, Token, TokenPolicy
from robots.policies.services import EffectsChanged, PolicyAt, change_policy, effects_of
from robots.tokens.services.tokens import create_token
from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate
from robots.verifiers.credential import Credential
from tests.actors import events_written, holder
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.factories import ProjectFactory, RobotFactory

POLICY, CHANGE = "/o/acme/settings/policy/", "/o/acme/settings/policy/change/"
OF_PROJECT = "/o/acme/projects/payments/settings/policy/"
NINETY = {"default_days": "30", "maximum_days": "90", "own_secrets_allowed": "on"}
STRICT = Policy(default_days=30, maximum_days=90, never_allowed=False)
TOO_LONG = "Token policy: Tokens may live for 90 days at most."
LOOSE = {"default_days": "", "maximum_days": "", "never_allowed": "on", "own_secrets_allowed": "on"}
DAY = timedelta(days=1)


def set_policy(cast: Cast, limits: Policy, **of: Any) -> None:
    at, changes = PolicyAt(cast.organization, of.get("project")), asdict(limits)
    seen = effects_of(at, **changes).fingerprint
    change_policy(actor=cast.owner, policy=at, seen=seen, **changes)


def preview(cast: Cast, **sent: str) -> Any:
    return browser(cast.owner).get(CHANGE, NINETY | sent)


def confirm(cast: Cast, page: Any) -> Any:
    """What the preview's form sends."""
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text(page)))
    return browser(cast.owner).post(CHANGE, fields)


def state(cast: Cast) -> tuple[bool, str]:
    token = Token.objects.get(pk=cast.token.pk)
    return token.blocked_at is not None, token.blocked_reason


def log_in(cast: Cast) -> Any:
    return authenticate(None, cast.secret, Use("test", "192.0.2.7"))


def test_a_preview_names_the_tokens_and_changes_nothing(cast: Cast) -> None:
    with events_written() as events:
        page = preview(cast)
    assert (page.status_code, events, TokenPolicy.objects.count()) == (200, [], 0)
    assert "Blocked: 1 token" in text(page)
    assert texts_of(page, "a", **{"class": "entry-name"}) == ["nightly"]
    assert "Tokens may live for 90 days at most." in text(page)
    assert isinstance(log_in(cast), Credential)


def test_confirming_blocks_what_the_preview_named(cast: Cast) -> None:
    with events_written() as events:
        answer = confirm(cast, preview(cast))
    assert (answer.status_code, answer["Location"]) == (302, POLICY)
    assert state(cast) == (True, TOO_LONG)
    assert log_in(cast) is Refusal.BLOCKED
    assert [event.action for event in events] == ["policy:updated", "token:blocked"]
    changed, blocked = events
    assert changed.before["maximum_days"] is None
    assert changed.after["maximum_days"] == 90
    assert (changed.after["blocked"], changed.after["unblocked"]) == (1, 0)
    assert (blocked.target_uuid, blocked.after) == (cast.token.uuid, {"reason": TOO_LONG})
    assert verify_chain(chain_of(cast.organization)) == []


def test_another_organization_keeps_its_tokens(cast: Cast) -> None:
    confirm(cast, preview(cast))
    assert not Token.objects.filter(robot=cast.other_robot, blocked_at__isnull=False).exists()


def test_what_came_between_is_shown_again_and_nothing_is_changed(cast: Cast) -> None:
    page = preview(cast)
    create_token(actor=cast.owner, robot=cast.robot, name="between", kind="compact")
    with events_written() as events:
        answer = confirm(cast, page)
    assert (answer.status_code, events) == (409, [])
    assert "The tokens have changed since this was shown." in text(answer)
    assert texts_of(answer, "a", **{"class": "entry-name"}) == ["nightly", "between"]
    assert not TokenPolicy.objects.exists()
    assert confirm(cast, answer).status_code == 302
    assert Token.objects.filter(blocked_at__isnull=False).count() == 2


def test_a_forged_confirmation_is_shown_the_preview(cast: Cast) -> None:
    for seen, status in (("", 409), ("0" * 64, 409), ("x", 422)):
        answer = browser(cast.owner).post(CHANGE, NINETY | {"seen": seen})
        assert (answer.status_code, TokenPolicy.objects.count()) == (status, 0)


def test_a_policy_that_allows_them_lets_tokens_work_again(cast: Cast) -> None:
    set_policy(cast, STRICT)
    with events_written() as events:
        page = browser(cast.owner).get(CHANGE, LOOSE)
        assert "Working again: 1 token" in text(page)
        confirm(cast, page)
    assert state(cast) == (False, "")
    assert isinstance(log_in(cast), Credential)
    assert [event.action for event in events] == ["policy:updated", "token:unblocked"]


def test_only_what_the_policy_blocked_is_let_go(cast: Cast) -> None:
    Token.objects.filter(pk=cast.token.pk).update(
        blocked_at=timezone.now(), blocked_reason="Found in a public repository."
    )
    set_policy(cast, STRICT)
    set_policy(cast, OPEN)
    assert state(cast) == (True, "Found in a public repository.")


def test_a_block_says_why_it_stands_now(cast: Cast) -> None:
    set_policy(cast, STRICT)
    with events_written() as events:
        set_policy(cast, Policy(default_days=7, maximum_days=7, never_allowed=False))
    assert state(cast) == (True, "Token policy: Tokens may live for 7 days at most.")
    assert [event.action for event in events] == ["policy:updated"]


@pytest.mark.parametrize(
    ("made_ago", "left", "is_blocked"),
    [
        (89 * DAY, 1 * DAY, False),
        (89 * DAY, 2 * DAY, True),
        (300 * DAY, 1 * DAY, True),
        (timedelta(), 90 * DAY, False),
        (timedelta(), 91 * DAY, True),
        (300 * DAY, -DAY, False),
    ],
)
def test_a_life_counts_from_when_its_end_was_chosen(
    cast: Cast, made_ago: timedelta, left: timedelta, is_blocked: bool
) -> None:
    now = timezone.now()
    Token.objects.update(created_at=now - made_ago, expires_at=now + left)
    set_policy(cast, STRICT)
    assert state(cast)[0] is is_blocked


def test_a_renewed_token_counts_from_its_renewal(cast: Cast) -> None:
    now = timezone.now()
    Token.objects.update(
        created_at=now - 300 * DAY, renewed_at=now - 80 * DAY, expires_at=now + 9 * DAY
    )
    set_policy(cast, STRICT)
    assert state(cast) == (False, "")


def test_the_robots_own_end_counts_when_it_is_earlier(cast: Cast) -> None:
    Robot.objects.update(expires_at=timezone.now() + 30 * DAY)
    set_policy(cast, STRICT)
    assert state(cast) == (False, "")


def test_own_secrets_can_be_ruled_out(cast: Cast) -> None:
    own = {"kind": "own", "digest": None, "argon2_hash": "x"}
    Secret.objects.filter(token=cast.token).update(**own)
    set_policy(cast, Policy(own_secrets_allowed=False))
    assert state(cast) == (True, "Token policy: Own secrets are not allowed.")


def test_a_projects_policy_is_about_its_own_robots_alone(cast: Cast) -> None:
    elsewhere = create_token(
        actor=cast.owner, robot=cast.organization_robot, name="eu", kind="compact"
    )
    set_policy(cast, STRICT, project=cast.project)
    assert state(cast)[0]
    assert Token.objects.get(pk=elsewhere.token.pk).blocked_at is None


def test_of_organization_and_project_the_stricter_counts(cast: Cast) -> None:
    end = timezone.now() + 60 * DAY
    Token.objects.update(expires_at=end)
    set_policy(
        cast, Policy(default_days=7, maximum_days=30, never_allowed=False), project=cast.project
    )
    assert state(cast)[1] == "Token policy: Tokens may live for 30 days at most."
    set_policy(cast, STRICT)
    assert state(cast)[1] == "Token policy: Tokens may live for 30 days at most."
    set_policy(
        cast, Policy(default_days=7, maximum_days=80, never_allowed=False), project=cast.project
    )
    assert state(cast) == (False, "")


NEEDED = (Permission.ORGANIZATION_UPDATE, Permission.TOKEN_READ, Permission.TOKEN_UPDATE)


@pytest.mark.parametrize("missing", NEEDED)
def test_changing_needs_these_permissions(cast: Cast, missing: Permission) -> None:
    all_of_them = set(NEEDED)
    at, changes = PolicyAt(cast.organization), asdict(STRICT)
    lacking = holder(cast.organization, *(all_of_them - {missing}))
    with pytest.raises(PermissionDenied):
        change_policy(actor=lacking, policy=at, **changes)
    change_policy(actor=holder(cast.organization, *NEEDED), policy=at, **changes)


def test_nobody_lets_tokens_work_again_that_hold_more_than_they_do(cast: Cast) -> None:
    set_policy(cast, STRICT)
    at, changes = PolicyAt(cast.organization), asdict(OPEN)
    with pytest.raises(PermissionDenied):
        change_policy(actor=holder(cast.organization, *NEEDED), policy=at, **changes)
    assert state(cast)[0]
    full = holder(cast.organization, *NEEDED, *DATA_PERMISSIONS)
    change_policy(actor=full, policy=at, **changes)
    assert not state(cast)[0]


def test_many_tokens_are_one_event_each_and_the_chain_stays_whole(cast: Cast) -> None:
    Token.objects.bulk_create(
        Token(robot=cast.robot, name=f"t{n}", created_by="x") for n in range(1200)
    )
    with CaptureQueriesContext(connection) as captured:
        set_policy(cast, STRICT)
    assert len(captured) < 80
    assert Event.objects.filter(action="token:blocked").count() == 1201
    assert verify_chain(chain_of(cast.organization)) == []
    page = browser(cast.owner).get(CHANGE, LOOSE)
    assert "The first 100 of 1,201." in text(page)


def test_a_stale_preview_of_the_service_is_a_conflict(cast: Cast) -> None:
    at = PolicyAt(cast.organization)
    with pytest.raises(EffectsChanged) as changed:
        change_policy(actor=cast.owner, policy=at, seen="", **asdict(STRICT))
    assert changed.value.effects.blocked == {cast.token.pk: TOO_LONG}


def test_a_service_refuses_what_contradicts_itself(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        change_policy(actor=cast.owner, policy=PolicyAt(cast.organization), maximum_days=9)


def test_the_effects_cost_the_same_for_many_projects(cast: Cast) -> None:
    for number in range(5):
        project = ProjectFactory(organization=cast.organization)
        robot = RobotFactory(organization=cast.organization, project=project, name=f"r{number}")
        Token.objects.create(robot=robot, name="t", created_by="x")
        TokenPolicy.objects.create(organization=cast.organization, project=project)
    with CaptureQueriesContext(connection) as captured:
        effects_of(PolicyAt(cast.organization), **asdict(STRICT))
    assert len(captured) == 2


def test_what_would_work_again_is_part_of_what_was_shown(cast: Cast) -> None:
    set_policy(cast, STRICT)
    at, changes = PolicyAt(cast.organization), asdict(OPEN)
    seen = effects_of(at, **changes).fingerprint
    Token.objects.create(
        robot=cast.robot,
        name="t",
        created_by="x",
        blocked_at=timezone.now(),
        blocked_by="policy",
        blocked_reason=TOO_LONG,
    )
    with pytest.raises(EffectsChanged):
        change_policy(actor=cast.owner, policy=at, seen=seen, **changes)


def test_a_block_for_another_reason_began_when_it_began(cast: Cast) -> None:
    set_policy(cast, STRICT)
    began = timezone.now() - 3 * DAY
    Token.objects.filter(pk=cast.token.pk).update(blocked_at=began)
    set_policy(cast, Policy(default_days=7, maximum_days=7, never_allowed=False))
    assert Token.objects.get(pk=cast.token.pk).blocked_at == began
