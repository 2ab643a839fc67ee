"""Whatever is sent, the answer is a clear one, and what is refused stores nothing."""

import re
from collections.abc import Mapping
from itertools import cycle, product
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings

from tests.addresses import ADDRESSES, acme, address_of, globex
from tests.browsers import browser, normal, text, texts_of
from tests.conftest import Cast
from tests.forms.fields import EXPIRY
from tests.forms.form import Form, Opened
from tests.forms.table import APPS, ELSEWHERE, FORMS, forms_of
from tests.snapshots import Watch, undone, watched
from tests.statuses import STATUSES

NASTY = {
    "NUL": "a\x00b",
    "replacement": "\ufffd",
    "override": "\u202egpj",
    "isolate": "\u2067a",
    "combining": "e\u0301\u0327",
    "zero width": "\u200b",
    "family": "👩\u200d👩\u200d👧",
    "flag": "🏳️",
    "mathematical": "\U0001d56c",
    "ligature": "ﬁ",
    "dotted": "İ",
    "private": "\ue000",
    "unassigned": "\U000e0fff",
    "header": "a\r\nSet-Cookie: b=c",
    "tag": "<script>alert(1)</script>",
    "quote": "'\"; DROP TABLE x--",
    "format": "%s%n{0}{{7*7}}",
    "path": "../../etc/passwd",
    "spaces": "   ",
    "long": "x" * 5000,
    "digits": "٣",
    "many digits": "9" * 5000,
    "float": "1e309",
    "negative": "-1",
    "empty": "",
    "json": '{"a": [1]}',
    "line": "a\u2028b",
    "null": "null",
    "day": "2026-02-30",
}
CSRF = "a" * 32
FREE = [form for form in FORMS if form.fields]
REQUEST_KEY = re.compile(r'(?<=request_key" value=")[0-9a-f-]{36}')
FORM_TYPE = "application/x-www-form-urlencoded"
# What may be any text; every other field is about things that are there, or one of a few.
TEXTS = {
    "identifier",
    "name",
    "q",
    "labels",
    "description",
    "host",
    "purpose",
    "slug",
    "email",
    "next",
    "password",
    "secret",
    "namespace",
    "own_secret",
    "own_secret_again",
    "audience",
    "keys",
    "claim-repository_id",
    "claim-sub",
    "given_to",
    "token-name",
    "token-request_key",
    "reason",
}


def test_every_address_that_takes_a_form_has_a_row() -> None:
    taken = {name for name, row in STATUSES["POST"].items() if row["owner"] != 405}
    assert taken == {form.name for form in FORMS} | ELSEWHERE.keys()


def check(answer: Any, watch: Watch) -> None:
    """Not a fault of ours; and if it is a refusal, a page about it and nothing stored."""
    changed = watch.changed()
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert texts_of(answer, "h1")
        assert not changed


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


# What a form is tried with that takes no free text.
FEW = ("NUL", "replacement", "tag", "long", "many digits", "float", "json", "day", "empty")


def bad_forms(form: Form) -> list[dict[str, str]]:
    tried = NASTY if TEXTS & {*form.fields} else FEW
    together = [dict.fromkeys(form.fields, NASTY[key]) for key in tried]
    alone = {"name", "description", "purpose", "slug", "next", "email"} & {*form.fields}
    if alone == {*form.fields}:
        return together  # its one field is alone there
    return together + [{name: NASTY[key]} for name in sorted(alone) for key in TELLING]


@pytest.mark.parametrize("form", FREE, ids=str)
def test_no_text_breaks_a_form(furnished: Cast, form: Form) -> None:
    page = form.opened(furnished)
    with watched() as watch:
        for changes in bad_forms(form):
            check(page.send(**changes), watch)


