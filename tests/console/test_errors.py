"""Every refusal is a page of ours: it names what happened and the request, and nobody keeps it."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from console.errors import Conflict, TooMany, error_pages
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast

Ask = Callable[[Cast], Any]


def owner(cast: Cast, **options: Any) -> Client:
    return browser(cast.owner, **options)


def conflict(cast: Cast) -> Any:
    secret = cast.token.secrets.get()
    return owner(cast).post(f"{cast.token.get_absolute_url()}secrets/{secret.pk}/ending/")


def locked_out(cast: Cast) -> Any:
    client = browser()
    for _ in range(31):
        answer = client.post("/sign-in/", {"login": "nobody@example.com"})
        if answer.status_code == 429:
            break
    return answer


PAGES: dict[int, tuple[Ask, str]] = {
    400: (
        lambda cast: owner(cast).get("/o/acme/robots/?cursor=x"),
        "That request was not understood",
    ),
    403: (lambda cast: browser(cast.member).get("/o/acme/projects/new/"), "You may not do this"),
    404: (lambda cast: owner(cast).get("/o/globex/"), "Nothing here"),
    405: (lambda cast: owner(cast).put("/o/acme/robots/"), "That cannot be done here"),
    409: (conflict, "It is the token's only secret"),
    429: (locked_out, "Too many"),
}


@pytest.mark.parametrize(("status", "ask", "title"), [(key, *row) for key, row in PAGES.items()])
def test_an_error_page_names_the_request_and_is_not_kept(
    cast: Cast, status: int, ask: Ask, title: str
) -> None:
    check(ask(cast), status, title)


def check(answer: Any, status: int, title: str) -> None:
    assert answer.status_code == status
    (heading,) = texts_of(answer, "h1")
    assert heading.startswith(title)
    assert texts_of(answer, "title")[0].endswith(" · Roster")
    assert f"<code>{answer['X-Request-ID']}</code>" in text(answer)
    assert "no-store" in answer["Cache-Control"]
    assert str(status) in texts_of(answer, "p", **{"class": "error-code"})


ERRORS: list[tuple[Exception, int, str]] = [
    (Conflict("It went."), 409, "It went."),
    (IntegrityError("UNIQUE constraint failed: robots_secret.digest"), 409, "Another change came"),
    (ValidationError("Too long."), 422, "Too long."),
    (TooMany("Slowly.", 30), 429, "Slowly."),
    (OperationalError("database is locked"), 503, "The database does not answer"),
    (InterfaceError("connection already closed"), 503, "The database does not answer"),
]
LATER = {429: "30", 503: "2"}


@pytest.mark.parametrize(("error", "status", "words"), ERRORS)
def test_an_exception_becomes_its_page(error: Exception, status: int, words: str) -> None:
    def never(request: HttpRequest) -> HttpResponse:
        raise AssertionError

    answer = error_pages(never).process_exception(RequestFactory().get("/"), error)
    assert answer is not None
    assert (answer.status_code, answer["Cache-Control"]) == (status, "no-store")
    assert words in text(answer)
    assert "UNIQUE" not in text(answer)
    assert answer.get("Retry-After") == LATER.get(status)


def test_the_page_of_a_fault_needs_no_database() -> None:
    """Without the `db` fixture whoever asks the database raises."""
    client = browser(raise_request_exception=False)
    client.cookies["roster-session"] = "x" * 32
    answer = client.get("/help/")
    check(answer, 500, "Something broke")


def test_a_refusal_names_the_permission_and_who_can_grant_it(cast: Cast) -> None:
    page = text(browser(cast.member).get("/o/acme/audit-log/"))
    assert "event:read" in page
    assert "See the audit log" in page
    assert "Who can grant it" in page
    assert cast.owner.display_name in page
    assert "stranger" not in page.lower()


def test_a_lock_out_says_when_to_come_back(cast: Cast) -> None:
    answer = locked_out(cast)
    assert "Wait a minute, then try again." in text(answer)
    assert answer["Retry-After"] == "60"


def test_what_is_missing_and_what_is_foreign_read_the_same(cast: Cast) -> None:
    words = "It does not exist, or you do not have access to it."
    for address in ("/o/globex/", "/o/nowhere/", "/nothing"):
        assert words in text(owner(cast).get(address))


def test_what_is_no_fault_is_not_logged_as_one(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither a question for the password nor what only a broken or hostile client sends."""
    client = browser(cast.owner)
    deletion = f"{cast.robot.get_absolute_url()}deletion/"
    assert client.get(deletion).status_code == 302
    many = "&".join(f"p{n}=1" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    for address in ("/o/acme/robots/", "/api/v1/organizations/acme/robots/"):
        assert client.get(f"{address}?{many}").status_code == 400
    (stream,) = (it for it in logging.getLogger().handlers if it.name == "stream")
    lines = [stream.format(record) for record in caplog.records if stream.filter(record)]
    assert len(lines) > 3
    assert [line for line in lines if "Traceback" in line or '"failure"' in line] == []


def test_a_table_that_is_missing_is_a_fault_and_no_wait(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE robots_dailyuse RENAME TO robots_elsewhere")
    client = browser(cast.owner, raise_request_exception=False)
    check(client.get("/o/acme/"), 500, "Something broke")
