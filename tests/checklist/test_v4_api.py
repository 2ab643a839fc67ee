"""V4: how HTTP is spoken."""

import json
import socket

from django.conf import settings as present_settings
from pytest_django import Settings

from console.serving.application import Application
from console.serving.callers import Proxies
from tests.addresses import ADDRESSES, acme, address_of
from tests.browsers import browser
from tests.checklist.answers import Answer
from tests.conftest import Cast
from tests.console.serving.asking import ask
from tests.console.serving.handlers import CLIENT, PROXY, Pages
from tests.front import ask as ask_front
from tests.interop.processes import Serving

OTHERS = (
    "application/json",
    "application/problem+json",
    "application/jwk-set+json",
    "image/svg+xml",
)


def test_every_body_says_what_it_is(answers: list[Answer]) -> None:
    """V4.1.1: text names its characters, and what is called JSON or a page is one."""
    for answer in answers:
        body, said = answer.body, answer.headers.get("content-type", "")
        if not body:
            continue
        assert "charset=" in said or answer.kind in OTHERS, (answer.where, said)
        if answer.kind.endswith("json"):
            assert isinstance(json.loads(body), dict | list), answer.where
        if answer.kind == "text/html":
            assert body.lstrip()[:1] == b"<", answer.where


def test_no_program_is_led_from_http_to_https(settings: Settings) -> None:
    """V4.1.2: what came without TLS is refused in words; a program that sent a secret so hears of it."""
    app = Application(Pages())
    settings.SECURE, settings.ROSTER_ORIGIN = True, "https://roster.example.com"
    settings.PROXIES = Proxies(PROXY)
    said = {"Host": "roster.example.com", "X-Forwarded-For": CLIENT, "X-Forwarded-Proto": "http"}
    answer = ask(app, "/api/v1/me/", headers=said.items(), peer=PROXY)
    assert (answer.status, "location" in answer.headers) == (400, False)


def test_a_client_cannot_say_what_a_proxy_has_to_say(settings: Settings) -> None:
    """V4.1.3: whoever is no listed proxy is the client, whatever headers say; nothing else reaches a page."""
    names = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X_Forwarded_For", "True-Client-IP")
    said = [(name, "1.1.1.1") for name in names] + [("X-Forwarded-Proto", "https")]
    settings.PROXIES = Proxies(PROXY)
    seen = ask(Application(Pages()), "/", headers=said, peer="192.0.2.7").json
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("192.0.2.7", "http")
    assert {name for name in seen if "FORWARDED" in name or "REAL" in name} == set()


def test_only_the_methods_of_an_address_are_answered(furnished: Cast) -> None:
    """V4.1.4: whatever is no method of a page, of the API or of the front is 405."""
    client, places = browser(furnished.owner, confirmed=True), acme(furnished)
    statuses = {
        name: client.generic(method, address_of(name, places)).status_code
        for name in ADDRESSES
        for method in ("PROPFIND",)
    }
    assert {name: it for name, it in statuses.items() if it not in {404, 405}} == {}
    assert client.generic("PROPFIND", "/api/v1/me/").status_code == 405
    for path in present_settings.FRONT_ROUTES:
        assert ask_front(path, "PROPFIND").status == 405, path


def test_where_a_request_ends_is_read_in_one_way(server: Serving) -> None:
    """V4.2.1: a request with two lengths, or two that differ, smuggles in no second one."""
    hidden = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
    for lengths in (
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Content-Length: 0\r\nContent-Length: 44",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding : chunked",
    ):
        head = f"POST /service/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lengths}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", server.installation.port), 60) as connection:
            connection.sendall(f"{head}0\r\n\r\n{hidden}".encode())
            got = connection.makefile("rb").read().decode("latin-1")
        assert got.count("HTTP/1.1 ") == 1, got
        assert '"status":"ok"' not in got.replace(" ", "")