@pytest.mark.parametrize("app", APPS)
def test_a_body_past_the_limit_is_refused(
    furnished: Cast, app: str, subtests: pytest.Subtests
) -> None:
    fields = {f"field{n}": "" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)}
    padding = {"padding": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    for form, extra in product(forms_of(app), (padding, fields)):
        with subtests.test(str(form)), undone():
            page = form.opened(furnished, enforce_csrf_checks=True)
            page.client.cookies[settings.CSRF_COOKIE_NAME] = CSRF
            body = urlencode(page.data(csrfmiddlewaretoken=CSRF, **extra))
            with watched() as watch:
                answer = page.client.post(page.address, body, content_type=FORM_TYPE)
            assert answer.status_code == 400
            assert "larger than any form here" in text(answer)
            assert f"<code>{answer['X-Request-ID']}</code>" in text(answer)
            assert not watch.changed()


# A theme that does not exist is ignored, and nothing is said about it.
STRICT = [form for form in FREE if form.name != "console:theme"]
NO_FORMS = {
    "application/json": '{"name": "x"}',
    "text/plain": "name=x",
    "multipart/form-data; boundary=x": "no boundary here",
    "multipart/form-data": "no boundary at all",
    "application/x-www-form-urlencoded; charset=utf-7": "name=+AGE-",
    "application/x-www-form-urlencoded; charset=latin-1": "name=x",
    "image/png": "\x89PNG",
    "": "name=x",
}


# What every form is sent: a body in which Django finds no field, and one that it cannot read.
UNREAD = ("application/json", "multipart/form-data")


def test_a_body_that_is_no_form_is_refused(furnished: Cast, subtests: pytest.Subtests) -> None:
    """Of any kind by the first form of each app; which kind it is, is decided before any form is asked."""
    thorough = [next(form for form in forms_of(app) if form in STRICT) for app in APPS]
    for form in STRICT:
        with subtests.test(str(form)), undone():
            page = form.opened(furnished)
            with watched() as watch:
                for kind in NO_FORMS if form in thorough else UNREAD:
                    body = NO_FORMS[kind]
                    answer = page.client.generic("POST", page.address, body, content_type=kind)
                    assert answer.status_code in {400, 422}, kind
                    check(answer, watch)


def test_bytes_that_are_not_utf_8_are_refused(furnished: Cast, subtests: pytest.Subtests) -> None:
    for form in STRICT:
        with subtests.test(str(form)), undone():
            page = form.opened(furnished)
            with watched() as watch:
                for field, wrong in zip(form.fields, cycle(("%ff%fe", "%ed%a0%80"))):
                    body = f"{urlencode(page.data(**{field: ''}))}&{page.named(field)}={wrong}"
                    answer = page.client.post(page.address, body, content_type=FORM_TYPE)
                    assert answer.status_code in {400, 422}, (field, wrong)
                    check(answer, watch)


# How a field may name a thing, and which one of `SELECTABLE` that is about.
PREFIXES = {
    "person-": "user",
    "team-": "team",
    "robot-": "robot",
    "project:": "project",
    "repository:": "repository",
    "custom:": "role",
}
CHOOSING = {"project", "holder", "scope", "member", "robot", "access-all-choice", "role"}
SELECTABLE = ("project", "repository", "robot", "team", "member", "role", "user", "invitation")


def identifiers(places: Mapping[str, object]) -> list[tuple[str, str]]:
    """Each thing as fields may name it: what stands before its identifier, and all of it."""
    plain = [("", str(places[key])) for key in SELECTABLE]
    return plain + [(prefix, f"{prefix}{places[key]}") for prefix, key in PREFIXES.items()]


def test_things_of_another_organization_are_no_choice(
    clock: time_machine.Traveller, furnished: Cast, subtests: pytest.Subtests
) -> None:
    """Every identifier of another tenant in every field that chooses is like one that nothing has.

    The clock stands: pages say how long ago something was, and two of them are compared.
    """
    own = {"project": furnished.other_project.uuid, "user": furnished.stranger.uuid}
    foreign = identifiers(globex(furnished) | own)
    missing = dict(identifiers(dict.fromkeys(SELECTABLE, uuid4())))
    for form in STRICT:
        with subtests.test(str(form)), undone():
            page = form.opened(furnished)
            with watched() as watch:
                for field in sorted({*form.fields} - TEXTS - {*EXPIRY, "request_key"}):
                    # One of a few words is not an identifier, however it begins.
                    offered = foreign if field in CHOOSING else foreign[:1]
                    expected = {kind: said(page, field, missing[kind]) for kind, _ in offered}
                    assert {status for status, _ in expected.values()} <= {400, 422}, field
                    for kind, value in offered:
                        assert said(page, field, value) == expected[kind], (field, value)
                    assert not watch.changed()


def said(page: Opened, field: str, value: str) -> tuple[int, str]:
    """The answer to `value` in `field` without that value, and without what is new in each."""
    status, body, _ = normal(page.send(**{field: value}))
    return status, REQUEST_KEY.sub("", body.replace(value, ""))


def test_other_methods_are_refused_with_a_page(furnished: Cast) -> None:
    client = browser(furnished.owner, confirmed=True)
    places = acme(furnished)
    with watched() as watch:
        for name, method in product(ADDRESSES, ("PUT", "PATCH", "DELETE", "TRACE")):
            answer = client.generic(method, address_of(name, places))
            if name.startswith(("account_", "mfa_")):
                assert answer.status_code in {200, 302, 405, 429}
                continue
            assert answer.status_code == 405
            check(answer, watch)
