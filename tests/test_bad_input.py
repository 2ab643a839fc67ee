"""Whatever is sent, the answer is a clear one, and what is refused stores nothing."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client

from tests.addresses import ADDRESSES, acme, address_of
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast
from tests.forms import FORMS, Form
from tests.furniture import furnish_more
from tests.snapshots import Rows, rows

NASTY = {
    "NUL": "a\x00b", "replacement": "\ufffd", "override": "\u202egpj", "isolate": "\u2067a",
    "combining": "e\u0301\u0327", "zero width": "\u200b", "family": "👩\u200d👩\u200d👧", "flag": "🏳️",
    "mathematical": "\U0001d56c", "ligature": "ﬁ", "dotted": "İ", "private": "\ue000",
    "unassigned": "\U000e0fff",
    "header": "a\r\nSet-Cookie: b=c", "tag": "<script>alert(1)</script>", "quote": "'\"; DROP TABLE x--",
    "format": "%s%n{0}{{7*7}}", "path": "../../etc/passwd", "spaces": "   ", "long": "x" * 5000,
    "digits": "٣", "many digits": "9" * 5000, "float": "1e309", "negative": "-1", "empty": "",
    "json": '{"a": [1]}', "line": "a\u2028b", "null": "null", "day": "2026-02-30",
}  # fmt: skip
CSRF = "a" * 32
FREE = [form for form in FORMS if form.texts]
FORM_TYPE = "application/x-www-form-urlencoded"


# Teams, roles, invitations and members of projects have addresses too.
@pytest.fixture(autouse=True)
def furnished(cast: Cast) -> None:
    furnish_more(cast)


def check(answer: Any, before: Rows) -> None:
    """Not a fault of ours; and if it is a refusal, a page about it and nothing stored."""
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert texts_of(answer, "h1")
        assert rows() == before


# What a free text is tried with by itself, so that nothing else in the form refuses it.
TELLING = (
    "NUL",
    "replacement",
    "override",
    "combining",
    "family",
    "private",
    "header",
    "tag",
    "long",
)


def bad_forms(form: Form) -> list[dict[str, str]]:
    together = [dict.fromkeys(form.texts, value) for value in NASTY.values()]
    free = [name for name in form.texts if name in {"name", "description", "slug", "next"}]
    return together + [{name: NASTY[key]} for name in free for key in TELLING]


@pytest.mark.parametrize("form", FREE, ids=lambda form: form.name)
def test_no_text_breaks_a_form(cast: Cast, form: Form) -> None:
    client, before, address = form.client(cast), rows(), form.address(cast)
    for changes in bad_forms(form):
        answer = client.post(address, form.data(cast, **changes))
        check(answer, before)
        if answer.status_code < 400:
            before = rows()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_body_past_the_limit_is_refused(cast: Cast, form: Form) -> None:
    before, client = rows(), form.client(cast, enforce_csrf_checks=True)
    client.cookies[settings.CSRF_COOKIE_NAME] = CSRF
    fields = {f"field{n}": "" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)}
    for extra in ({"padding": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}, fields):
        body = form.data(cast, csrfmiddlewaretoken=CSRF, **extra)
        answer = client.post(form.address(cast), urlencode(body), content_type=FORM_TYPE)
        assert answer.status_code == 400
        assert "larger than any form here" in text(answer)
        assert f"<code>{answer['X-Request-ID']}</code>" in text(answer)
    assert rows() == before


# A theme that is not one is no theme, and nothing is said about it.
STRICT = [form for form in FREE if form.name != "console:theme"]


@pytest.mark.parametrize("form", STRICT, ids=lambda form: form.name)
def test_a_body_that_is_no_form_is_refused(cast: Cast, form: Form) -> None:
    client, before = form.client(cast), rows()
    for content_type, body in {
        "application/json": '{"name": "x"}',
        "text/plain": "name=x",
        "multipart/form-data; boundary=x": "no boundary here",
        "multipart/form-data": "no boundary at all",
        "application/x-www-form-urlencoded; charset=utf-7": "name=+AGE-",
        "application/x-www-form-urlencoded; charset=latin-1": "name=x",
        "image/png": "\x89PNG",
        "": "name=x",
    }.items():
        answer = client.generic("POST", form.address(cast), body, content_type=content_type)
        assert answer.status_code in {400, 422}, content_type
        check(answer, before)


@pytest.mark.parametrize("form", STRICT, ids=lambda form: form.name)
def test_bytes_that_are_not_utf_8_are_refused(cast: Cast, form: Form) -> None:
    before = rows()
    for field in form.texts:
        for wrong in ("%ff%fe", "%ed%a0%80"):
            body = f"{urlencode(form.data(cast, **{field: ''}))}&{field}={wrong}"
            answer = form.client(cast).post(form.address(cast), body, content_type=FORM_TYPE)
            assert answer.status_code in {400, 422}, (field, wrong)
            check(answer, before)


@pytest.mark.parametrize("name", ADDRESSES)
def test_other_methods_are_refused_with_a_page(cast: Cast, name: str) -> None:
    address = address_of(name, acme(cast))
    before = rows()
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        client = browser(cast.owner, confirmed=True)
        answer = client.generic(method, address)
        if name.startswith("account_"):
            assert answer.status_code in {200, 302, 405}
            continue
        assert answer.status_code == 405
        check(answer, before)
    assert rows() == before


@pytest.mark.parametrize(
    "query",
    [
        "sort=digest", "sort=secrets__digest", "sort=-", "state=bogus", "q=%ff", "q=%00", "q=a&q=b",
        "sort=name&sort=-name", "actor=x", "action=x:y", "action=%00", "state=active&state=bogus",
        "q=" + "x" * 3000, "tokens__secrets__digest=a", "ordering=password", "&&&", "=", "%",
        "project=%00", "project=nothing", "cursor=",
    ],
)  # fmt: skip
def test_a_wrong_filter_is_no_fault(as_owner: Client, cast: Cast, query: str) -> None:
    for name in ("robots:robot-list", "robots:project-robots", "console:event-list",
                 "console:project-list", "console:repository-list", "teams:member-list",
                 "robots:robot", "robots:robot-create", "robots:overview"):  # fmt: skip
        answer = as_owner.get(f"{address_of(name, acme(cast))}?{query}")
        assert answer.status_code in ({200, 404} if "project=" in query else {200}), name


LISTS = ("robots:robot-list", "robots:project-robots", "console:event-list", "console:project-list",
         "console:repository-list", "teams:member-list", "robots:robot", "console:project")  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "cursor", ["x", "a:b:c", "%00", "%ff", "WyJpZCJd:1abc:forged", "x" * 4000, "💥", ".", ":"]
)
def test_a_forged_cursor_is_a_bad_request(
    as_owner: Client, cast: Cast, name: str, cursor: str
) -> None:
    answer = as_owner.get(f"{address_of(name, acme(cast))}?cursor={cursor}")
    assert answer.status_code == 400
    assert "not one of ours" in text(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/%00", "/o/acme%00/", "/o/%ff/", "/o/acme/robots/%00/", "/o/acme/projects/%2e%2e/",
        "/o/acme/projects/payments%00/", "/o/acme/robots/not-a-uuid/", "/o/ACME/", "//o/acme/",
        "/o/acme/robots/../../django-admin/", "/o/acme/" + "x" * 5000, "/setup/%00/", "/\u202e/",
    ],
)  # fmt: skip
def test_a_strange_path_is_not_found(as_owner: Client, path: str) -> None:
    answer = as_owner.get(path)
    assert answer.status_code == 404
    assert texts_of(answer, "h1") == ["Nothing here"]
