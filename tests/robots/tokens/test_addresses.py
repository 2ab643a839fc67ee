"""From where a robot and a token may be used: the check, the forms, who may change it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from console.networks import normalize
from console.permissions.vocabulary import DATA_PERMISSIONS, Permission
from console.serving.callers import Proxies
from robots.accounts.services.addresses import change_robot_addresses
from robots.base.states import Refusal
from robots.models import Robot, Token
from robots.tokens.services.addresses import change_token_addresses
from robots.tokens.services.tokens import create_token
from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate
from robots.verifiers.credential import Credential
from tests.actors import events_written, holder
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.front import ask, basic

HERE, AWAY = "192.0.2.7", "198.51.100.9"


def log_in(cast: Cast, address: str = HERE) -> Any:
    return authenticate(None, cast.secret, Use("test", address))


def address_of(cast: Cast, token: bool = False) -> str:
    of_token = f"tokens/{cast.token.uuid}/" if token else ""
    return f"/o/acme/robots/{cast.robot.uuid}/{of_token}addresses/"


@pytest.mark.parametrize("model", [Robot, Token])
def test_only_listed_addresses_get_in(cast: Cast, model: Any) -> None:
    model.objects.update(addresses="10.0.0.0/8 192.0.2.0/24")
    for address in (HERE, "10.1.2.3", "::ffff:192.0.2.7"):
        assert isinstance(log_in(cast, address), Credential)
    for address in (AWAY, "2001:db8::1", "", "nonsense"):
        assert log_in(cast, address) is Refusal.ADDRESS


def test_both_lists_have_to_allow_it(cast: Cast) -> None:
    Robot.objects.update(addresses="192.0.2.0/24")
    Token.objects.update(addresses="192.0.2.7")
    assert isinstance(log_in(cast), Credential)
    assert log_in(cast, "192.0.2.8") is Refusal.ADDRESS
    Robot.objects.update(addresses="198.51.100.0/24")
    assert log_in(cast) is Refusal.ADDRESS


def test_the_whole_internet_is_a_list_too(cast: Cast) -> None:
    Token.objects.update(addresses="0.0.0.0/0")
    assert isinstance(log_in(cast, AWAY), Credential)
    assert log_in(cast, "2001:db8::1") is Refusal.ADDRESS
    assert log_in(cast, "") is Refusal.ADDRESS


def test_the_address_is_looked_at_last(cast: Cast) -> None:
    Token.objects.update(addresses=AWAY)
    assert authenticate("nobody", cast.secret, Use("test", HERE)) is Refusal.WRONG_NAME
    assert log_in(cast) is Refusal.ADDRESS
    Robot.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert log_in(cast) is Refusal.ROBOT_EXPIRED


def test_a_list_costs_no_question(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Token.objects.update(addresses=HERE)
    log_in(cast)
    with django_assert_num_queries(0):  # the one statement goes past Django
        assert isinstance(log_in(cast), Credential)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "peer", "status"),
    [
        ("", "", HERE, 200),
        ("", "", AWAY, 401),
        ("", HERE, AWAY, 401),
        (AWAY, HERE, AWAY, 200),
        (HERE, AWAY, HERE, 401),
        ("10.0.0.1", f"{HERE}, {AWAY}", "10.0.0.1", 401),
        ("10.0.0.0/8", f"{AWAY}, {HERE}", "10.0.0.1", 200),
        (f"10.0.0.1 {AWAY}", f"{HERE}, {AWAY}", "10.0.0.1", 200),
        (AWAY, f"::ffff:{HERE}", AWAY, 200),
        ("", "", f"::ffff:{HERE}", 200),
    ],
)
def test_the_registry_believes_only_trusted_proxies(
    cast: Cast, settings: Settings, proxies: str, forwarded: str, peer: str, status: int
) -> None:
    settings.PROXIES = Proxies(normalize(proxies))
    Token.objects.update(addresses=HERE)
    answer = ask(
        "/service/token?service=registry",
        authorization=basic(str(cast.token.uuid), cast.secret),
        REMOTE_ADDR=peer,
        HTTP_X_FORWARDED_FOR=forwarded,
    )
    assert answer.status == status


@pytest.mark.parametrize("token", [False, True])
def test_the_form_keeps_a_list_and_is_one_event(cast: Cast, token: bool) -> None:
    client, thing = browser(cast.owner), cast.token if token else cast.robot
    with events_written() as events:
        answer = client.post(address_of(cast, token), {"addresses": "192.0.2.7\n10.20.0.0/16"})
    assert answer["Location"] == thing.get_absolute_url()
    thing.refresh_from_db()
    assert thing.addresses == "10.20.0.0/16 192.0.2.7"
    (event,) = events
    kind = "token" if token else "robot"
    assert (event.action, event.target_uuid) == (f"{kind}:addresses-changed", UUID(str(thing.uuid)))
    assert event.before == {"addresses": ""}
    assert event.after == {"addresses": "10.20.0.0/16 192.0.2.7"}
    assert "10.20.0.0/16\n192.0.2.7</textarea>" in text(client.get(address_of(cast, token)))


def test_saving_the_same_list_changes_nothing(cast: Cast) -> None:
    Robot.objects.update(addresses="192.0.2.7")
    with events_written() as events:
        answer = browser(cast.owner).post(address_of(cast), {"addresses": " 192.0.2.7/32 "})
    assert (answer.status_code, events) == (302, [])


@pytest.mark.parametrize("typed", ["10.0.0.5/24", "nowhere", "10.0.0.0/8 \x00", "10.0.0.0/8;"])
def test_a_wrong_list_is_422_and_stays_in_the_form(cast: Cast, typed: str) -> None:
    with events_written() as events:
        answer = browser(cast.owner).post(address_of(cast), {"addresses": typed})
    assert (answer.status_code, events) == (422, [])
    assert typed.replace("\x00", "").split()[0] in text(answer)


def test_the_page_names_where_it_is_used_from(cast: Cast) -> None:
    now = timezone.now()
    cast.token.seen_addresses.create(address="203.0.113.5", first_seen_at=now, last_seen_at=now)
    for token in (False, True):
        assert "203.0.113.5" in text(browser(cast.owner).get(address_of(cast, token)))


def test_a_new_token_can_have_a_list(cast: Cast) -> None:
    sent = {
        "name": "eu",
        "expiry": "never",
        "kind": "compact",
        "addresses": "10.0.0.0/8",
        "request_key": "7f3c3c3e-9f0c-4b52-8f9d-8a7a1b2c3d4e",
    }
    with events_written() as events:
        answer = browser(cast.owner).post(f"/o/acme/robots/{cast.robot.uuid}/tokens/new/", sent)
    assert answer.status_code == 200
    assert Token.objects.get(name="eu").addresses == "10.0.0.0/8"
    assert events[0].after["addresses"] == "10.0.0.0/8"


def test_the_service_normalizes_and_refuses_as_well(cast: Cast) -> None:
    made = create_token(
        actor=cast.owner,
        robot=cast.robot,
        name="x",
        kind="compact",
        addresses="10.0.0.0/8, 9.9.9.9",
    )
    assert Token.objects.get(pk=made.token.pk).addresses == "9.9.9.9 10.0.0.0/8"
    with pytest.raises(ValidationError):
        change_robot_addresses(actor=cast.owner, robot=cast.robot, addresses="10.0.0.1/8")


def test_it_needs_the_permission_and_all_that_the_robot_holds(cast: Cast) -> None:
    """A wider list confers what the robot holds."""
    for needed, change in (
        (
            Permission.ROBOT_UPDATE,
            lambda actor: change_robot_addresses(
                actor=actor, robot=cast.robot, addresses="10.0.0.0/8"
            ),
        ),
        (
            Permission.TOKEN_UPDATE,
            lambda actor: change_token_addresses(
                actor=actor, token=cast.token, addresses="10.0.0.0/8"
            ),
        ),
    ):
        for held in ((needed,), tuple(DATA_PERMISSIONS)):
            with pytest.raises(PermissionDenied):
                change(holder(cast.organization, *held))
        assert change(holder(cast.organization, needed, *DATA_PERMISSIONS)).addresses


def test_a_narrowed_token_takes_no_more_than_what_it_lets_do(cast: Cast) -> None:
    """Who holds that may move it to other addresses, whatever else its robot holds."""
    Token.objects.filter(pk=cast.token.pk).update(permissions=frozenset({Permission.ARTIFACT_PULL}))
    token = Token.objects.get(pk=cast.token.pk)
    few = holder(cast.organization, Permission.TOKEN_UPDATE, Permission.ARTIFACT_PULL)
    assert change_token_addresses(actor=few, token=token, addresses=HERE).addresses == HERE
    Token.objects.filter(pk=cast.token.pk).update(permissions=None)
    with pytest.raises(PermissionDenied):
        change_token_addresses(actor=few, token=token, addresses=AWAY)


@pytest.mark.parametrize("wrong", ["192.0.2.7/24", "nonsense", "10.0.0.0/33"])
def test_the_services_refuse_what_the_form_would(cast: Cast, wrong: str) -> None:
    with events_written() as events:
        with pytest.raises(ValidationError):
            change_robot_addresses(actor=cast.owner, robot=cast.robot, addresses=wrong)
        with pytest.raises(ValidationError):
            change_token_addresses(actor=cast.owner, token=cast.token, addresses=wrong)
    assert events == []
    assert Robot.objects.get(pk=cast.robot.pk).addresses == ""


def is_address(word: str) -> bool:
    return word[0].isdigit() and word.count(".") == 3


def test_the_form_names_where_it_was_used_from_last_each_once(cast: Cast) -> None:
    now = timezone.now()
    ended = Token.objects.create(robot=cast.robot, name="ended", created_by="x", revoked_at=now)
    other = Token.objects.create(robot=cast.robot, name="other", created_by="x")
    for number, (token, address) in enumerate(
        [(cast.token, HERE), (other, AWAY), (other, HERE), (ended, "203.0.113.9")]
        + [(other, f"203.0.113.{n}") for n in range(100, 119)]
    ):
        token.seen_addresses.create(
            address=address, first_seen_at=now, last_seen_at=now - timedelta(hours=number)
        )
    page = browser(cast.owner).get(address_of(cast))
    latest = [HERE, AWAY, *(f"203.0.113.{n}" for n in range(100, 118))]
    shown = [shown for shown in texts_of(page, "code") if is_address(shown)]
    # Above them stands what is proposed: a network and two addresses.
    assert shown[3:] == latest
