"""V3: what browsers are told, and what they may not do."""

import re
from collections.abc import Iterable
from http.cookies import SimpleCookie

from django.test import Client

from console.configuration.browser_rules import HSTS_VALUES
from tests.addresses import ADDRESSES, acme, address_of
from tests.browsers import browser
from tests.checklist.answers import Answer
from tests.checklist.conftest import Got
from tests.conftest import Cast
from tests.factories import PASSWORD
from tests.front import ask
from tests.snapshots import undone

COOKIES = {"session", "csrf", "theme", "organization", "messages"}
PAGE = "text/html"
# Where an address of another host is text, a name of a namespace or a link that somebody follows.
LOADED = re.compile(
    r"<(?:script|link|img|iframe|source|form|use|object|embed)\b[^>]*?"
    r"(?:src|href|action|data)=\"((?:https?:)?//[^\"]*)\"",
    re.DOTALL,
)


def lacking(answers: Iterable[Answer], name: str, *parts: str) -> list[str]:
    """Where the header does not have each of these parts."""
    assert answers
    return [
        answer.where
        for answer in answers
        if any(part not in answer.headers.get(name, "") for part in parts)
    ]


def cookies(production: Got) -> dict[str, str]:
    """Name -> all that was said of each cookie that was set."""
    lines = [line for answer in production for line in answer["cookies"]]
    return {line.partition("=")[0]: line for line in lines if "Max-Age=0" not in line}


def test_no_answer_is_shown_as_something_else(answers: list[Answer]) -> None:
    """V3.2.1: what programs read runs nothing where a browser opens it, and files are kept, not shown."""
    programs = [it for it in answers if it.kind == "application/json" and "/" in it.where]
    assert lacking(programs, "content-security-policy", "sandbox") == []
    csv = [answer for answer in answers if answer.kind == "text/csv"]
    assert lacking(csv, "content-disposition", "attachment") == []


def test_cookies_promise_to_be_secure(production: Got) -> None:
    """V3.3.1: each has the attribute Secure, and a prefix that browsers hold it to."""
    found = cookies(production)
    assert {name.rpartition("-")[2] for name in found} == COOKIES | {"handover"}
    for name, line in found.items():
        assert name.startswith(("__Host-", "__Secure-")), line
        assert "Secure" in line, line


def test_cookies_are_for_requests_of_our_own_pages(production: Got) -> None:
    """V3.3.2: no other site's form or picture takes them along."""
    for line in cookies(production).values():
        assert "SameSite=Lax" in line, line


def test_cookies_are_this_hosts_alone(production: Got) -> None:
    """V3.3.3: each has the prefix of one host, but for the one of a single page, which has a path."""
    for name, line in cookies(production).items():
        assert "Domain" not in line, line
        if not name.startswith("__Host-"):
            assert re.search(r"Path=/handover/[0-9a-f-]{36}/", line), line


def test_no_script_reads_a_cookie_and_no_page_has_its_value(
    production: Got, answers: list[Answer]
) -> None:
    """V3.3.4: HttpOnly for all of them; a session's key goes out as a cookie and never otherwise."""
    for line in cookies(production).values():
        assert "HttpOnly" in line, line
    signed_in = [answer for answer in answers if answer.session]
    assert signed_in
    assert [it.where for it in signed_in if it.session.encode() in it.body] == []


def test_every_answer_in_production_keeps_browsers_at_https(production: Got) -> None:
    """V3.4.1: a year, on each of them. What is beneath the host is its owner's to decide."""
    said = {
        answer["where"]: answer["headers"].get("strict-transport-security") for answer in production
    }
    assert set(said.values()) == {"max-age=31536000"}, said
    assert "includeSubDomains" in HSTS_VALUES["subdomains"]


