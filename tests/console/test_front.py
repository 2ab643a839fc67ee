"""The front's own short list of duties, through the WSGI application."""

import io
import logging
from typing import Any

import pytest
from pytest_django import Settings

from console import front
from console.front import Bearer, FrontRequest, FrontResponse, json_response, methods
from console.http import current
from tests.front import Answer, Chunks, ask, basic, environ_of

LIMIT = front.MAX_BODY


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
    front.failures.silent_until, front.failures.silent = 0.0, 0
    settings.FRONT_ROUTES = {
        "/echo": "tests.console.test_front.echo",
        "/fail": "tests.console.test_front.fail",
    }
    return front.mount(pages)


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
    settings.SECURE = True
    assert "max-age=31536000" in ask("/echo", to=app).headers["Strict-Transport-Security"]


def test_each_request_has_its_own_id_which_the_handler_and_the_log_know(app: Any) -> None:
    first, second = ask("/echo", to=app), ask("/echo", to=app)
    assert first.headers["X-Request-ID"] == first.json["request_id"] != second.json["request_id"]
    assert current.get().request_id == ""


@pytest.mark.parametrize("path", ["/echo/", "/echo/x", "//echo", "/Echo", "/", ""])
def test_any_other_path_is_djangos(app: Any, path: str) -> None:
    assert ask(path, to=app).body == b"Django"


def test_head_is_get_without_the_body(app: Any) -> None:
    got, head = ask("/echo", to=app), ask("/echo", "HEAD", to=app)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == got.headers["Content-Length"] == str(len(got.body))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "get", "TRACE"])
def test_another_method_is_405_and_says_which_are_answered(app: Any, method: str) -> None:
    answer = ask("/echo", method, to=app)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


# How the body comes, and the status.
BODIES: dict[str, tuple[dict[str, Any], int]] = {
    "as large as allowed": ({"body": b"x" * LIMIT}, 200),
    "one byte more": ({"body": b"x" * (LIMIT + 1)}, 413),
    "declared far more than sent": ({"CONTENT_LENGTH": "9" * 400}, 413),
    "not a number": ({"body": b"x", "CONTENT_LENGTH": "1x"}, 400),
    "negative": ({"body": b"x", "CONTENT_LENGTH": "-1"}, 400),
    "other digits": ({"body": b"x", "CONTENT_LENGTH": "\u0661"}, 400),
    "empty length": ({"CONTENT_LENGTH": ""}, 200),
    "in chunks": ({"wsgi.input": Chunks(b"x" * LIMIT), "wsgi.input_terminated": True}, 200),
    "in chunks, one byte more": (
        {"wsgi.input": Chunks(b"x" * (LIMIT + 1)), "wsgi.input_terminated": True}, 413,
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", BODIES)
def test_a_body_is_read_whole_up_to_its_limit(app: Any, how: str) -> None:
    extra, status = BODIES[how]
    if "wsgi.input" in extra:
        extra["wsgi.input"].seek(0)
    answer = ask("/echo", "POST", to=app, **extra)
    assert answer.status == status
    if status == 200 and how != "empty length":
        assert answer.json["length"] == LIMIT


def test_without_an_end_mark_no_more_is_read_than_was_declared(app: Any) -> None:
    stream = io.BytesIO(b"abc and the next request")
    extra: dict[str, Any] = {"wsgi.input": stream, "CONTENT_LENGTH": "3"}
    answer = ask("/echo", "POST", to=app, **extra)
    assert (answer.json["length"], stream.tell()) == (3, 3)


def test_the_body_of_a_get_is_not_read(app: Any) -> None:
    assert ask("/echo", body=b"x" * (LIMIT + 1), to=app).json["length"] == 0


GOOD = basic("robot_acme+ci", "secret")
TOKEN = GOOD.removeprefix("Basic ")
MALFORMED = [
    "", " ", "Basic", "Basic ", f"Basic  {TOKEN}", f"Basic\t{TOKEN}", f" {GOOD}", f"{GOOD} ",
    f"{GOOD},{GOOD}", f"{GOOD},", f"{GOOD}, Bearer x", f"Basic {TOKEN[:-1]}", f"Basic {TOKEN}=",
    f"Basic {TOKEN[:8]}\n{TOKEN[8:]}", f"Basic {TOKEN} x", "Basic !!!!", "Basic é", f"Digest {TOKEN}",
    f"Token {TOKEN}", TOKEN, "Bearer", "Bearer ", "Bearer a b", "Bearer a,b", "Bearer a\tb",
    'Bearer "a"', "Bearer =", "Basic dXNlcg==", "Basic Og", "Basic /w==", "Basic YQBiOmM=",
    "Basic YTpiCg==", "BasicYTpi", "Basic:YTpi", "Basic YTpi;x",
]  # fmt: skip


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
    assert front.parse_authorization(basic("a", "b:ü:c")) == front.Basic("a", "b:ü:c")


def test_credentials_do_not_show_in_a_repr() -> None:
    assert "hush" not in repr(front.Basic("a", "hush")) + repr(Bearer("hush"))
    request = FrontRequest("GET", "/", "", b"", "", environ_of("/", "GET", b"", "hush"))
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
    monkeypatch.setattr(front, "SILENT_SECONDS", 3600)
    assert {ask("/fail", to=app).status for _ in range(50)} == {503}
    front.failures.silent_until = 0.0
    ask("/fail", to=app)
    assert [record.msg["not_logged"] for record in caplog.records] == [0, 49]  # type: ignore[index]


def test_a_success_writes_no_line(app: Any, caplog: pytest.LogCaptureFixture) -> None:
    ask("/echo", authorization=GOOD, to=app)
    ask("/echo", "PUT", to=app)
    assert not caplog.records


def test_the_origin_never_comes_from_the_host_header(app: Any) -> None:
    answer = ask("/echo", authorization="x", to=app, HTTP_HOST="evil.example")
    assert "evil.example" not in str(answer)


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.7"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1,203.0.113.9", "198.51.100.1"),
        (1, "nonsense", ""),
        (1, "", "192.0.2.7"),
    ],
)
def test_only_trusted_hops_say_where_a_client_is(
    app: Any, settings: Settings, hops: int, forwarded: str, address: str
) -> None:
    settings.ROSTER_TRUSTED_PROXIES = hops
    answer = ask("/echo", to=app, HTTP_X_FORWARDED_FOR=forwarded)
    assert answer.json["address"] == address


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
