"""A person's own tokens: who may do what with them, where that is written, and when they work."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from console.audit.recording import chain_of
from console.audit.verification import verify_chain
from console.errors import Conflict
from console.mail import outbox
from console.minted_secrets import Plaintext
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from robots.base.states import Refusal
from robots.jobs.notices import send_notices
from robots.models import NoticeSent, Token
from robots.tokens.services.addresses import change_token_addresses
from robots.tokens.services.expiry import change_token_expiry
from robots.tokens.services.minting import Minted
from robots.tokens.services.repetition import RepeatedRequest
from robots.tokens.services.secrets import end_secret, refresh_token, rotate_token
from robots.tokens.services.suspension import disable_token, enable_token
from robots.tokens.services.tokens import delete_token
from teams.models import User
from tests.actors import events_written, holder
from tests.conftest import Cast
from tests.robots.tokens.personal import coming_with, make, only_secret, result, works
from tests.snapshots import rows
from tests.stage import soon

pytestmark = pytest.mark.usefixtures("clock")
PULL = frozenset({Permission.ARTIFACT_PULL})
Change = Callable[[Any, Token], Any]
CHANGES: dict[str, Change] = {
    "token:disabled": lambda actor, token: disable_token(actor=actor, token=token),
    "token:enabled": lambda actor, token: enable_token(actor=actor, token=token),
    "token:expiry-changed": lambda actor, token: change_token_expiry(
        actor=actor, token=token, expires_at=soon()
    ),
    "token:addresses-changed": lambda actor, token: change_token_addresses(
        actor=actor, token=token, addresses="10.0.0.0/8"
    ),
    "token:rotated": lambda actor, token: rotate_token(
        actor=actor, token=token, current=only_secret(token), kind="compact"
    ),
    "secret:ended": lambda actor, token: end_secret(
        actor=actor, token=token, secret_id=token.secrets.earliest("id").pk
    ),
    "token:refreshed": lambda actor, token: refresh_token(
        actor=actor, token=token, current=only_secret(token), kind="compact"
    ),
    "token:deleted": lambda actor, token: delete_token(actor=actor, token=token),
}
# What whoever came with a token may do, beside a new secret of that very one.
BY_TOKEN = {"token:deleted"}
OF_ITSELF = {"token:rotated", "token:refreshed", "secret:ended"}


def may(change: Change, actor: Any, token: Token) -> bool:
    """Whether it is allowed; whatever it does is undone."""
    before = rows()
    try:
        with transaction.atomic():
            change(actor, token)
            transaction.set_rollback(True)
    except PermissionDenied:
        assert rows() == before
        return False
    except Conflict:  # allowed, and not the moment for it
        return True
    return True


def test_each_change_is_one_event_of_the_sites_chain_that_names_the_person(cast: Cast) -> None:
    with events_written() as events:
        token = make(cast).token
        for change in CHANGES.values():
            change(cast.owner, Token.objects.get(pk=token.pk))
    assert [event.action for event in events] == ["token:created", *CHANGES]
    assert {event.chain for event in events} == {chain_of(None)}
    assert {event.organization_slug for event in events} == {""}
    assert {event.target_label for event in events} == {"owner@example.com/laptop"}
    assert {event.actor_label for event in events} == {"owner@example.com"}
    assert not list(verify_chain(chain_of(None)))


def test_nobody_else_may_do_anything_with_it(cast: Cast) -> None:
    """Neither an owner of the same organization, nor an operator, nor a robot that holds everything."""
    minted = make(cast, actor=cast.member)
    for actor in (cast.owner, cast.operator, holder(cast.organization, *Permission)):
        assert not any(may(change, actor, minted.token) for change in CHANGES.values())


def test_what_a_token_may_do_with_tokens(cast: Cast) -> None:
    whole, narrow = make(cast), make(cast, name="narrow", permissions=frozenset(Permission))
    others = make(cast, name="other").token
    for minted, by_token in ((whole, BY_TOKEN), (narrow, set())):
        actor, own = coming_with(minted), minted.token
        assert {name for name in CHANGES if may(CHANGES[name], actor, others)} == by_token
        allowed = {name for name in CHANGES if may(CHANGES[name], actor, own)}
        assert allowed == by_token | OF_ITSELF


def test_a_token_makes_no_token(cast: Cast) -> None:
    with pytest.raises(PermissionDenied, match="Sign in to the console to make a token"):
        make(cast, actor=coming_with(make(cast)), name="second")


def test_it_is_the_person_and_narrows_what_they_may(cast: Cast) -> None:
    whole, narrow = make(cast), make(cast, name="narrow", permissions=PULL)
    for minted, expected in ((whole, True), (narrow, False)):
        actor = coming_with(minted)
        assert allows(actor, Permission.ROBOT_CREATE, cast.organization) is expected
        assert allows(actor, Permission.ARTIFACT_PULL, cast.project)
    assert not allows(coming_with(whole), Permission.ARTIFACT_PULL, cast.other_project)


def claims(minted: Minted) -> dict[str, Any]:
    body = minted.plaintext.reveal().split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=="))
    return found


def test_a_signed_secret_says_whose_it_is(cast: Cast) -> None:
    minted = make(cast, kind="signed", expires_at=soon())
    said = claims(minted)
    assert said["sub"] == f"user|{cast.owner.uuid}"
    assert (said["jti"], said["exp"]) == (str(minted.token.uuid), int(soon().timestamp()))


def test_it_takes_no_own_secret(cast: Cast) -> None:
    token = make(cast).token
    with pytest.raises(ValidationError, match="Own secrets are not allowed"):
        rotate_token(
            actor=cast.owner,
            token=token,
            current=only_secret(token),
            kind="own",
            own=Plaintext("Correct-horse-9-battery"),
        )


def test_a_name_is_taken_once_by_each_person(cast: Cast) -> None:
    make(cast)
    make(cast, actor=cast.member)
    with pytest.raises(ValidationError, match="You have a token of this name"):
        make(cast)
    delete_token(actor=cast.owner, token=Token.objects.get(user=cast.owner))
    make(cast)


def test_a_repeated_request_makes_nothing(cast: Cast) -> None:
    key = uuid4()
    first = make(cast, request_key=key)
    with pytest.raises(RepeatedRequest) as repeated:
        make(cast, request_key=key)
    assert repeated.value.token == first.token
    with pytest.raises(Conflict, match="used already"):
        make(cast, actor=cast.member, request_key=key)


@pytest.mark.parametrize("gone", ["disabled", "deleted"])
def test_without_its_person_it_is_refused_at_once(cast: Cast, gone: str) -> None:
    minted = make(cast, actor=cast.member)
    assert works(minted)
    people = User.objects.filter(pk=cast.member.pk)
    people.update(is_active=False) if gone == "disabled" else cast.member.delete()
    reason = Refusal.OWNER_INACTIVE if gone == "disabled" else Refusal.UNKNOWN
    assert result(minted.plaintext.reveal()) is reason


def test_a_disabled_person_gets_no_token(cast: Cast) -> None:
    User.objects.filter(pk=cast.member.pk).update(is_active=False)
    with pytest.raises(Conflict, match="The account has ended"):
        make(cast, actor=cast.member)


def test_its_end_is_told_to_its_person_alone(cast: Cast) -> None:
    first, second = make(cast, expires_at=soon()), make(cast, name="ci", expires_at=soon())
    others = make(cast, actor=cast.member, expires_at=soon())
    for minted in (first, second, others):
        made = timezone.now() - timedelta(days=90)
        Token.objects.filter(pk=minted.token.pk).update(created_at=made)
    assert [send_notices(), send_notices()] == [2, 0]
    assert NoticeSent.objects.count() == 3
    assert outbox.send_due() == 2
    letters = {letter.to[0]: letter for letter in mail.outbox}
    one, two = letters["member@example.com"], letters["owner@example.com"]
    assert one.subject.startswith("Your personal access token ends in ")
    assert two.subject.startswith("2 of your personal access tokens end, the first in ")
    assert "You get this because it is yours." in str(one.body)
    assert "You get this because they are yours." in str(two.body)
    assert first.token.get_absolute_url() in str(two.body)


def test_nobody_is_told_of_the_tokens_of_a_disabled_account(cast: Cast) -> None:
    minted = make(cast, actor=cast.member, expires_at=soon())
    made = timezone.now() - timedelta(days=90)
    Token.objects.filter(pk=minted.token.pk).update(created_at=made)
    User.objects.filter(pk=cast.member.pk).update(is_active=False)
    assert send_notices() == 0
