"""Two secrets of one token: both work until the old one ends, and not a second longer."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from console.errors import Conflict
from console.models import Event
from console.permissions.decision import MissingPermission
from console.permissions.vocabulary import TICKABLE, Permission
from robots.base.states import Refusal
from robots.models import Robot, Secret, Token
from robots.tokens.services.repetition import RepeatedRequest
from robots.tokens.services.secrets import (
    OnlySecret,
    TokenExpired,
    TwoSecrets,
    end_secret,
    refresh_token,
    rotate_token,
)
from robots.tokens.services.tokens import create_token, delete_token
from robots.usage import flush
from tests.actors import events_written, holder
from tests.conftest import Cast
from tests.robots.tokens.rotating import SECOND, old, result, rotate, works
from tests.robots.verifiers.asking import part


@pytest.mark.parametrize(
    ("old_ends", "after"),
    [("24h", timedelta(hours=24)), ("1h", timedelta(hours=1)), ("7d", timedelta(days=7))],
)
def test_the_old_secret_works_until_its_end_and_the_new_one_goes_on(
    cast: Cast, old_ends: str, after: timedelta
) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        new = rotate(cast, old_ends=old_ends).plaintext.reveal()
        assert old(cast).ends_at == start + after
        clock.move_to(start + after - SECOND)
        assert works(cast.secret)
        assert works(new)
        clock.move_to(start + after)
        assert result(cast.secret) is Refusal.SECRET_ENDED
        assert works(new)


def test_24_hours_are_the_default(cast: Cast) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        rotate(cast)
        assert old(cast).ends_at == timezone.now() + timedelta(hours=24)


def test_now_ends_the_old_one_at_once(cast: Cast) -> None:
    new = rotate(cast, old_ends="now").plaintext.reveal()
    assert result(cast.secret) is Refusal.SECRET_ENDED
    assert works(new)


def test_by_hand_leaves_both_until_somebody_ends_one(cast: Cast) -> None:
    new = rotate(cast, old_ends="by-hand")
    with time_machine.travel(timezone.now() + timedelta(days=365), tick=False):
        assert works(cast.secret)
        end_secret(actor=cast.owner, token=cast.token, secret_id=cast.minted.secret.pk)
        assert result(cast.secret) is Refusal.SECRET_ENDED
        assert works(new.plaintext.reveal())


def test_the_first_use_of_the_new_one_ends_the_old_one_with_the_next_flush(cast: Cast) -> None:
    new = rotate(cast, old_ends="first-use").plaintext.reveal()
    assert works(cast.secret)
    assert flush.flush()
    assert works(cast.secret)
    assert works(new)
    assert flush.flush()
    assert result(cast.secret) is Refusal.SECRET_ENDED
    assert works(new)
    ended = old(cast).ends_at
    assert works(new)
    assert flush.flush()
    assert old(cast).ends_at == ended
    [event] = Event.objects.filter(action="secret:ended")
    assert (event.actor_label, event.target_uuid) == ("Roster", cast.token.uuid)
    assert event.before["secret_id"] == old(cast).pk


def test_the_first_use_of_another_tokens_secret_ends_nothing(cast: Cast) -> None:
    rotate(cast, old_ends="first-use")
    other = create_token(actor=cast.owner, robot=cast.robot, name="other", kind="compact")
    assert works(other.plaintext.reveal())
    flush.flush()
    assert works(cast.secret)


@pytest.mark.parametrize(("of_token", "of_robot"), [(3, 5), (5, 3)])
def test_token_and_robot_end_both_secrets(cast: Cast, of_token: int, of_robot: int) -> None:
    now = timezone.now()
    Token.objects.update(expires_at=now + timedelta(hours=of_token))
    Robot.objects.update(expires_at=now + timedelta(hours=of_robot))
    cast.token.refresh_from_db()
    new = rotate(cast, old_ends="24h").plaintext.reveal()
    with time_machine.travel(now + timedelta(hours=3) - SECOND, tick=False) as clock:
        for secret in (cast.secret, new):
            assert result(secret).ends_at == now + timedelta(hours=3)
        clock.move_to(now + timedelta(hours=3))
        assert not works(cast.secret)
        assert not works(new)


def test_a_signed_secret_keeps_the_tokens_end(cast: Cast) -> None:
    end = timezone.now().replace(microsecond=0) + timedelta(days=3)
    Token.objects.update(expires_at=end)
    cast.token.refresh_from_db()
    claims = part(rotate(cast, kind="signed").plaintext.reveal(), 1)
    assert claims["exp"] == int(end.timestamp())
    assert (claims["jti"], Token.objects.get(pk=cast.token.pk).expires_at) == (
        str(cast.token.uuid),
        end,
    )


def test_an_expired_token_gets_no_new_secret(cast: Cast) -> None:
    Token.objects.update(expires_at=timezone.now())
    cast.token.refresh_from_db()
    with pytest.raises(TokenExpired):
        rotate(cast)


def test_a_third_secret_is_refused_and_an_end_is_never_put_off(cast: Cast) -> None:
    new = rotate(cast, old_ends="1h")
    end = old(cast).ends_at
    with pytest.raises(TwoSecrets, match="End the older one first"):
        rotate(cast)
    end_secret(actor=cast.owner, token=cast.token, secret_id=new.secret.pk)
    rotate(cast, old_ends="7d")
    assert old(cast).ends_at == end


def test_a_third_secret_can_take_the_oldest_one_s_place(cast: Cast) -> None:
    second = rotate(cast, old_ends="by-hand")
    with events_written() as events:
        third = rotate(cast, old_ends="1h", end_older=True)
    assert result(cast.secret) is Refusal.SECRET_ENDED
    assert [it.pk for it in cast.token.secrets.live()] == [third.secret.pk, second.secret.pk]
    assert (second.ended_older, third.ended_older) == (False, True)
    (event,) = events
    second.secret.refresh_from_db()
    [ended] = event.after["ended_secret_ids"]
    assert ended not in {*event.after["old_secret_ids"], third.secret.pk, second.secret.pk}
    assert parse_datetime(event.after["old_secret_ends"]) == second.secret.ends_at
    assert rotate(cast, old_ends="now", end_older=True).ended_older
    assert cast.token.secrets.live().count() == 1
    assert not rotate(cast, end_older=True).ended_older


def test_who_waits_for_a_first_use_is_ended_with_the_older_one(cast: Cast) -> None:
    second = rotate(cast, old_ends="first-use")
    third = rotate(cast, old_ends="first-use", end_older=True)
    assert works(third.plaintext.reveal())
    flush.flush()
    assert [works(it) for it in (cast.secret, second.plaintext.reveal())] == [False, False]
    assert works(third.plaintext.reveal())


def test_the_last_secret_is_not_ended_and_an_ended_one_not_twice(cast: Cast) -> None:
    with pytest.raises(OnlySecret):
        end_secret(actor=cast.owner, token=cast.token, secret_id=cast.minted.secret.pk)
    rotate(cast, old_ends="now")
    with pytest.raises(Conflict, match="ended meanwhile"):
        end_secret(actor=cast.owner, token=cast.token, secret_id=cast.minted.secret.pk)


def test_ending_the_new_one_leaves_the_old_one_though_the_new_one_was_used_just_before(
    cast: Cast,
) -> None:
    new = rotate(cast, old_ends="first-use")
    assert works(new.plaintext.reveal())
    end_secret(actor=cast.owner, token=cast.token, secret_id=new.secret.pk)
    flush.flush()
    assert works(cast.secret)


def test_who_saw_an_older_secret_is_told(cast: Cast) -> None:
    rotate(cast, old_ends="now")
    before = Secret.objects.count()
    for current in (cast.minted.secret.pk, None, 10**30):
        with events_written() as events, pytest.raises(Conflict, match="newer secret meanwhile"):
            rotate(cast, current=current)
        assert events == []
    assert Secret.objects.count() == before


def test_what_is_deleted_or_moved_its_end_meanwhile_is_a_conflict(cast: Cast) -> None:
    Token.objects.update(expires_at=timezone.now() + timedelta(days=1))
    with pytest.raises(Conflict, match="end has been changed"):
        rotate(cast)
    delete_token(actor=cast.owner, token=cast.token)
    with pytest.raises(Conflict, match="deleted"):
        rotate(cast)


NEEDED = {Permission.TOKEN_ROTATE, *TICKABLE}


@pytest.mark.parametrize("missing", [Permission.TOKEN_ROTATE, Permission.ARTIFACT_DELETE])
def test_the_actor_may_rotate_and_holds_what_that_confers(cast: Cast, missing: Permission) -> None:
    assert rotate(cast, actor=holder(cast.organization, *NEEDED), old_ends="now")
    actor = holder(cast.organization, *(NEEDED - {missing}))
    live = cast.token.secrets.live().get().pk
    for change in (rotate_token, refresh_token):
        with events_written() as events, pytest.raises(MissingPermission) as refused:
            change(actor=actor, token=cast.token, current=live, kind="compact")
        assert (refused.value.permission, events) == (missing, [])
    assert cast.token.secrets.live().get().pk == live


def test_a_narrowed_token_asks_for_what_it_is_narrowed_to(cast: Cast) -> None:
    Token.objects.update(permissions=frozenset({Permission.ARTIFACT_PULL}))
    actor = holder(cast.organization, Permission.TOKEN_ROTATE, Permission.ARTIFACT_PULL)
    assert rotate(cast, actor=actor)


def test_one_event_says_what_happens_to_the_old_one(cast: Cast) -> None:
    with events_written() as events:
        new = rotate(cast, old_ends="first-use")
    (event,) = events
    assert (event.action, event.target_uuid) == ("token:rotated", cast.token.uuid)
    assert event.after == {
        "secret_id": new.secret.pk,
        "kind": "compact",
        "old_secret_ids": [cast.minted.secret.pk],
        "old_secret_ends": "At the first use of the new one",
    }
    with events_written() as events:
        end_secret(actor=cast.owner, token=cast.token, secret_id=new.secret.pk)
    (event,) = events
    assert (event.action, event.before["kind"]) == ("secret:ended", "compact")
    assert event.before["secret_id"] == new.secret.pk


def test_a_repeated_request_makes_one_secret(cast: Cast) -> None:
    key = uuid4()
    first = rotate(cast, request_key=key)
    with events_written() as events, pytest.raises(RepeatedRequest) as repeated:
        rotate(cast, request_key=key, current=first.secret.pk)
    assert (repeated.value.token, events) == (cast.token, [])
    assert cast.token.secrets.count() == 2