def test_no_other_site_reads_anything(answers: list[Answer], cast: Cast) -> None:
    """V3.4.2: no answer has a header of CORS, whoever asks from wherever."""
    named = [it.where for it in answers if any(n.startswith("access-control") for n in it.headers)]
    assert named == []
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for path in ("/", "/api/v1/me/", "/o/acme/"):
        answer = browser(cast.owner).options(path, headers=asked)
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_every_answer_has_a_policy(answers: list[Answer]) -> None:
    """V3.4.3: nothing is loaded that is not allowed by name; no objects, no other base, nothing inline."""
    policy = "content-security-policy"
    assert lacking(answers, policy, "default-src 'none'", "base-uri 'none'", "form-action") == []
    pages = [answer for answer in answers if answer.kind == PAGE]
    assert lacking(pages, policy, "object-src 'none'") == []
    assert [it.where for it in answers if re.search(r"unsafe|\*|https?:", it.headers[policy])] == []


def test_no_browser_guesses_what_an_answer_is(answers: list[Answer]) -> None:
    """V3.4.4: `nosniff` on each of them."""
    assert lacking(answers, "x-content-type-options", "nosniff") == []


def test_no_other_site_learns_an_address(answers: list[Answer]) -> None:
    """V3.4.5: each of them says that no referrer goes to other sites."""
    policies = {answer.headers.get("referrer-policy") for answer in answers}
    assert policies == {"same-origin", "no-referrer"}


def test_nothing_is_framed(answers: list[Answer]) -> None:
    """V3.4.6: by the policy, which browsers obey; the older header is not enough."""
    assert lacking(answers, "content-security-policy", "frame-ancestors 'none'") == []


def test_violations_are_reported(answers: list[Answer]) -> None:
    """V3.4.7: the policy of each page names where, and that address takes a report."""
    pages = [answer for answer in answers if answer.kind == PAGE]
    assert lacking(pages, "content-security-policy", "report-uri /policy-reports") == []
    report = b'{"csp-report": {"document-uri": "/", "blocked-uri": "inline"}}'
    kind = "application/csp-report"
    assert ask("/policy-reports", "POST", body=report, CONTENT_TYPE=kind).status == 200


def test_no_other_site_keeps_a_hold_on_a_window(answers: list[Answer]) -> None:
    """V3.4.8: each answer that could be a page parts with whoever opened it."""
    assert lacking(answers, "cross-origin-opener-policy", "same-origin") == []
    assert lacking(answers, "permissions-policy", "camera=()", "microphone=()", "usb=()") == []


def test_no_form_of_another_site_is_taken(furnished: Cast) -> None:
    """V3.5.1: each address that takes a form refuses one without our token, before anything else."""
    client, places = (
        browser(furnished.owner, confirmed=True, enforce_csrf_checks=True),
        acme(furnished),
    )
    for name in ADDRESSES:
        with undone():
            answer = client.post(address_of(name, places))
        assert answer.status_code in {403, 404, 405} or answer["Location"] == "/", name
    forged = client.post("/api/v1/organizations/", {"slug": "initech"}, "application/json")
    assert forged.status_code in {401, 403}
    stranger = Client(enforce_csrf_checks=True)
    sent = {"login": furnished.owner.email, "password": PASSWORD}
    assert stranger.post("/sign-in/", sent).status_code == 403


def test_no_other_site_embeds_what_is_ours(answers: list[Answer]) -> None:
    """V3.5.8: each answer, files as well, is for pages of our own origin."""
    assert lacking(answers, "cross-origin-resource-policy", "same-origin") == []


def test_pages_load_nothing_from_other_hosts(answers: list[Answer]) -> None:
    """V3.6.1: neither scripts nor styles, fonts or pictures, and no form goes there."""
    pages = [answer for answer in answers if answer.kind == PAGE]
    outside = [(it.where, found) for it in pages for found in LOADED.findall(it.body.decode())]
    assert outside == []


def test_nobody_is_sent_to_an_address_that_a_request_chose(furnished: Cast) -> None:
    """V3.7.2: whatever stands in `next`, in any address or form, redirects stay here."""
    client, places = browser(furnished.owner, confirmed=True), acme(furnished)
    to, kept = "https://evil.example/", client.cookies.output(header="")
    for name in ADDRESSES:
        address = address_of(name, places)
        for send in (client.get, client.post):
            client.cookies = SimpleCookie(kept)
            with undone():
                assert not send(address, {"next": to}).get("Location", "").startswith(to), name
