"""POST /credentials/revoke: to have a secret is enough to end what it opens."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from console.minted_secrets import Plaintext
from console.models import Event
from console.services.services import create_service_secret
from robots.access.services.organization_deletion import delete_organization
from robots.access.services.roles import RoleAt, create_role_token
from robots.accounts.services.editing import update_robot
from robots.accounts.services.robots import disable_robot
from robots.models import Robot, Token
from robots.tokens.services.expiry import change_token_expiry
from robots.tokens.services.secrets import rotate_token
from robots.tokens.services.suspension import disable_token
from robots.tokens.services.tokens import create_personal_token, create_token, delete_token
from tests.browsers import browser
from tests.conftest import Cast
from tests.front import ask
from tests.robots.trusts.foreign import Issuer, exchanged, trusting
from tests.robots.verifiers.leaks.seeing import is_let_in, leaks, letters
from tests.robots.verifiers.oauth.asking import (
    access_token,
    introspect,
    post,
    proof,
    register,
)
from tests.scanning import report

WHERE = "https://git.example.com/acme/app/blob/main/.env"
TAKEN = 202


def rotated(cast: Cast, old_ends: str) -> str:
    """A newer secret of the token."""
    minted = rotate_token(
        actor=cast.owner,
        token=cast.token,
        current=cast.minted.secret.pk,
        old_ends=old_ends,
        kind="compact",
    )
    return minted.plaintext.reveal()


@pytest.mark.parametrize("kind", ["signed", "compact"])
def test_a_minted_secret_ends_its_token(cast: Cast, kind: str) -> None:
    minted = create_token(actor=cast.owner, robot=cast.robot, name="found", kind=kind)
    secret = minted.plaintext.reveal()
    assert is_let_in(cast.robot.login_name, secret)
    assert report({"credentials": [secret], "found_at": WHERE}).status == TAKEN
    assert not is_let_in(cast.robot.login_name, secret)
    (event,) = leaks()
    assert (event.action, event.target_uuid) == ("token:leaked", minted.token.uuid)
    assert (event.actor_kind, event.actor_uuid, event.by_machine) == ("finder", None, False)
    assert (event.address, event.before) == ("192.0.2.7", {"name": "found"})
    expected = {"secret_id": minted.secret.pk, "kind": kind, "found_at": WHERE}
    assert event.after == expected
    assert event.chain == cast.organization.uuid.hex


def test_its_name_is_free_and_nothing_else_of_the_robot_ends(cast: Cast) -> None:
    other = create_token(actor=cast.owner, robot=cast.robot, name="other", kind="compact")
    report({"credentials": [cast.secret]})
    assert is_let_in(cast.robot.login_name, other.plaintext.reveal())
    create_token(actor=cast.owner, robot=cast.robot, name=cast.token.name, kind="compact")


def test_the_owners_and_who_is_responsible_are_told(cast: Cast) -> None:
    place = cast.member.memberships.get(organization=cast.organization)
    update_robot(actor=cast.owner, robot=cast.robot, responsible=place)
    report({"credentials": [cast.secret], "found_at": WHERE})
    told = letters()
    assert told.keys() == {cast.owner.email, cast.member.email}
    for text in told.values():
        assert text.startswith("The token acme/payments/ci/nightly has leaked\n")
        assert "Somebody who has the secret reported to Roster from 192.0.2.7" in text
        assert f"in the words of the report: {WHERE}\n" in text
        assert f"/o/acme/robots/{cast.robot.uuid}/" in text
        assert "ended for good" in text
        assert cast.secret not in text


def test_a_persons_own_token_ends_and_that_person_is_told(cast: Cast) -> None:
    minted = create_personal_token(actor=cast.member, name="laptop", kind="compact")
    secret = minted.plaintext.reveal()
    report({"credentials": [secret]})
    answer = browser(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/me/")
    assert answer.status_code == 401
    (event,) = leaks()
    assert (event.chain, event.target_uuid) == ("site", minted.token.uuid)
    assert letters().keys() == {cast.member.email}


def test_it_ends_also_where_the_persons_account_has_ended(cast: Cast) -> None:
    minted = create_personal_token(actor=cast.member, name="laptop", kind="compact")
    cast.member.is_active = False
    cast.member.save()
    assert report({"credentials": [minted.plaintext.reveal()]}).status == TAKEN
    assert Token.objects.get(pk=minted.token.pk).revoked_at
    assert letters() == {}


def test_an_access_token_ends_alone(cast: Cast) -> None:
    service = register(cast, cast.organization)
    asking, token = proof(cast, service), access_token(cast)
    assert introspect(asking, token)["active"]
    report({"credentials": [token], "found_at": "a log"})
    assert introspect(asking, token) == {"active": False}
    assert is_let_in(cast.robot.login_name, cast.secret)
    (event,) = leaks()
    assert (event.action, event.target_uuid) == ("access-token:leaked", cast.token.uuid)
    assert event.after["found_at"] == "a log"
    (text,) = letters().values()
    assert text.startswith("An access token of acme/payments/ci/nightly has leaked\n")
    assert report({"credentials": [token]}).status == TAKEN
    assert len(leaks()) == 1


def test_a_login_by_a_trust_ends_with_its_access_token_alone(cast: Cast) -> None:
    signer = Issuer()
    trust = trusting(cast, signer)
    leaked, other = (exchanged(signer.token(trust.audience)) for _ in range(2))
    report({"credentials": [leaked]})
    assert not is_let_in(cast.robot.login_name, leaked)
    assert is_let_in(cast.robot.login_name, other)
    (event,) = leaks()
    assert (event.action, event.target_uuid) == ("access-token:leaked", trust.uuid)


@pytest.mark.parametrize("of_site", [False, True])
def test_a_services_secret_ends(cast: Cast, of_site: bool) -> None:
    home = None if of_site else cast.organization
    service = register(cast, home)
    actor = cast.operator if of_site else cast.owner
    secrets = [
        create_service_secret(actor=actor, service=service).plaintext.reveal() for _ in range(2)
    ]

    def asks(secret: str) -> int:
        fields = {"client_id": str(service.uuid), "client_secret": secret, "token": cast.secret}
        return post("introspect", fields).status

    for _ in range(3):  # until it is remembered
        assert [asks(secret) for secret in secrets] == [200, 200]
    report({"credentials": [secrets[1]]})
    assert [asks(secret) for secret in secrets] == [200, 401]
    (event,) = leaks()
    assert (event.action, event.target_uuid) == ("service:secret-leaked", service.uuid)
    assert event.after["ended_by_this"] is True
    assert letters().keys() == {actor.email}
    report({"credentials": [secrets[1]]})
    assert len(leaks()) == 1


def test_known_or_not_the_answer_is_the_same(cast: Cast) -> None:
    secret = cast.secret
    changed = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    given = [secret, secret, changed, "rbt_", "", "eyJ.eyJ.eyJ", "Own-Secret-1", "rsv_" + "a" * 42]
    answers = [report({"credentials": [each]}) for each in given]
    seen = {
        (answer.status, answer.body, tuple(sorted(answer.headers.keys() - {"X-Request-ID"})))
        for answer in answers
    }
    assert len(seen) == 1
    assert len(leaks()) == 1


def test_a_second_report_of_the_same_changes_and_tells_nothing(cast: Cast) -> None:
    report({"credentials": [cast.secret]})
    assert len(letters()) == 1
    number = Event.objects.count()
    assert report({"credentials": [cast.secret, cast.secret]}).status == TAKEN
    assert (Event.objects.count(), letters()) == (number, {})


def test_several_of_one_organization_are_one_letter(cast: Cast) -> None:
    other = create_token(actor=cast.owner, robot=cast.robot, name="other", kind="compact")
    given = [cast.secret, f" {other.plaintext.reveal()}\n", cast.other_minted.plaintext.reveal()]
    report({"credentials": given})
    told = letters()
    assert told.keys() == {cast.owner.email, cast.stranger.email}
    assert told[cast.owner.email].startswith("2 secrets of Acme have leaked\n")
    assert "globex" not in told[cast.owner.email]
    assert "acme" not in told[cast.stranger.email].replace("acme.example", "")


def test_a_secret_that_somebody_chose_is_not_looked_for(cast: Cast, chosen: str) -> None:
    assert is_let_in(cast.robot.login_name, chosen)
    assert report({"credentials": [chosen]}).status == TAKEN
    assert is_let_in(cast.robot.login_name, chosen)
    assert leaks() == []


@pytest.fixture
def chosen(cast: Cast) -> str:
    """An own secret of the robot."""
    own = Plaintext("Chosen-By-Somebody-1")
    create_token(actor=cast.owner, robot=cast.robot, name="own", own=own)
    return own.reveal()


SOON = timedelta(hours=1)
STOPS: dict[str, Callable[[Cast], object]] = {
    "token disabled": lambda it: disable_token(actor=it.owner, token=it.token),
    "token expired": lambda it: change_token_expiry(
        actor=it.owner, token=it.token, expires_at=timezone.now() + SOON
    ),
    "robot disabled": lambda it: disable_robot(actor=it.owner, robot=it.robot),
}


@pytest.mark.parametrize("stop", STOPS)
def test_a_token_that_could_come_back_ends_as_well(
    cast: Cast, stop: str, clock: time_machine.Traveller
) -> None:
    STOPS[stop](cast)
    clock.shift(2 * SOON)
    report({"credentials": [cast.secret]})
    assert [event.action for event in leaks()] == ["token:leaked"]
    assert Token.objects.get(pk=cast.token.pk).revoked_at


@pytest.mark.parametrize("which", ["older", "newer"])
def test_while_a_change_of_secrets_overlaps_the_whole_token_ends(cast: Cast, which: str) -> None:
    newer = rotated(cast, "24h")
    report({"credentials": [cast.secret if which == "older" else newer]})
    assert not is_let_in(cast.robot.login_name, cast.secret)
    assert not is_let_in(cast.robot.login_name, newer)


def test_a_secret_that_had_ended_ends_nothing_and_is_told(cast: Cast) -> None:
    newer = rotated(cast, "now")
    report({"credentials": [cast.secret], "found_at": WHERE})
    assert is_let_in(cast.robot.login_name, newer)
    (event,) = leaks()
    assert (event.action, event.target_uuid) == ("secret:leaked", cast.token.uuid)
    assert event.after["found_at"] == WHERE
    (text,) = letters().values()
    assert "It had ended before, so nothing was changed." in text
    report({"credentials": [cast.secret]})
    assert (len(leaks()), letters()) == (1, {})
    report({"credentials": [newer]})
    assert [event.action for event in leaks()] == ["secret:leaked", "token:leaked"]
    assert not is_let_in(cast.robot.login_name, newer)


def test_one_of_a_deleted_token_is_told_once(cast: Cast) -> None:
    delete_token(actor=cast.owner, token=cast.token)
    for _ in range(2):
        report({"credentials": [cast.secret]})
    assert [event.action for event in leaks()] == ["secret:leaked"]


def test_with_the_last_token_of_a_role_goes_its_account(cast: Cast) -> None:
    role = RoleAt(cast.organization, key="organization:viewer")
    made = create_role_token(actor=cast.owner, role=role, name="reader", kind="compact")
    report({"credentials": [made.plaintext.reveal()]})
    robot = Robot.objects.get(pk=made.token.of_robot.pk)
    assert robot.deleted_at
    events = Event.objects.filter(target_uuid=robot.uuid, action="robot:deleted")
    assert events.get().actor_kind == "finder"
    assert f"/o/acme/audit-log/?token={made.token.uuid}" in letters()[cast.owner.email]


def test_of_a_deleted_organization_nothing_is_left_to_end(cast: Cast) -> None:
    delete_organization(actor=cast.owner, organization=cast.organization)
    assert report({"credentials": [cast.secret]}).status == TAKEN
    assert leaks() == []


def test_credentials_of_who_asks_count_for_nothing(cast: Cast) -> None:
    for header in ("Bearer wrong", "Basic !", "nonsense,nonsense"):
        answer = report({"credentials": ["rbt_x"]}, HTTP_AUTHORIZATION=header)
        assert answer.status == TAKEN
    assert ask("/credentials/revoke").status == 405
