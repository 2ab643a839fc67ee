"""Reports that cannot be read, are too many, or say what must not be kept: refused in words, nothing done."""

import json

import pytest
import time_machine
from django.utils import timezone

from console.serving import endpoints
from robots.verifiers.leaks import answers
from tests.conftest import Cast
from tests.front import ask
from tests.robots.verifiers.leaks.seeing import is_let_in, leaks, letters
from tests.scanning import report

UNREADABLE = {
    "nothing": (b"", "the body is not JSON"),
    "no JSON": (b"credentials=x", "the body is not JSON"),
    "not UTF-8": (b'{"credentials": ["\xff"]}', "the body is not JSON"),
    "too deep": (b"[" * 30_000, "the body is not JSON"),
    "a huge number": (b'{"credentials": ' + b"9" * 10_000 + b"}", "the body is not JSON"),
    "a list": (b'["rbt_x"]', "the body has to be an object with credentials"),
    "an unknown member": (b'{"credentials": ["x"], "token": 1, "a": 2}', "there is no a, token"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_cannot_be_read_is_400(db: None, what: str) -> None:
    body, words = UNREADABLE[what]
    answer = report(body)
    assert (answer.status, answer.json) == (
        400,
        {"errors": [{"code": "MALFORMED", "message": words}]},
    )


A_LIST = "credentials has to be a list of texts"
HOW_MANY = "credentials has to hold 1 to 100"
INVALID: dict[str, tuple[object, str]] = {
    "none": ({}, A_LIST),
    "null": ({"credentials": None}, A_LIST),
    "a text": ({"credentials": "rbt_x"}, A_LIST),
    "numbers": ({"credentials": [1]}, A_LIST),
    "empty": ({"credentials": []}, HOW_MANY),
    "too many": ({"credentials": ["x"] * 101}, HOW_MANY),
    "no text": ({"credentials": ["x"], "found_at": 1}, "found_at has to be a text"),
    "a long text": (
        {"credentials": ["x"], "found_at": "x" * 501},
        "found_at: Use at most 500 characters.",
    ),
    "lines": ({"credentials": ["x"], "found_at": "a\nb"}, "found_at: Use a single line."),
    "a NUL": (
        {"credentials": ["x"], "found_at": "a\0"},
        "found_at: Remove the control characters.",
    ),
    "half a character": (
        {"credentials": ["x"], "found_at": "\ud800"},
        "found_at: Remove the control characters.",
    ),
    "another direction": (
        {"credentials": ["x"], "found_at": "a\u202eb"},
        "found_at: Remove the characters that change the reading direction.",
    ),
}


@pytest.mark.parametrize("what", INVALID)
def test_what_is_wrong_is_422(db: None, what: str) -> None:
    document, words = INVALID[what]
    answer = report(json.dumps(document).encode())
    assert answer.status == 422
    assert answer.json == {"errors": [{"code": "INVALID", "message": words}]}


def test_half_characters_among_the_credentials_are_unknown(cast: Cast) -> None:
    odd = ["\ud800", "rbt_\0", "é" * 46, "x" * 5000, f"{cast.secret}\ud800"]
    assert report(json.dumps({"credentials": odd}).encode()).status == 202
    assert leaks() == []


def test_another_kind_of_body_is_415(db: None) -> None:
    answer = report({"credentials": ["x"]}, CONTENT_TYPE="application/x-www-form-urlencoded")
    assert answer.status == 415
    kind = "application/json; charset=utf-8"
    assert report({"credentials": ["x"]}, CONTENT_TYPE=kind).status == 202


def test_a_place_that_holds_a_secret_is_refused_and_kept_nowhere(cast: Cast) -> None:
    where = f"https://paste.example.com/?q={cast.secret}"
    answer = report({"credentials": [cast.secret], "found_at": where})
    assert answer.status == 422
    assert "It holds a secret itself" in answer.json["errors"][0]["message"]
    assert is_let_in(cast.robot.login_name, cast.secret)
    assert (leaks(), letters()) == ([], {})


def test_an_address_has_so_many_reports_an_hour(cast: Cast, clock: time_machine.Traveller) -> None:
    clock.move_to(timezone.now().replace(minute=0, second=0, microsecond=0))
    for _ in range(answers.MOST_REPORTS):
        assert report({"credentials": ["x"]}).status == 202
    refused = report({"credentials": [cast.secret]})
    assert (refused.status, refused.headers["Retry-After"]) == (429, "3600")
    assert is_let_in(cast.robot.login_name, cast.secret)
    elsewhere = report({"credentials": [cast.secret]}, REMOTE_ADDR="198.51.100.9")
    assert elsewhere.status == 202
    assert not is_let_in(cast.robot.login_name, cast.secret)
    clock.shift(3600)
    assert report({"credentials": ["x"]}).status == 202


def test_what_cannot_be_read_counts_as_well(db: None) -> None:
    for _ in range(answers.MOST_REPORTS):
        assert report(b"").status == 400
    assert report(b"").status == 429


def test_other_methods_and_larger_bodies_are_refused_as_everywhere(db: None) -> None:
    handlers = endpoints.routes()
    assert handlers["/credentials/revoke"].most_body == endpoints.MAX_BODY
    assert handlers["/credentials/leaks"].most_body == 4 * endpoints.MAX_BODY
    for path in ("/credentials/revoke", "/credentials/leaks"):
        answer = ask(path, "GET")
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")
