"""The configurations in deploy/proxies and what Roster believes; tests/interop starts those it can."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from console.models import Service
from robots.verifiers.forward_auth.proxies import ALL, BESIDE, WAYS
from tests.robots.verifiers.proxied import CLIENT, Known, register, send

FOLDER = Path(settings.BASE_DIR) / "deploy" / "proxies"
IDENTITY = {"x-roster-robot", "x-roster-organization", "x-roster-token"}
URI = "/v2/acme/payments/api/tags/list"


def text(file: str) -> str:
    return (FOLDER / file).read_text()


def others(proxy: Service.Proxy) -> set[str]:
    """What another proxy would say."""
    return ALL - set(WAYS[proxy]) - BESIDE.get(proxy, set())


def test_nginx_lets_nothing_through_that_another_proxy_would_say() -> None:
    emptied = re.findall(
        r'^    proxy_set_header (\S+) "";$', text("nginx-registry.conf"), re.MULTILINE
    )
    assert others(Service.Proxy.NGINX) == {name.lower() for name in emptied} - {
        "connection",
        "content-length",
    }


def test_caddy_lets_nothing_through_that_another_proxy_would_say() -> None:
    dropped = re.findall(r"^\t\theader_up -(\S+)$", text("Caddyfile-registry"), re.MULTILINE)
    assert {name.lower() for name in dropped} == others(Service.Proxy.CADDY)


def traefik() -> Any:
    return yaml.safe_load(text("traefik-registry.yaml"))["http"]


@pytest.mark.usefixtures("listed")
def test_traefik_asks_as_is_documented(known: Known) -> None:
    """As ForwardAuth puts its question together: the address, the named headers and its own three."""
    register(known.cast, known.cast.organization, proxy="traefik")
    known.hold("r", {"artifact:pull"})
    for name in ("roster-registry", "roster-reports"):
        asks = traefik()["middlewares"][name]["forwardAuth"]
        assert asks["trustForwardHeader"] is False
        assert set(asks["authRequestHeaders"]) == {"Authorization", "Content-Type", "User-Agent"}
        assert {header.lower() for header in asks["authResponseHeaders"]} == IDENTITY
        said = [
            ("X-Forwarded-Method", "GET"),
            ("X-Forwarded-Uri", URI),
            ("X-Forwarded-For", CLIENT),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Host", "registry.example.com"),
            ("Authorization", known.login),
        ]
        _, _, target = asks["address"].partition("127.0.0.1:8000")
        assert send(target, said).status == 200


def test_traefik_asks_first_and_drops_the_login_then() -> None:
    for router in traefik()["routers"].values():
        asks, then = router["middlewares"]
        assert "forwardAuth" in traefik()["middlewares"][asks]
        dropped = traefik()["middlewares"][then]["headers"]["customRequestHeaders"]
        assert dropped == {"Authorization": ""}


def envoy() -> Any:
    document = yaml.safe_load(text("envoy-registry.yaml"))
    (listener,) = document["static_resources"]["listeners"]
    (filters,) = listener["filter_chains"][0]["filters"]
    return filters["typed_config"]


@pytest.mark.usefixtures("listed")
def test_envoy_asks_as_is_documented(known: Known) -> None:
    """As `ext_authz` puts its question together: the prefix, its client's path, the named headers."""
    register(known.cast, known.cast.organization, proxy="envoy")
    known.hold("r", {"artifact:pull"})
    _, asks, _ = [each["typed_config"] for each in envoy()["http_filters"]]
    assert asks["failure_mode_allow"] is False
    passed = {pattern["exact"] for pattern in asks["allowed_headers"]["patterns"]}
    assert passed == {"content-type", "user-agent"}
    request = asks["http_service"]["authorization_request"]
    (added,) = request["headers_to_add"]
    said = [(added["key"], CLIENT), ("authorization", known.login), ("content-length", "0")]
    for uri in (URI, f"{URI}?n=1&last=x"):
        target = asks["http_service"]["path_prefix"] + uri
        assert send(target, said).status == 200
        assert send(target, said, "DELETE").status == 403


def test_envoy_drops_what_its_client_says_it_is_before_it_asks_and_the_login_after() -> None:
    before, asks, _ = [each["typed_config"] for each in envoy()["http_filters"]]
    removed = {mutation["remove"] for mutation in before["mutations"]["request_mutations"]}
    answer = asks["http_service"]["authorization_response"]["allowed_upstream_headers"]
    assert removed == {pattern["exact"] for pattern in answer["patterns"]} == IDENTITY
    (host,) = envoy()["route_config"]["virtual_hosts"]
    assert host["request_headers_to_remove"] == ["authorization"]
    strict = envoy()["common_http_protocol_options"]["headers_with_underscores_action"]
    assert strict == envoy()["path_with_escaped_slashes_action"] == "REJECT_REQUEST"
    assert envoy()["use_remote_address"] is True
