"""Reverse proxies among the services: what has to be said of one, and what is kept of it."""

import pytest
from django.core.exceptions import ValidationError

from console.models import Event, Service
from console.services.services import create_service, update_service
from robots.verifiers.memory import Ends
from robots.verifiers.services import find_proxy, find_registry
from tests.conftest import Cast
from tests.robots.verifiers.proxied import KINDS, register


@pytest.mark.parametrize("proxy", KINDS)
def test_a_proxy_is_a_service_that_says_which_it_is(cast: Cast, proxy: str) -> None:
    service = register(cast, cast.organization, proxy=proxy)
    assert (service.get_kind_display(), service.proxy) == ("Reverse proxy", proxy)
    row = find_proxy("acme/front", Ends())
    assert row is not None
    assert (row.proxy, row.host) == (proxy, "registry.example.com")
    event = Event.objects.filter(action="service:created").latest("number")
    assert event.after["proxy"] == proxy


def test_which_it_is_may_change(cast: Cast) -> None:
    service = register(cast, cast.organization)
    update_service(actor=cast.owner, service=service, proxy="caddy")
    row = find_proxy("acme/front", Ends())
    assert row is not None
    assert row.proxy == "caddy"


@pytest.mark.parametrize(
    ("kind", "proxy", "message"),
    [
        ("proxy", "", "Say which proxy it is."),
        ("proxy", "apache", "Value 'apache' is not a valid choice."),
        ("registry", "nginx", "Only a reverse proxy has one."),
    ],
)
def test_a_proxy_without_its_kind_and_a_kind_without_a_proxy_are_refused(
    cast: Cast, kind: str, proxy: str, message: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        create_service(
            actor=cast.owner,
            organization=cast.organization,
            name="front",
            kind=kind,
            host="registry.example.com",
            proxy=proxy,
        )
    assert refused.value.message_dict["proxy"] == [message]


def test_a_proxy_has_a_host(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        register(cast, cast.organization, host="")
    assert "host" in refused.value.message_dict


def test_no_service_is_found_as_one_of_another_kind(cast: Cast) -> None:
    register(cast, cast.organization)
    assert find_registry("acme/front", Ends()) is None
    Service.objects.filter(name="front").update(kind="registry", proxy="")
    assert find_proxy("acme/front", Ends()) is None
    assert find_proxy("registry", Ends()) is None
