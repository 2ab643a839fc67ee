"""Reports of browsers: what of them is logged, and that nothing else is taken."""

import json
from typing import Any

import pytest

from console.serving import policy_reports
from tests.front import Answer, ask
from tests.leak_search import Haystack

KEY = "9f" * 32
REPORT: dict[str, Any] = {
    "document-uri": f"http://127.0.0.1:8000/setup/{KEY}/?q=private",
    "referrer": f"http://127.0.0.1:8000/setup/{KEY}/",
    "effective-directive": "script-src-elem",
    "blocked-uri": "https://evil.example/a.js?with=private",
    "script-sample": "private",
}


@pytest.fixture(autouse=True)
def _nothing_logged() -> None:
    policy_reports.reports.silent_until = 0.0


def send(body: object, content_type: str = "application/csp-report") -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ask("/policy-reports", "POST", body=raw, CONTENT_TYPE=content_type)


def test_a_line_says_which_page_wanted_what(haystack: Haystack) -> None:
    assert send({"csp-report": REPORT}).status == 200
    (line,) = map(json.loads, haystack.log.getvalue().splitlines())
    assert (line["level"], line["page"]) == ("warning", "/setup/<key>/")
    assert (line["rule"], line["wanted"]) == ("script-src-elem", "evil.example")
    assert KEY not in haystack.log.getvalue()
    assert "private" not in haystack.log.getvalue()


def test_many_are_one_line_a_second(haystack: Haystack) -> None:
    for _ in range(5):
        send({"csp-report": REPORT})
    assert len(haystack.log.getvalue().splitlines()) == 1


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"5", b"\xff", b"[" * 10_000, {"csp-report": []}, {"csp-report": None}),
        *({}, {"other": {}}),
    ],
)
def test_what_is_no_report_is_refused(haystack: Haystack, body: object) -> None:
    assert send(body).status == 400
    assert haystack.log.getvalue() == ""


def test_another_kind_of_body_is_refused() -> None:
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded", ""):
        assert send({"csp-report": REPORT}, kind).status == 415


def test_fields_of_any_kind_do_no_harm(haystack: Haystack) -> None:
    odd: tuple[Any, ...] = (None, 5, [], {}, "", "x" * 9000, "http://[", "\x1b[31m\n", "inline")
    for value in odd:
        policy_reports.reports.silent_until = 0.0
        assert send({"csp-report": dict.fromkeys(REPORT, value)}).status == 200
    lines = haystack.log.getvalue().splitlines()
    assert len(lines) == len(odd)
    assert max(map(len, lines)) < 1000
