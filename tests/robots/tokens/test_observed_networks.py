"""Networks are proposed from use, observed, and enforced after a look at what they would have refused."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client

from console.models import Notice
from console.permissions.vocabulary import Permission
from robots.accounts.services.addresses import change_robot_addresses
from robots.accounts.services.robots import create_robot
from robots.base.states import Refusal
from robots.jobs.purges import roll_up_usage
from robots.models import OutsideUse, Robot, Token
from robots.tokens.services.addresses import change_token_addresses
from robots.tokens.services.tokens import create_personal_token
from robots.usage import counters, outside
from robots.usage.counters import Use
from robots.usage.flush import flush
from robots.verifiers.authentication import authenticate
from robots.verifiers.credential import Credential
from tests.actors import events_written, holder
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast

HOME, AWAY = "10.20.0.0/16", "198.51.100.7"
DAY = timedelta(days=1)
pytestmark = pytest.mark.usefixtures("clock")


def use(cast: Cast, address: str, times: int = 1, verifier: str = "registry") -> Any:
    for _ in range(times):
        found = authenticate(None, cast.secret, Use(verifier, address, "docker/24"))
    assert flush()
    return found


def observe(cast: Cast, *, token: bool = False, networks: str = HOME) -> None:
    wanted = {"addresses": networks, "network_mode": "observe"}
    if token:
        change_token_addresses(actor=cast.owner, token=cast.token, **wanted)
    else:
        change_robot_addresses(actor=cast.owner, robot=cast.robot, **wanted)


def place_of(cast: Cast, *, token: bool) -> str:
    """The page of what is limited."""
    return (cast.token if token else cast.robot).get_absolute_url()


def page_of(client: Client, place: str) -> str:
    """Its words, each white space one blank."""
    return " ".join(text(client.get(place)).split())


def rows() -> dict[tuple[str, str], int]:
    found = OutsideUse.objects.values_list("verifier", "address", "count")
    return {(verifier, address): count for verifier, address, count in found}


def proposed(page: Any) -> list[str]:
    return re.findall(r'name="proposed" value="([^"]+)"', text(page))


@pytest.mark.parametrize("token", [False, True])
def test_what_is_ticked_is_added_to_the_list(cast: Cast, token: bool) -> None:
    client, place = browser(cast.owner), f"{place_of(cast, token=token)}addresses/"
    for address in ("10.20.7.1", "10.20.7.2", "10.20.7.3", AWAY):
        use(cast, address)
    assert proposed(client.get(place)) == ["10.20.7.0/24", AWAY]
    sent = {"addresses": "192.0.2.7", "proposed": ["10.20.7.0/24"], "network_mode": "observe"}
    assert client.post(place, sent).status_code == 302
    thing = (Token if token else Robot).objects.get(pk=(cast.token if token else cast.robot).pk)
    assert (thing.addresses, thing.network_mode) == ("10.20.7.0/24 192.0.2.7", "observe")
    # What the list has is proposed no more.
    assert proposed(client.get(place)) == [AWAY]
    client.post(place, {"addresses": f"10.0.0.0/8 {AWAY}", "network_mode": "observe"})
    assert "The list has every address of the last 90 days." in page_of(client, place)


def test_without_use_nothing_is_proposed(cast: Cast, clock: time_machine.Traveller) -> None:
    client, place = browser(cast.owner), f"{place_of(cast, token=False)}addresses/"
    none = "It was not used from any address in the last 90 days."
    assert none in page_of(client, place)
    use(cast, AWAY)
    clock.shift(89 * DAY)
    assert proposed(browser(cast.owner).get(place)) == [AWAY]
    clock.shift(2 * DAY)
    assert none in page_of(browser(cast.owner), place)


def test_what_is_wrong_stays_ticked_and_changes_nothing(cast: Cast) -> None:
    use(cast, AWAY)
    place = f"{place_of(cast, token=False)}addresses/"
    sent = {"addresses": "10.0.0.5/24", "proposed": [AWAY], "network_mode": "observe"}
    with events_written() as events:
        answer = browser(cast.owner).post(place, sent)
        for wrong in (["all"], ["fe80::1%eth0"], ["0.0.0.0/0", "\x00"]):
            refused = browser(cast.owner).post(place, {"addresses": "", "proposed": wrong})
            assert refused.status_code == 422, wrong
    assert (answer.status_code, events) == (422, [])
    page = text(answer)
    assert "10.0.0.5/24</textarea>" in page
    assert f'value="{AWAY}" checked' in page
    assert 'value="observe" checked' in page


def test_more_networks_than_a_list_takes_are_refused(cast: Cast) -> None:
    place = f"{place_of(cast, token=False)}addresses/"
    sent = {"addresses": "", "proposed": [f"10.{n}.0.0/16" for n in range(51)]}
    answer = browser(cast.owner).post(place, sent)
    assert answer.status_code == 422
    assert "Give at most 50 networks; these are 51." in text(answer)


@pytest.mark.parametrize("token", [False, True])
def test_what_would_have_been_refused_stands_on_the_page_until_it_is_enforced(
    cast: Cast, token: bool
) -> None:
    observe(cast, token=token)
    client, place = browser(cast.owner), place_of(cast, token=token)
    assert "Nothing came from outside them in the last 30 days." in page_of(client, place)
    assert isinstance(use(cast, AWAY, 3), Credential)
    use(cast, "10.20.0.1", 5)
    use(cast, "", 2, "oauth")
    assert rows() == {("registry", AWAY): 3, ("oauth", ""): 2}
    shown = page_of(client, place)
    assert "Would have been refused in the last 30 days:" in shown
    assert f"3 uses from <code>{AWAY}</code>, last" in shown
    assert "2 uses where no client is seen" in shown
    enforcement = f"{place}addresses/enforcement/"
    assert texts_of(client.get(enforcement), "th", scope="row") == [AWAY, "no client is seen"]
    with events_written() as events:
        assert client.post(enforcement).status_code == 302
    (event,) = events
    assert event.action == ("token" if token else "robot") + ":networks-enforced"
    assert (event.before, event.after) == (
        {"network_mode": "observe"},
        {"network_mode": "enforce"},
    )
    assert use(cast, AWAY) is Refusal.ADDRESS
    assert "Would have been refused" not in page_of(client, place)


def test_the_preview_knows_what_came_before_anything_was_observed(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    use(cast, "203.0.113.1")
    clock.shift(20 * DAY)
    use(cast, AWAY, 4)
    use(cast, "10.20.1.1")
    observe(cast)
    clock.shift(11 * DAY)
    client = browser(cast.owner)
    place = f"{place_of(cast, token=False)}addresses/enforcement/"
    assert texts_of(client.get(place), "th", scope="row") == [AWAY]
    # What the list has meanwhile would not be refused.
    observe(cast, networks=f"{HOME} {AWAY}")
    assert "nothing would have been refused" in page_of(client, place)


def test_who_may_not_change_it_may_not_enforce_it(cast: Cast) -> None:
    observe(cast)
    observe(cast, token=True)
    for token in (False, True):
        place = f"{place_of(cast, token=token)}addresses/enforcement/"
        assert browser(cast.member).post(place).status_code in {403, 404}
    for thing in (cast.robot, cast.token):
        thing.refresh_from_db()
        assert thing.network_mode == "observe"


def test_a_token_of_ones_own_is_observed_and_enforced_as_well(cast: Cast) -> None:
    minted = create_personal_token(
        actor=cast.owner, name="laptop", kind="compact", addresses=HOME, network_mode="observe"
    )
    secret, client = minted.plaintext.reveal(), browser(cast.owner)
    authenticate(None, secret, Use("api", AWAY))
    assert flush()
    place = minted.token.get_absolute_url()
    assert f"1 use from <code>{AWAY}</code>" in page_of(client, place)
    assert client.post(f"{place}addresses/enforcement/").status_code == 302
    assert authenticate(None, secret, Use("api", AWAY)) is Refusal.ADDRESS


def test_observing_confers_what_the_robot_holds(cast: Cast) -> None:
    """Whoever lets everybody in again gives what the robot may."""
    change_robot_addresses(actor=cast.owner, robot=cast.robot, addresses=HOME)
    few = holder(cast.organization, Permission.ROBOT_UPDATE)
    with pytest.raises(PermissionDenied):
        change_robot_addresses(actor=few, robot=cast.robot, network_mode="observe")


def test_the_bell_tells_of_it_once_a_day(cast: Cast, clock: time_machine.Traveller) -> None:
    def told() -> list[str]:
        found = Notice.objects.filter(kind="token.outside-networks").order_by("id")
        return [notice.title for notice in found]

    observe(cast)
    use(cast, "10.20.0.1")
    assert told() == []
    use(cast, AWAY)
    use(cast, AWAY)
    use(cast, "198.51.100.8")
    first = (
        "The token acme/payments/ci/nightly was used from outside its observed networks, at " + AWAY
    )
    assert told() == [first]
    clock.shift(2 * DAY)
    use(cast, AWAY)
    assert told() == [first]
    use(cast, "198.51.100.9")
    assert told() == [first, first.replace(AWAY, "198.51.100.9")]


def test_what_is_kept_is_bounded_and_goes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    observe(cast)
    monkeypatch.setattr(outside, "MAX_PLACES", 10)
    for number in range(15):
        clock.shift(1)
        authenticate(None, cast.secret, Use("registry", f"192.0.2.{number}"))
    assert flush()
    assert {address for _, address in rows()} == {f"192.0.2.{n}" for n in range(5, 15)}
    clock.shift(91 * DAY)
    roll_up_usage()
    assert rows() == {}


def test_what_could_not_be_written_waits(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    observe(cast)
    with monkeypatch.context() as broken:
        broken.setattr("robots.usage.outside.OUTSIDE", "planted")
        authenticate(None, cast.secret, Use("registry", AWAY))
        assert not flush()
    use(cast, AWAY, 2)
    assert rows() == {("registry", AWAY): 3}


def test_what_waits_is_bounded(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    observe(cast)
    monkeypatch.setattr(counters, "MAX_WAITING", 10)
    for number in range(15):
        authenticate(None, cast.secret, Use("registry", f"192.0.2.{number}"))
    assert len(counters.take().outside) == 10


def test_a_list_and_its_mode_are_an_event_each(cast: Cast) -> None:
    with events_written() as events:
        observe(cast)
        observe(cast)
    assert [(event.action, event.after) for event in events] == [
        ("robot:addresses-changed", {"addresses": HOME}),
        ("robot:networks-observed", {"network_mode": "observe"}),
    ]


def test_a_new_robot_says_that_it_is_observed(cast: Cast) -> None:
    with events_written() as events:
        create_robot(
            actor=cast.owner,
            organization=cast.organization,
            name="seen",
            addresses=HOME,
            network_mode="observe",
        )
    after = events[0].after
    assert (after["addresses"], after["network_mode"]) == (HOME, "observe")


@pytest.mark.parametrize(("kind", "name"), [("robots", "ci"), ("tokens", "nightly")])
def test_lists_find_those_that_are_observed(cast: Cast, kind: str, name: str) -> None:
    client, place = browser(cast.owner), f"/o/acme/{kind}/?networks=observed"
    assert f">{name}<" not in text(client.get(place))
    observe(cast, token=kind == "tokens")
    assert name in text(client.get(place))
    # No networks have nothing to observe.
    observe(cast, token=kind == "tokens", networks="")
    assert f">{name}<" not in text(client.get(place))
