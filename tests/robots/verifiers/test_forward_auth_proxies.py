"""Which words of a proxy are believed, and that everything else is a no."""

import itertools

import pytest
from django.db import connection
from pytest_django import Settings

from console.models import Service
from console.serving.callers import Proxies
from tests.robots.verifiers.proxied import (
    CLIENT,
    HEADERS,
    KINDS,
    PEER,
    Known,
    Pairs,
    Reply,
    question,
    register,
    said_by,
    send,
)

pytestmark = pytest.mark.usefixtures("listed")

URI = "/v2/acme/payments/api/tags/list"
TARGET = "/auth/registry?service=acme/front"


# Two of them speak alike.
STRANGERS = [pair for pair in itertools.permutations(KINDS, 2) if set(pair) != {"traefik", "caddy"}]


def equipped(known: Known, proxy: str, **more: str) -> None:
    register(known.cast, known.cast.organization, proxy=proxy, **more)
    known.hold("r", {"artifact:pull"})


def target_of(proxy: str) -> str:
    return f"{TARGET}&original={URI}" if proxy == "envoy" else TARGET


def said(known: Known, proxy: str, headers: Pairs, peer: str = PEER) -> Reply:
    return send(target_of(proxy), [*headers, ("Authorization", known.login)], peer=peer)


@pytest.mark.parametrize("proxy", KINDS)
def test_each_proxys_own_headers_are_believed_and_who_it_was_comes_back(
    known: Known, proxy: str
) -> None:
    equipped(known, proxy)
    reply = question("GET", URI, known.login, proxy=proxy)
    assert reply.status == 200
    assert {name: value for name, value in reply.headers.items() if name.startswith("x-ro")} == {
        "x-roster-robot": "robot_acme+deploy",
        "x-roster-organization": "acme",
        "x-roster-token": str(known.token.uuid),
    }
    assert question("PUT", URI, known.login, proxy=proxy).status == 403


@pytest.mark.parametrize("proxy", KINDS)
@pytest.mark.parametrize("networks", ["", "192.0.2.0/30", "::/0", "198.51.100.9"])
def test_listed_proxies_alone_may_ask(
    known: Known, settings: Settings, proxy: str, networks: str
) -> None:
    equipped(known, proxy)
    settings.PROXIES = Proxies(networks)
    headers = said_by(proxy, "GET", URI)
    for reply in (said(known, proxy, headers), send("/auth/registry?service=x", headers)):
        assert (reply.status, reply.reason) == (403, "only a listed proxy may ask")


def test_a_proxy_at_the_socket_may_ask_where_that_is_listed(
    known: Known, settings: Settings
) -> None:
    equipped(known, "nginx")
    headers = said_by("nginx", "GET", URI)
    for unix, status in ((True, 200), (False, 403)):
        settings.PROXIES = Proxies(unix=unix)
        assert said(known, "nginx", headers, peer="").status == status


@pytest.mark.parametrize(("proxy", "other"), STRANGERS)
def test_another_proxys_words_are_not_believed(known: Known, proxy: str, other: str) -> None:
    equipped(known, proxy)
    assert said(known, proxy, said_by(other, "GET", URI)).status == 403
    own = said_by(proxy, "GET", URI)
    for extra in said_by(other, "GET", URI):
        beside = said(known, proxy, [*own, extra])
        assert beside.status == 403, extra


@pytest.mark.parametrize(
    ("chain", "status"),
    [(PEER, 200), (f"{PEER}, {PEER}", 200), (CLIENT, 403), (f"{PEER}, {CLIENT}", 403), ("x", 403)],
)
def test_beside_envoys_headers_stands_envoys_own_address_at_most(
    known: Known, chain: str, status: int
) -> None:
    """Whoever comes through a proxy in front of Roster would choose who Envoy's client is."""
    equipped(known, "envoy")
    headers = [*said_by("envoy", "GET", URI), ("X-Forwarded-For", chain)]
    assert said(known, "envoy", headers).status == status


@pytest.mark.parametrize("proxy", KINDS)
@pytest.mark.parametrize(
    "name", ["Forwarded", "X-Original-URL", "X-Rewrite-URL", "X-Envoy-Original-Path"]
)
def test_what_servers_elsewhere_believe_is_refused_beside_it(
    known: Known, proxy: str, name: str
) -> None:
    equipped(known, proxy)
    for spelling in (name, name.lower(), name.upper()):
        headers = [*said_by(proxy, "GET", URI), (spelling, URI)]
        assert said(known, proxy, headers).status == 403


@pytest.mark.parametrize("proxy", KINDS)
def test_each_header_has_to_come(known: Known, proxy: str) -> None:
    equipped(known, proxy)
    headers = said_by(proxy, "GET", URI)
    for index in range(len(headers)):
        assert said(known, proxy, headers[:index] + headers[index + 1 :]).status == 403
        empty = (headers[index][0], "")
        assert said(known, proxy, [*headers[:index], empty, *headers[index + 1 :]]).status == 403


@pytest.mark.parametrize("proxy", KINDS)
def test_a_header_that_comes_twice_is_refused(known: Known, proxy: str) -> None:
    """A chain of addresses alone may be long: the proxy's own word is its last."""
    equipped(known, proxy)
    headers = said_by(proxy, "GET", URI)
    for header in headers:
        is_chain = header[0] == "X-Forwarded-For"
        for twice in ([*headers, header], [header, *headers]):
            assert said(known, proxy, twice).status == (200 if is_chain else 403), header


