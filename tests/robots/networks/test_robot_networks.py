"""From which networks an organization's robots may come: by page and API, and who may say."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from console.audit.sentences import sentence
from console.models import Organization
from console.permissions.decision import MissingPermission
from console.permissions.vocabulary import Permission
from console.services.services import create_service, update_service
from robots.models import TokenAddress
from robots.networks.services import change_robot_networks
from robots.tokens.services.tokens import create_token
from robots.usage.flush import flush
from tests.actors import events_written, holder
from tests.api.callers import bearer, token_of
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.robots.restores.lost import lost, settled
from tests.robots.verifiers.puller import Puller

PAGE, CHANGE = "/o/acme/settings/networks/", "/o/acme/settings/networks/change/"
API = "/api/v1/organizations/acme/robot-networks/"
TOO_MANY = " ".join(f"10.0.{number}.0/24" for number in range(51))
ELSEWHERE, EVERYWHERE = "203.0.113.0/24", "0.0.0.0/0 ::/0"


def limit(cast: Cast, networks: str = ELSEWHERE, mode: str = "enforce") -> Organization:
    return change_robot_networks(
        actor=cast.owner,
        organization=cast.organization,
        robot_networks=networks,
        robot_network_mode=mode,
    )


@pytest.fixture
def puller(cast: Cast) -> Puller:
    return Puller(cast, cast.organization)


def test_people_and_their_tokens_are_not_affected(cast: Cast) -> None:
    limit(cast)
    assert browser(cast.owner).get(PAGE).status_code == 200
    assert bearer(token_of(cast.owner)[1]).get(API).status_code == 200


def test_the_preview_says_what_would_have_been_refused_and_changes_nothing(puller: Puller) -> None:
    puller.asked()
    assert flush()
    assert TokenAddress.objects.filter(token=puller.token).exists()
    client = browser(puller.owner)
    with events_written() as events:
        page = client.get(f"{CHANGE}?addresses={ELSEWHERE}&network_mode=enforce")
    assert (page.status_code, events) == (200, [])
    for words in (
        "this would have been refused",
        "192.0.2.7",
        "Services that do not see the client",
    ):
        assert words in text(page)
    inside = text(client.get(f"{CHANGE}?addresses=0.0.0.0/0&network_mode=enforce"))
    assert "In the last 30 days nothing would have been refused." in inside


def test_the_page_proposes_networks_and_saves_what_was_ticked(puller: Puller) -> None:
    puller.asked()
    assert flush()
    client = browser(puller.owner)
    assert "192.0.2.7" in texts_of(client.get(PAGE), "code")
    sent = {"addresses": "10.0.0.0/8", "network_mode": "observe", "proposed": "192.0.2.7"}
    preview = text(client.get(CHANGE, sent))
    assert 'value="10.0.0.0/8 192.0.2.7"' in preview
    with events_written() as events:
        answer = client.post(
            CHANGE, {"addresses": "10.0.0.0/8 192.0.2.7", "network_mode": "observe"}
        )
    assert answer["Location"] == PAGE
    (event,) = events
    assert sentence(event) == "owner@example.com changed the networks of the robot accounts of acme"
    assert event.after["robot_networks"] == "10.0.0.0/8 192.0.2.7"


@pytest.mark.parametrize("typed", ["nowhere", "10.0.0.1/8", "1.2.3.4%eth0", TOO_MANY])
def test_what_is_no_network_is_refused_with_what_was_typed(cast: Cast, typed: str) -> None:
    for answer in (
        browser(cast.owner).get(CHANGE, {"addresses": typed}),
        browser(cast.owner).post(CHANGE, {"addresses": typed, "network_mode": "enforce"}),
    ):
        assert (answer.status_code, typed.split(maxsplit=1)[0] in text(answer)) == (422, True)
    client = bearer(token_of(cast.owner)[1])
    for path, send in ((API, client.patch), (f"{API}preview/", client.post)):
        answer = send(path, {"networks": [typed]}, content_type="application/json")
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == ["networks"]


def test_the_api_shows_previews_and_changes_them(puller: Puller) -> None:
    puller.asked()
    assert flush()
    client: Any = bearer(token_of(puller.owner)[1])
    assert client.get(API).json() == {"networks": [], "network_mode": "enforce"}
    wanted = {"networks": [ELSEWHERE], "network_mode": "observe"}
    preview = client.post(f"{API}preview/", wanted, content_type="application/json").json()
    assert {place["address"] for place in preview["places"]} >= {"192.0.2.7"}
    assert len(preview["blind_services"]) == 2
    assert client.get(API).json()["networks"] == []
    assert client.patch(API, wanted, content_type="application/json").json() == wanted
    answer = client.patch(API, {"network_mode": "enforce"}, content_type="application/json")
    assert answer.json() == {"networks": [ELSEWHERE], "network_mode": "enforce"}
    member = bearer(token_of(puller.cast.member)[1])
    assert member.get(API).json() == {"networks": None, "network_mode": "enforce"}


def test_a_robot_cannot_lock_itself_out(puller: Puller) -> None:
    robot = holder(puller.cast.organization, *Permission)
    secret = token_for(puller.cast, robot)
    client = bearer(secret)
    answer = client.patch(API, {"networks": [ELSEWHERE]}, content_type="application/json")
    assert (answer.status_code, "lock yourself out" in answer.content.decode()) == (422, True)
    answer = client.patch(API, {"networks": ["127.0.0.0/8"]}, content_type="application/json")
    assert (answer.status_code, client.get(API).status_code) == (200, 200)


def token_for(cast: Cast, robot: Any) -> str:
    minted = create_token(actor=cast.owner, robot=robot, name="own", kind="compact")
    return str(minted.plaintext.reveal())


def test_who_does_not_hold_everything_narrows_and_does_not_widen(cast: Cast) -> None:
    needed = (Permission.ORGANIZATION_UPDATE, Permission.TOKEN_READ, Permission.TOKEN_UPDATE)
    actor = holder(cast.organization, *needed)

    def change(networks: str, mode: str = "enforce") -> None:
        change_robot_networks(
            actor=actor,
            organization=cast.organization,
            robot_networks=networks,
            robot_network_mode=mode,
        )

    for narrower in ("203.0.0.0/16 2001:db8::/32", "203.0.113.0/24"):
        change(narrower)
    for networks, mode in (("203.0.0.0/16", "enforce"), ("", "enforce"), (ELSEWHERE, "observe")):
        with events_written() as events, pytest.raises(MissingPermission):
            change(networks, mode)
        assert events == []
    assert limit(cast, "").robot_networks == ""


def test_letting_in_more_takes_a_fresh_sign_in(cast: Cast) -> None:
    client, sent = browser(cast.owner), {"network_mode": "enforce"}
    assert client.post(CHANGE, sent | {"addresses": ELSEWHERE}).status_code == 302
    lifted = client.post(CHANGE, sent | {"addresses": ""})
    assert "sign-in-again" in lifted["Location"]
    cast.organization.refresh_from_db()
    assert cast.organization.robot_networks == ELSEWHERE
    browser(cast.owner, confirmed=True).post(CHANGE, sent | {"addresses": ""})
    cast.organization.refresh_from_db()
    assert cast.organization.robot_networks == ""


def test_exempting_a_service_from_them_takes_as_much(cast: Cast) -> None:
    """What it is told lets in whom they refuse."""
    actor = holder(cast.organization, Permission.ORGANIZATION_UPDATE)
    given: Any = {"organization": cast.organization, "kind": "resource"}
    create_service(actor=actor, name="before", exempt_from_addresses=True, **given)
    limit(cast)
    with pytest.raises(MissingPermission):
        create_service(actor=actor, name="after", exempt_from_addresses=True, **given)
    service = create_service(actor=actor, name="later", **given)
    with events_written() as events, pytest.raises(MissingPermission):
        update_service(actor=actor, service=service, exempt_from_addresses=True)
    assert events == []
    assert update_service(actor=cast.owner, service=service, exempt_from_addresses=True)


def test_a_mode_that_is_unknown_is_refused(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        limit(cast, mode="any")


def test_an_older_backup_does_not_open_them_again(cast: Cast) -> None:
    settled(
        lost(lambda: limit(cast)), "robot networks: limited its robot accounts to other networks"
    )
    assert Organization.objects.get(pk=cast.organization.pk).robot_networks == ELSEWHERE
