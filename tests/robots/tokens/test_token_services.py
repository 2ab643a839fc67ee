"""Services of tokens: one change, one event, or nothing at all; a secret is minted once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from console.errors import Conflict
from console.models.events import SITE
from console.permissions.decision import Actor, MissingPermission
from console.permissions.vocabulary import TICKABLE, Permission
from robots.access.services.roles import RoleAt, create_role_token
from robots.accounts.services.robots import delete_robot
from robots.base.periods import NEVER_ENDS
from robots.base.states import State
from robots.models import Robot, Secret, SigningKey, Token
from robots.secrets import signing_keys
from robots.tokens.services.minting import Minted, mark_handed_over
from robots.tokens.services.repetition import RepeatedRequest
from robots.tokens.services.tokens import create_token, delete_token
from tests.actors import events_written, holder
from tests.conftest import Cast
from tests.factories import RobotFactory

PULL = frozenset({Permission.ARTIFACT_PULL})
PUSH = frozenset({Permission.ARTIFACT_PUSH})


def create(actor: Actor, robot: Robot, **changes: Any) -> Minted:
    fields: dict[str, Any] = {"name": "fresh", "kind": "compact"} | changes
    return create_token(actor=actor, robot=robot, **fields)


def counts() -> tuple[int, int]:
    return Token.objects.count(), Secret.objects.count()


def test_creating_is_one_event_without_the_secret(cast: Cast) -> None:
    actor = holder(cast.organization, Permission.TOKEN_CREATE, *TICKABLE)
    ends = timezone.now() + timedelta(days=3)
    with events_written() as events:
        minted = create(actor, cast.robot, expires_at=ends, permissions=PUSH)
    (event,) = events
    assert (event.action, event.actor_uuid) == ("token:created", actor.uuid)
    assert (event.target_kind, event.target_uuid) == ("token", minted.token.uuid)
    assert event.target_label == "acme/payments/ci/fresh"
    assert event.after | {"expires_at": ""} == {
        "name": "fresh",
        "secret_id": minted.secret.pk,
        "kind": "compact",
        "expires_at": "",
        "permissions": ["artifact:push"],
    }
    assert str(minted.secret.digest) not in str([event.before, event.after])
    assert (minted.secret.created_by, minted.secret.handed_over_at) == (actor.login_name, None)


@pytest.mark.parametrize(
    ("held", "missing"),
    [
        (set(Permission) - {Permission.TOKEN_CREATE}, Permission.TOKEN_CREATE),
        ({Permission.TOKEN_CREATE, Permission.ARTIFACT_PULL}, None),
    ],
)
def test_who_does_not_hold_it_cannot_make_a_token(
    cast: Cast, held: set[Permission], missing: Permission | None
) -> None:
    actor, before = holder(cast.organization, *held), counts()
    with events_written() as events, pytest.raises(MissingPermission) as refused:
        create(actor, cast.robot)
    assert missing in {None, refused.value.permission}
    assert (events, counts()) == ([], before)


def test_a_narrowed_token_needs_only_what_it_confers(cast: Cast) -> None:
    actor = holder(cast.organization, Permission.TOKEN_CREATE, Permission.ARTIFACT_PULL)
    assert create(actor, cast.robot, permissions=PULL).token.permissions == PULL
    with pytest.raises(MissingPermission):
        create(actor, cast.robot, name="more", permissions=PUSH)


def test_strangers_members_and_operators_make_no_token(cast: Cast) -> None:
    for actor in (cast.stranger, cast.member, cast.operator):
        with events_written() as events, pytest.raises(MissingPermission):
            create(actor, cast.robot)
        assert events == []


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "A"},
        {"name": "a" * 101},
        {"name": "nightly"},
        {"name": "a\n"},
        {"kind": "own"},
        {"expires_at": timezone.now() - timedelta(seconds=1)},
    ],
)
def test_a_wrong_token_is_not_made(cast: Cast, changes: dict[str, object]) -> None:
    before = counts()
    with events_written() as events, pytest.raises(ValidationError):
        create(cast.owner, cast.robot, **changes)
    assert [event for event in events if event.chain != SITE] == []  # a key may have been made
    assert counts() == before


def test_a_repeated_request_names_the_token_of_the_first(cast: Cast) -> None:
    key = uuid4()
    first = create(cast.owner, cast.robot, request_key=key)
    before = counts()
    with events_written() as events, pytest.raises(RepeatedRequest) as repeated:
        create(cast.owner, cast.robot, name="other", request_key=key)
    assert repeated.value.token == first.token
    assert (events, counts()) == ([], before)


def test_a_request_of_another_robot_is_a_conflict_and_names_nothing(cast: Cast) -> None:
    key = uuid4()
    create(cast.owner, cast.robot, request_key=key)
    for robot, actor in ((cast.organization_robot, cast.owner), (cast.other_robot, cast.stranger)):
        with events_written() as events, pytest.raises(Conflict) as refused:
            create(actor, robot, request_key=key)
        assert not isinstance(refused.value, RepeatedRequest)
        assert events == []


def test_a_robot_that_went_meanwhile_gets_no_token(cast: Cast) -> None:
    robot = Robot.objects.get(pk=cast.robot.pk)
    delete_robot(actor=cast.owner, robot=cast.robot)
    before = counts()
    with events_written() as events, pytest.raises(Conflict):
        create(cast.owner, robot)
    assert (events, counts()) == ([], before)


def test_deleting_is_one_event_and_keeps_the_row(cast: Cast) -> None:
    actor = holder(cast.organization, Permission.TOKEN_DELETE)
    with events_written() as events:
        delete_token(actor=actor, token=cast.token)
    (event,) = events
    assert (event.action, event.actor_uuid) == ("token:deleted", actor.uuid)
    assert (event.target_uuid, event.before) == (cast.token.uuid, {"name": "nightly"})
    assert Token.objects.get(pk=cast.token.pk).state == State.REVOKED


def test_a_token_is_deleted_once(cast: Cast) -> None:
    delete_token(actor=cast.owner, token=cast.token)
    revoked_at = Token.objects.get(pk=cast.token.pk).revoked_at
    with events_written() as events, pytest.raises(Conflict):
        delete_token(actor=cast.owner, token=cast.token)
    assert events == []
    assert Token.objects.get(pk=cast.token.pk).revoked_at == revoked_at


def test_a_token_whose_robot_went_meanwhile_is_a_conflict(cast: Cast) -> None:
    delete_robot(actor=cast.owner, robot=cast.robot)
    with events_written() as events, pytest.raises(Conflict):
        delete_token(actor=cast.owner, token=cast.token)
    assert events == []


def test_who_may_not_delete_deletes_nothing(cast: Cast) -> None:
    almost = holder(cast.organization, *(set(Permission) - {Permission.TOKEN_DELETE}))
    for actor in (almost, cast.member, cast.stranger, cast.operator):
        with events_written() as events, pytest.raises(MissingPermission):
            delete_token(actor=actor, token=cast.token)
        assert events == []
    assert Token.objects.get(pk=cast.token.pk).revoked_at is None


def test_a_name_that_is_used_again_is_another_token(cast: Cast) -> None:
    delete_token(actor=cast.owner, token=cast.token)
    again = create(cast.owner, cast.robot, name="nightly").token
    assert (again.pk, again.uuid) != (cast.token.pk, cast.token.uuid)
    assert Token.objects.get(pk=cast.token.pk).state == State.REVOKED


def test_the_robot_knows_the_next_expiry(cast: Cast) -> None:
    now = timezone.now()
    robot = RobotFactory(organization=cast.organization, expires_at=now + timedelta(days=9))

    def next_expiry() -> object:
        return Robot.objects.get(pk=robot.pk).next_expiry_at

    create(cast.owner, robot, name="late", expires_at=now + timedelta(days=20))
    assert next_expiry() == robot.expires_at
    first = create(cast.owner, robot, name="first", expires_at=now + timedelta(days=2)).token
    create(cast.owner, robot, name="second", expires_at=now + timedelta(days=3))
    assert next_expiry() == now + timedelta(days=2)
    delete_token(actor=cast.owner, token=first)
    assert next_expiry() == now + timedelta(days=3)


def test_a_robot_without_ends_has_no_next_expiry(cast: Cast) -> None:
    ends = timezone.now() + timedelta(days=1)
    token = create(cast.owner, cast.organization_robot, expires_at=ends).token
    assert Robot.objects.get(pk=cast.organization_robot.pk).next_expiry_at == ends
    delete_token(actor=cast.owner, token=token)
    assert Robot.objects.get(pk=cast.organization_robot.pk).next_expiry_at == NEVER_ENDS


def test_handing_over_is_noted_once(cast: Cast) -> None:
    mark_handed_over(cast.minted.secret)
    first = Secret.objects.get(pk=cast.minted.secret.pk).handed_over_at
    assert first is not None
    mark_handed_over(cast.minted.secret)
    assert Secret.objects.get(pk=cast.minted.secret.pk).handed_over_at == first


def test_the_first_signing_key_is_made_before_the_organization_is_locked(cast: Cast) -> None:
    """It is a change of the site's chain, whose lock comes first."""
    SigningKey.objects.all().delete()
    signing_keys.forget()
    role = RoleAt(cast.organization, key="organization:viewer")
    minted = create_role_token(actor=cast.owner, role=role, name="watch")
    assert minted.secret.kind == "signed"
    assert SigningKey.objects.filter(purpose=SigningKey.Purpose.ROBOT_TOKENS).exists()
