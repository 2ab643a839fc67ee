"""The front's own short list of duties."""

import logging
from typing import Any

import pytest
from pytest_django import Settings

from console import failures
from console.http import current
from console.serving import calling, endpoints
from console.serving.endpoints import Bearer, FrontRequest, FrontResponse, json_response, methods
from tests.front import Answer, ask, basic
from tests.wsgi import mount


@methods("GET", "POST")
def echo(request: FrontRequest) -> FrontResponse:
    """What a handler is given."""
    authorization = request.authorization
    return json_response(
        200,
        {
            "method": request.method,
            "query": request.query,
            "length": len(request.body),
            "address": request.address,
            "who": getattr(authorization, "username", None),
            "token": getattr(authorization, "token", None),
            "request_id": current.get().request_id,
        },
    )


@methods("GET")
def fail(request: FrontRequest) -> FrontResponse:
    raise RuntimeError("planted")


def pages(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("404 Not Found", [])
    return [b"Django"]


@pytest.fixture
def app(settings: Settings) -> Any:
    calling.failures.silent_until, calling.failures.silent = 0.0, 0
    settings.FRONT_ROUTES = {
        "/echo": "tests.console.serving.test_endpoints.echo",
        "/fail": "tests.console.serving.test_endpoints.fail",
    }
    return mount(pages)


def test_every_answer_has_the_fixed_headers(app: Any) -> None:
    for path, method in (("/echo", "GET"), ("/echo", "DELETE"), ("/fail", "GET")):
        headers = ask(path, method, to=app).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Content-Type"] == "application/json"
        assert "Strict-Transport-Security" not in headers


def test_https_adds_strict_transport_security(app: Any, settings: Settings) -> None:
    settings.HSTS = "max-age=31536000"
    assert ask("/echo", to=app).headers["Strict-Transport-Security"] == "max-age=31536000"


def test_each_request_has_its_own_id_which_the_handler_and_the_log_know(app: Any) -> None:
    first, second = ask("/echo", to=app), ask("/echo", to=app)
    assert first.headers["X-Request-ID"] == first.json["request_id"] != second.json["request_id"]
    assert current.get().request_id == ""


def test_head_is_get_without_the_body(app: Any) -> None:
    got, head = ask("/echo", to=app), ask("/echo", "HEAD", to=app)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == got.headers["Content-Length"] == str(len(got.body))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "get", "TRACE"])
def test_another_method_is_405_and_says_which_are_answered(app: Any, method: str) -> None:
    answer = ask("/echo", method, to=app)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


GOOD = basic("robot_acme+ci", "secret")
TOKEN = GOOD.removeprefix("Basic ")
MALFORMED = [
    "",
    " ",
    "Basic",
    "Basic ",
    f"Basic  {TOKEN}",
    f"Basic\t{TOKEN}",
    f" {GOOD}",
    f"{GOOD} ",
    f"{GOOD},{GOOD}",
    f"{GOOD},",
    f"{GOOD}, Bearer x",
    f"Basic {TOKEN[:-1]}",
    f"Basic {TOKEN}=",
    f"Basic {TOKEN[:8]}\n{TOKEN[8:]}",
    f"Basic {TOKEN} x",
    "Basic !!!!",
    "Basic é",
    f"Digest {TOKEN}",
    f"Token {TOKEN}",
    TOKEN,
    "Bearer",
    "Bearer ",
    "Bearer a b",
    "Bearer a,b",
    "Bearer a\tb",
    'Bearer "a"',
    "Bearer =",
    "Basic dXNlcg==",
    "Basic Og",
    "Basic /w==",
    "Basic YQBiOmM=",
    "Basic YTpiCg==",
    "BasicYTpi",
    "Basic:YTpi",
    "Basic YTpi;x",
]


@pytest.mark.parametrize("value", MALFORMED)
def test_a_malformed_or_repeated_authorization_is_401(app: Any, value: str) -> None:
    answer = ask("/echo", authorization=value, to=app)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")


def test_the_grammar_takes_basic_and_bearer(app: Any) -> None:
    assert ask("/echo", authorization=GOOD, to=app).json["who"] == "robot_acme+ci"
    assert ask("/echo", authorization=f"basic {TOKEN}", to=app).json["who"] == "robot_acme+ci"
    assert ask("/echo", authorization="Bearer a.b-c_d~e+f/g==", to=app).json["token"] is not None
    assert ask("/echo", to=app).json["who"] is None


def test_a_password_may_hold_colons_and_any_letters() -> None:
    assert endpoints.parse_authorization(basic("a", "b:ü:c")) == endpoints.Basic("a", "b:ü:c")


def test_credentials_do_not_show_in_a_repr() -> None:
    assert "hush" not in repr(endpoints.Basic("a", "hush")) + repr(Bearer("hush"))
    request = FrontRequest("GET", "/", "", b"", "", {"authorization": "hush"})
    assert "hush" not in repr(request)


def test_an_exception_is_503_logged_and_never_a_yes(
    app: Any, caplog: pytest.LogCaptureFixture
) -> None:
    answer = ask("/fail", to=app)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert "planted" not in answer.body.decode()
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_a_storm_of_failures_is_one_line_and_a_number(
    app: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "SILENT_SECONDS", 3600)
    assert {ask("/fail", to=app).status for _ in range(50)} == {503}
    calling.failures.silent_until = 0.0
    ask("/fail", to=app)
    lines: list[Any] = [record.msg for record in caplog.records]
    assert [line["not_logged"] for line in lines] == [0, 49]


def test_a_success_writes_no_line(app: Any, caplog: pytest.LogCaptureFixture) -> None:
    ask("/echo", authorization=GOOD, to=app)
    ask("/echo", "PUT", to=app)
    assert not caplog.records


def test_the_origin_never_comes_from_the_host_header(app: Any) -> None:
    answer = ask("/echo", authorization="x", to=app, HTTP_HOST="evil.example")
    assert "evil.example" not in str(answer)


def metrics(token: str | None, method: str = "GET") -> Answer:
    return ask("/metrics", method, authorization=f"Bearer {token}" if token else None)


def test_metrics_count_routes_and_statuses_for_whoever_has_the_token(settings: Settings) -> None:
    settings.ROSTER_METRICS_TOKEN = "scraper"
    ask("/livez")
    page = metrics("scraper")
    assert page.headers["Content-Type"].startswith("text/plain")
    assert 'roster_requests_total{route="/livez",status="200"}' in page.body.decode()
    assert 'roster_request_seconds_bucket{le="0.005",route="/livez"}' in page.body.decode()


@pytest.mark.parametrize("token", [None, "wrong", "scrape", "scraperr"])
def test_metrics_are_401_without_the_token(settings: Settings, token: str | None) -> None:
    settings.ROSTER_METRICS_TOKEN = "scraper"
    assert metrics(token).status == 401


def test_metrics_are_404_while_there_is_no_token_to_ask_for() -> None:
    assert metrics("").status == metrics("x").status == 404
