"""What the guarded client sends, takes and refuses, against real servers."""

import os
import threading
from dataclasses import replace
from typing import Any

import pytest

from console.outgoing.client import GuardedClient, guarded_client
from console.outgoing.faults import OutgoingFault
from tests.console.outgoing.conftest import LOOPBACK, Serve
from tests.https import answer, authority


def fault(client: GuardedClient, url: str) -> str:
    """Why a request came to nothing."""
    with pytest.raises(OutgoingFault) as raised:
        client.get(url)
    assert str(raised.value) == raised.value.reason
    return raised.value.reason


def test_a_get_brings_status_headers_and_body(client: GuardedClient, serve: Serve) -> None:
    server = serve(answer(200, '{"a": 1}', Content_Type="text/plain", X_Many="1", x_many="2"))
    found = client.get(server.url("/a/b?c=d"), {"Accept": "application/json"})
    assert (found.status, found.body) == (200, b'{"a": 1}')
    assert found.headers["content-type"] == "text/plain"
    assert found.headers["x-many"] == "1, 2"
    [visit] = server.visits
    assert visit.head.startswith("GET /a/b?c=d HTTP/1.1\r\n")
    assert visit.headers == {
        "host": f"localhost:{server.port}",
        "user-agent": "Roster",
        "accept": "application/json",
        "accept-encoding": "identity",
        "connection": "close",
    }


def test_a_post_sends_its_body(client: GuardedClient, serve: Serve) -> None:
    server = serve(answer(202))
    content = os.urandom(1_000_000)
    found = client.post(server.url("/hook"), content, {"Content-Type": "application/json"})
    assert (found.status, found.body) == (202, b"")
    [visit] = server.visits
    assert visit.head.startswith("POST /hook HTTP/1.1\r\n")
    assert visit.headers["content-type"] == "application/json"
    assert visit.body == content


@pytest.mark.parametrize("status", [200, 204, 400, 401, 404, 410, 429, 500, 503])
def test_any_status_but_a_redirect_is_an_answer(
    client: GuardedClient, serve: Serve, status: int
) -> None:
    body = b"" if status == 204 else b"body"
    found = client.get(serve(answer(status, body, Retry_After="7")).url())
    assert (found.status, found.body, found.headers["retry-after"]) == (status, body, "7")


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 305, 307, 308, 399])
def test_no_redirect_is_followed(client: GuardedClient, serve: Serve, status: int) -> None:
    there = serve()
    here = serve(answer(status, Location=there.url()))
    assert f"redirects ({status})" in fault(client, here.url())
    with pytest.raises(OutgoingFault, match="does not follow"):
        client.post(here.url(), b"content")
    assert there.visits == []


def test_a_name_is_looked_up_once_and_that_address_is_connected_to(
    client: GuardedClient, serve: Serve
) -> None:
    """DNS that answers otherwise the second time finds nobody who asks."""
    asked = list[str]()

    def rebinding(name: str) -> list[str]:
        asked.append(name)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    server = serve(answer(), "issuer.example")
    found = replace(client, resolve=rebinding).get(server.url(host="issuer.example"))
    assert found.status == 200
    assert asked == ["issuer.example"]
    [visit] = server.visits
    # The certificate was asked for, and checked, by the name.
    assert visit.asked_for_name == "issuer.example"
    assert visit.headers["host"] == f"issuer.example:{server.port}"


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.2"],
        ["127.0.0.1", "127.0.0.2"],
        ["127.0.0.2", "127.0.0.1"],
        ["127.0.0.1"] * 20 + ["10.0.0.1"],
        ["127.0.0.1", "169.254.169.254"],
        ["127.0.0.1", "fe80::1%lo"],
        ["::ffff:127.0.0.2"],
    ],
)
def test_one_address_that_is_not_allowed_spoils_a_name(
    client: GuardedClient, serve: Serve, addresses: list[str]
) -> None:
    server = serve(answer(), "issuer.example")
    reason = fault(replace(client, resolve=lambda _: addresses), server.url(host="issuer.example"))
    assert reason.startswith(
        f"“issuer.example:{server.port}” resolves to an address that is not allowed."
    )
    assert "ROSTER_OUTGOING_NETWORKS" in reason
    assert not any(address in reason for address in addresses)
    assert server.connections == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:0:0:1]", "localhost"]
)
def test_this_machine_is_reached_by_no_spelling(serve: Serve, host: str) -> None:
    server = serve(host="::1" if host.count(":") > 4 or host == "[::1]" else "127.0.0.1")
    assert "not allowed" in fault(GuardedClient("", authority().file), server.url(host=host))
    assert server.connections == []


def test_an_ipv6_address_in_brackets_is_reached(client: GuardedClient, serve: Serve) -> None:
    server = serve(host="::1")
    assert client.get(server.url(host="[::1]")).status == 200
    assert server.visits[0].headers["host"] == f"[::1]:{server.port}"


def test_the_next_address_is_tried_where_one_refuses(client: GuardedClient, serve: Serve) -> None:
    server = serve()
    both = replace(client, resolve=lambda _: ["::1", "127.0.0.1"])
    assert both.get(server.url()).status == 200


def test_an_international_name_is_asked_for_as_dns_has_it(
    client: GuardedClient, serve: Serve
) -> None:
    server = serve(answer(), "xn--bcher-kva.example")
    named = replace(client, resolve=lambda _: ["127.0.0.1"])
    assert named.get(server.url(host="bücher.example")).status == 200
    assert server.visits[0].asked_for_name == "xn--bcher-kva.example"


def test_proxies_of_the_environment_are_not_asked(
    client: GuardedClient, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, server = serve(tls=False), serve()
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    assert client.get(server.url()).status == 200
    assert proxy.connections == []


def test_no_name_of_nothing_is_reached(client: GuardedClient) -> None:
    assert "has no address that could be found" in fault(client, "https://nothing.invalid/")
    nothing = replace(client, resolve=lambda _: [])
    assert "has no address that could be found" in fault(nothing, "https://nothing.example/")


def test_a_port_that_nobody_listens_on_refuses(client: GuardedClient) -> None:
    assert fault(client, "https://127.0.0.1:1/") == "“127.0.0.1:1” refuses connections."


def test_a_wrong_url_is_a_fault_as_well(client: GuardedClient) -> None:
    assert "does not begin with https://" in fault(client, "http://127.0.0.1/")


def test_the_settings_say_what_may_be_reached(serve: Serve, settings: Any) -> None:
    server = serve()
    assert "not allowed" in fault(guarded_client(), server.url())
    settings.ROSTER_OUTGOING_NETWORKS = LOOPBACK
    assert "ROSTER_OUTGOING_CA_FILE" in fault(guarded_client(), server.url())
    settings.ROSTER_OUTGOING_CA_FILE = authority().file
    assert guarded_client().get(server.url()).status == 200


def test_many_threads_use_one_client(client: GuardedClient, serve: Serve) -> None:
    server = serve()
    found = list[int]()
    threads = [
        threading.Thread(target=lambda: found.append(client.get(server.url()).status))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 20
