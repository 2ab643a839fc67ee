"""The networks of an organization's robots hold at every verifier, from the next request on."""

import pytest

from console.models import Event, Notice, Organization, Service
from robots.models import OutsideUse, Usage
from robots.networks.services import change_robot_networks
from robots.usage.flush import flush
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.robots.verifiers.proxied import CLIENT
from tests.robots.verifiers.puller import GROUP, PULL, Puller

pytestmark = pytest.mark.usefixtures("listed")
PAGE, ELSEWHERE = "/o/acme/settings/networks/", "203.0.113.0/24"


def limit(cast: Cast, networks: str = ELSEWHERE, mode: str = "enforce") -> Organization:
    return change_robot_networks(
        actor=cast.owner,
        organization=cast.organization,
        robot_networks=networks,
        robot_network_mode=mode,
    )


def test_from_outside_a_robot_is_refused_everywhere_on_the_next_request(puller: Puller) -> None:
    puller.is_let_in_and_remembered()
    limit(puller.cast)
    assert not any(puller.asked().values()), puller.asked()
    assert puller.api() == 401
    limit(puller.cast, "")
    puller.is_let_in_and_remembered()


def test_from_inside_it_is_let_in_where_it_is_seen_or_the_service_is_exempt(puller: Puller) -> None:
    limit(puller.cast, f"192.0.2.0/24 127.0.0.0/8 {CLIENT}")
    asked = puller.asked()
    blind = {"introspection", "access token", "cluster"}
    assert {name for name, is_in in asked.items() if not is_in} == blind
    assert puller.api() == 200
    Service.objects.exclude(kind="proxy").update(exempt_from_addresses=True)
    assert PULL in puller.introspect(puller.secret)["scope"]
    assert GROUP in puller.review(puller.secret)


def test_observed_they_refuse_nothing_and_count_without_a_notice(puller: Puller) -> None:
    limit(puller.cast, mode="observe")
    puller.is_let_in_and_remembered()
    assert flush()
    assert OutsideUse.objects.filter(token=puller.token).exists()
    assert not Usage.objects.exclude(outcome="accepted").exists()
    assert not Notice.objects.filter(kind="token.outside-networks").exists()
    page = browser(puller.owner).get(PAGE)
    assert "The networks of Acme are observed" in text(page)
    assert "192.0.2.7" in text(page)


@pytest.mark.parametrize("mode", ["", "any", "OBSERVE"])
def test_a_mode_that_is_none_refuses(puller: Puller, mode: str) -> None:
    values = {"robot_networks": ELSEWHERE, "robot_network_mode": mode}
    Organization.objects.filter(pk=puller.cast.organization.pk).update(**values)
    assert not any(puller.asked().values())


def test_the_reason_is_counted_and_in_the_history(puller: Puller) -> None:
    limit(puller.cast)
    puller.asked()
    assert flush()
    refused = Usage.objects.exclude(outcome="accepted")
    assert set(refused.values_list("outcome", flat=True)) == {"organization network"}
    told = {event.after["reason"] for event in Event.objects.filter(action="token:refused")}
    assert told == {"organization network"}
    assert "organization network" in text(
        browser(puller.owner).get(puller.token.get_absolute_url())
    )
