"""What holds for every page: it fits, it is quiet, it says what it is; and each address has its row."""

import pytest
from django.template.loader import render_to_string
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page

from tests.e2e.arriving import Arrival
from tests.e2e.inspecting import LOOKS, problems
from tests.e2e.places import PLACES
from tests.e2e.scenes import Place, Scene

# Addresses that answer no page of their own to a GET.
NO_PAGE = {
    "console:home": "leads elsewhere",
    "console:theme": "a change",
    "console:notice-read": "a change",
    "console:notices-read": "a change",
    "console:webhook-test": "a change",
    "teams:sign-in-rules-remind": "a change",
    "console:webhook-delivery-repeat": "a change",
    "console:site-webhook-test": "a change",
    "console:site-webhook-delivery-repeat": "a change",
    "console:job-run": "a change",
    "console:letter-retry": "a change",
    "console:letters-retry": "a change",
    "robots:robot-disable": "a change",
    "robots:robot-enable": "a change",
    "robots:robot-export": "a file",
    "robots:robot-access-export": "a file",
    "robots:repository-reach-export": "a file",
    "robots:project-reach-export": "a file",
    "robots:need-reopen": "a change",
    "robots:project-need-reopen": "a change",
    "robots:event-token": "answers a pasted token",
    "robots:event-thing": "leads to what an event is about",
    "console:event-export": "a file",
    "robots:robots-delete": "answers what is ticked in the list",
    "robots:robots-disable": "answers what is ticked in the list",
    "robots:robots-edit": "answers what is ticked in the list",
    "robots:robots-copy": "answers what is ticked in the list",
    "robots:robots-enable": "answers what is ticked in the list",
    "robots:robots-extend": "answers what is ticked in the list",
    "robots:robots-refresh": "answers what is ticked in the list",
    "robots:departure-rotate": "answers what is listed on the page",
    "robots:token-export": "a file",
    "robots:token-view-delete": "a change",
    "robots:tokens-delete": "answers what is ticked in the list",
    "robots:tokens-disable": "answers what is ticked in the list",
    "robots:tokens-enable": "answers what is ticked in the list",
    "robots:tokens-extend": "answers what is ticked in the list",
    "robots:tokens-hand-over": "answers what is ticked in the list",
    "robots:handover-download": "a file",
    "robots:handover-withdraw": "a change",
    "robots:secret-end": "a change",
    "robots:token-download": "a file",
    "robots:token-disable": "a change",
    "robots:token-enable": "a change",
    "robots:trust-disable": "a change",
    "robots:trust-enable": "a change",
    "robots:personal-token-disable": "a change",
    "robots:personal-token-enable": "a change",
    "robots:personal-token-download": "a file",
    "robots:personal-secret-end": "a change",
    "teams:invitation-resend": "a change",
    "teams:app-picture": "a file",
    "teams:session-end": "a change",
    "teams:sessions-end": "a change",
    "teams:sign-in-anew": "a change",
    "mfa_login_webauthn": "what a passkey is asked",
}
# Whole namespaces of them.
NO_PAGES = {"admin", "console-api", "teams-api", "robots-api"}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_page_has_no_problem(
    page: Page, scene: Scene, base_url: str, faults: list[str], place: Place
) -> None:
    arrival = Arrival(page)
    place.arrive(page, scene, base_url)
    found = arrival.problems()
    for at, width in enumerate(LOOKS):
        page.set_viewport_size({"width": width, "height": 800})
        # A page that nothing was done to is the same one in a narrower window.
        if at and place.act:
            place.arrive(page, scene, base_url)
        if place.act:
            place.act(page)
        found += problems(page, width, untouched=not place.act)
    assert found + faults == []


@pytest.mark.parametrize("status", ["400", "409", "422", "429", "500"])
def test_an_error_page_has_no_problem(page: Page, status: str) -> None:
    body = render_to_string(f"{status}.html", {"request_id": "5f2a7c", "retry_after": 30})
    page.route("**/refused/", lambda route: route.fulfill(body=body, content_type="text/html"))
    found = []
    page.goto("/refused/")
    for width in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        found += problems(page, width)
    assert found == []


def test_what_a_first_visit_may_not_do_is_found(page: Page) -> None:
    late = "document.body.prepend(Object.assign(document.createElement('p'), {style: 'height: 300px'}))"
    parts = "".join(f"<link rel=stylesheet href=/{name}.css>" for name in "ab")
    body = f"{parts}<script src=/a.js></script><img src=/a.png><h1>One</h1><p>Two</p>"
    page.route("**/*.*", lambda route: route.fulfill(body="", content_type="text/css"))
    page.route("**/heavy/", lambda route: route.fulfill(body=body, content_type="text/html"))
    arrival = Arrival(page)
    page.goto("/heavy/")
    page.evaluate(
        f"() => new Promise(go => requestAnimationFrame(() => setTimeout(() => {{{late}; go()}})))"
    )
    text = "\n".join(arrival.problems())
    for problem in (
        "without a size",
        "asks for 5 things",
        "2 style sheets and 1 scripts",
        "moves by 0.",
    ):
        assert problem in text


def test_what_is_wrong_with_a_page_is_found(page: Page) -> None:
    small = "<button style='border: 0; padding: 0'>a</button>" * 2
    page.set_content(f"<h1>One</h1><h1 id=a>Two</h1><img id=a src='data:,' width=3000>{small}")
    text = "\n".join(problems(page, 1280, untouched=True))
    for problem in (
        "image-alt",
        "target-size",
        "sideways",
        "2 first headings",
        "the title",
        "twice the id a",
    ):
        assert problem in text


def test_what_a_browser_reports_is_noticed(page: Page, faults: list[str]) -> None:
    body = "<script>alert(1)</script><script src=/static/none.js></script><img src=//example.com/a>"
    headers = {"Content-Security-Policy": "default-src 'self'", "Content-Type": "text/html"}
    page.route("**/faulty/", lambda route: route.fulfill(body=body, headers=headers))
    page.goto("/faulty/")
    noticed = "\n".join(faults)
    faults.clear()
    for fault in ("Content Security Policy", "missing: ", "another host: "):
        assert fault in noticed


def routes(patterns: list[URLPattern | URLResolver], space: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            found.add(f"{space}{pattern.name}")
        elif pattern.namespace not in NO_PAGES:
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            found |= routes(pattern.url_patterns, inner)
    return found


def test_every_address_with_a_page_has_a_place() -> None:
    visited = {place.route for place in PLACES}
    assert routes(get_resolver().url_patterns) - set(NO_PAGE) == visited
