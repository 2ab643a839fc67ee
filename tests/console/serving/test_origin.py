"""Which requests reach pages and verifiers, and what these see of where they came from."""

from typing import Any

import pytest
from pytest_django import Settings

from console.serving import application, bodies
from console.serving.application import Application
from console.serving.callers import Proxies
from tests.console.serving.asking import SILENCE, ask
from tests.console.serving.handlers import CLIENT, PROXY

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


def test_only_a_trusted_proxy_says_where_a_client_is(app: Application, settings: Settings) -> None:
    said = [("X-Forwarded-For", CLIENT)]
    assert ask(app, "/echo", headers=said, peer=PROXY).json["address"] == PROXY
    settings.PROXIES = Proxies(PROXY)
    assert ask(app, "/echo", headers=said, peer=PROXY).json["address"] == CLIENT
    assert ask(app, "/", headers=said, peer=PROXY).json["REMOTE_ADDR"] == CLIENT


def test_pages_see_nothing_that_says_where_a_request_came_from(
    app: Application, settings: Settings
) -> None:
    settings.PROXIES = Proxies(PROXY)
    said = [
        ("X-Forwarded-For", CLIENT),
        ("X_Forwarded_For", "1.1.1.1"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Real-IP", "1.1.1.1"),
        ("Forwarded", "for=1.1.1.1"),
        ("X-Request-ID", "0af7651916cd43dd"),
        ("Traceparent", TRACEPARENT),
        ("Tracestate", "a=b"),
        ("Baggage", "user=1"),
        ("REMOTE_ADDR", "1.1.1.1"),
        ("X-Other", "kept"),
    ]
    given = ask(app, "/", headers=said, peer=PROXY).json
    assert {name for name in given if name.startswith("HTTP_")} == {"HTTP_X_OTHER"}
    assert given["roster.request_id"] == "0af7651916cd43dd"
    assert given["roster.traceparent"] == TRACEPARENT


def test_what_is_refused_ahead_of_pages_has_the_names_that_the_proxy_gave_it(
    app: Application, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.PROXIES = Proxies(PROXY)
    application.proxy_faults.silent_until = 0.0
    said = [("X-Request-ID", "0af7651916cd43dd"), ("Traceparent", TRACEPARENT)]
    page = ask(app, "/", headers=said, peer=PROXY)
    for name in ("0af7651916cd43dd", TRACE):
        assert name.encode() in page.body
    lines: list[Any] = [record.msg for record in caplog.records]
    line = lines[0]
    assert (line["request_id"], line["trace_id"]) == ("0af7651916cd43dd", TRACE)
    problem = ask(app, "/api/v1/", headers=said, peer=PROXY)
    assert (problem.json["request_id"], problem.json["trace_id"]) == ("0af7651916cd43dd", TRACE)
    other = ask(app, "/", peer=PROXY)
    assert other.headers["x-request-id"].encode() in other.body
    assert b"race ID" not in other.body


def test_a_proxy_that_does_not_say_it_is_refused_in_words(
    app: Application, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.PROXIES = Proxies(PROXY)
    application.proxy_faults.silent_until = 0.0
    verifier, page = ask(app, "/echo", peer=PROXY), ask(app, "/", peer=PROXY)
    assert verifier.status == page.status == 400
    assert b"The proxy has to send X-Forwarded-For" in verifier.body
    assert b"The proxy has to send X-Forwarded-For" in page.body
    lines: list[Any] = [record.msg for record in caplog.records]
    assert len(lines) == 1
    assert "X-Forwarded-For" in lines[0]["reason"]
    assert ask(app, "/livez", peer=PROXY).status == 200


GOOD = {"Host": "roster.example.com", "X-Forwarded-For": CLIENT, "X-Forwarded-Proto": "https"}
WRONG: dict[str, tuple[dict[str, str], str, str]] = {
    "no proxy": (GOOD, CLIENT, "ROSTER_TRUSTED_PROXIES"),
    "no scheme": (GOOD | {"X-Forwarded-Proto": ""}, PROXY, "X-Forwarded-Proto"),
    "plain http": (
        GOOD | {"X-Forwarded-Proto": "http"},
        PROXY,
        "https in X-Forwarded-Proto, not http",
    ),
    "its own host": (GOOD | {"Host": "127.0.0.1:8000"}, PROXY, "Host: roster.example.com"),
    "another port": (GOOD | {"Host": "roster.example.com:8443"}, PROXY, "Host: roster.example.com"),
    "no client": (GOOD | {"X-Forwarded-For": ""}, PROXY, "X-Forwarded-For"),
}


@pytest.mark.parametrize("how", WRONG)
@pytest.mark.parametrize("path", ["/", "/api/v1/me/"])
def test_production_says_what_a_proxy_has_to_send_and_never_redirects(
    production: Application, how: str, path: str
) -> None:
    headers, peer, words = WRONG[how]
    answer = ask(production, path, headers=headers.items(), peer=peer)
    assert answer.status == 400
    assert words in answer.body.decode()
    kind = "application/problem+json" if path != "/" else "text/html; charset=utf-8"
    assert answer.headers["content-type"] == kind
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_page_that_says_so_has_its_styles(production: Application) -> None:
    assert ask(production, "/static/console/css/base.css", peer=CLIENT).status == 200


@pytest.mark.parametrize(
    "host", ["roster.example.com", "roster.example.com:443", "ROSTER.example.com"]
)
def test_production_takes_its_own_host_and_gives_pages_the_origin(
    production: Application, host: str
) -> None:
    given = ask(production, "/", headers=(GOOD | {"Host": host}).items(), peer=PROXY).json
    assert given["HTTP_HOST"] == "roster.example.com"
    assert (given["wsgi.url_scheme"], given["REMOTE_ADDR"]) == ("https", CLIENT)


def test_refusals_tell_browsers_to_use_https_as_all_answers_do(
    production: Application, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.01)
    settings.HSTS = "max-age=31536000"
    for path in ("/", "/echo"):
        headers = (GOOD | {"Content-Length": "50"}).items()
        answer = ask(production, path, "POST", headers=headers, peer=PROXY, body=[b"x", SILENCE])
        assert answer.status == 408
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