@pytest.mark.parametrize("proxy", KINDS)
def test_names_with_underscores_say_nothing(known: Known, proxy: str) -> None:
    equipped(known, proxy)
    headers = said_by(proxy, "GET", URI)
    for index, (name, value) in enumerate(headers):
        folded = (name.replace("-", "_"), value)
        half = (name.replace("-", "_", 1), value)
        for smuggled in (folded, half):
            instead = [*headers[:index], smuggled, *headers[index + 1 :]]
            assert said(known, proxy, instead).status == 403
            forged = (smuggled[0], "DELETE" if "ethod" in name else "203.0.113.1")
            assert said(known, proxy, [*headers, forged]).status == 200


@pytest.mark.parametrize("proxy", KINDS)
@pytest.mark.parametrize(
    "address", ["unknown", "_hidden", "198.51.100", "198.51.100.9 198.51.100.9", "x" * 3000, "\x00"]
)
def test_an_address_that_is_none_is_refused(known: Known, proxy: str, address: str) -> None:
    equipped(known, proxy)
    assert said(known, proxy, said_by(proxy, "GET", URI, address)).status == 403


@pytest.mark.parametrize("proxy", KINDS)
def test_networks_are_compared_with_the_client_that_the_proxy_names(
    known: Known, proxy: str
) -> None:
    equipped(known, proxy)
    for networks, status in (("198.51.100.0/24", 200), (PEER, 401), ("203.0.113.0/24", 401)):
        type(known.token).objects.update(addresses=networks)
        assert said(known, proxy, said_by(proxy, "GET", URI)).status == status


@pytest.mark.parametrize("proxy", ["traefik", "caddy"])
def test_of_a_chain_the_last_that_is_no_proxy_counts(known: Known, proxy: str) -> None:
    equipped(known, proxy)
    type(known.token).objects.update(addresses="198.51.100.0/24")
    for chain, status in (
        (f"203.0.113.1, {CLIENT}", 200),
        (f"{CLIENT}, {PEER}", 200),
        (f"{CLIENT}, 203.0.113.1", 401),
        (f"{CLIENT}, 203.0.113.1, {PEER}", 401),
    ):
        assert said(known, proxy, said_by(proxy, "GET", URI, chain)).status == status, chain


@pytest.mark.parametrize(
    ("method", "uri", "status"),
    [
        ("GET", "/any%2Fwhere/../?x=%zz", 200),
        ("PROPFIND", "/", 200),
        ("get", "/", 403),
        ("G ET", "/", 403),
        ("GET", "x", 403),
        ("GET", "/#x", 403),
        ("GET", "/x y", 403),
        ("GET", f"/{'x' * 5000}", 403),
    ],
)
def test_a_plain_question_is_of_any_request_that_is_well_formed(
    known: Known, method: str, uri: str, status: int
) -> None:
    equipped(known, "nginx")
    target = "/auth/verify?service=acme/front&permission=artifact:pull&resource=acme/payments/api"
    headers = [*said_by("nginx", method, uri), ("Authorization", known.login)]
    assert send(target, headers).status == status


def test_questions_are_asked_with_get_and_envoys_with_its_clients_method(known: Known) -> None:
    equipped(known, "nginx")
    headers = [*said_by("nginx", "GET", URI), ("Authorization", known.login)]
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        assert send(TARGET, headers, method).status == 403
    assert send(TARGET, headers, "HEAD").status == 200
    assert send(TARGET, headers, "TRACE").status == 405
    assert send(f"{TARGET}&original={URI}", headers).status == 403


def test_envoys_clients_cannot_add_to_the_question(known: Known) -> None:
    """Whatever stands behind `original=` is what the client asked for."""
    equipped(known, "envoy")
    other = register(known.cast, None, name="other", proxy="envoy")
    for uri in (
        f"{URI}?service={other.identifier}&original={URI}",
        f"{URI}&service={other.identifier}",
        f"/v2/globex/payments/api/tags/list&original={URI}",
        f"/&original={URI}",
    ):
        reply = question("GET", uri, known.login, proxy="envoy")
        assert reply.status == (200 if uri.startswith(f"{URI}?") else 403), uri
    headers = [*said_by("envoy", "GET", URI), ("Authorization", known.login)]
    assert send(TARGET, headers).status == 403
    assert send(f"/auth/registry?original={URI}&service=acme/front", headers).status == 403


@pytest.mark.parametrize(
    "query",
    [
        "",
        "service=",
        "service=acme/front&service=acme/front",
        "service=acme/front&original",
        "service=acme/front&permission=artifact:pull",
        "service=acme/front;x",
        "service=acme/front%",
        "service=acme/front%00",
        "service=front",
        "service=globex/front",
        "service=acme/front/",
        "service=registry",
        "service=acme/registry",
        "Service=acme/front",
    ],
)
def test_another_address_than_the_documented_one_is_refused(known: Known, query: str) -> None:
    equipped(known, "nginx")
    headers = [*said_by("nginx", "GET", URI), ("Authorization", known.login)]
    assert send(f"/auth/registry?{query}", headers).status == 403
    assert send("/auth/registry?service=acme%2Ffront", headers).status == 200


@pytest.mark.parametrize(
    "table",
    ["console_service", "robots_secret", "robots_robotgrant", "console_organization"],
)
def test_whatever_breaks_inside_is_503(known: Known, table: str) -> None:
    equipped(known, "nginx")
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO elsewhere")
    verify = "/auth/verify?service=acme/front&permission=artifact:pull&resource=acme"
    headers = [*said_by("nginx", "GET", URI), ("Authorization", known.login)]
    assert send(verify, headers).status == 503


def test_every_kind_has_its_headers_here() -> None:

    assert set(HEADERS) == set(KINDS) == set(Service.Proxy.values)
