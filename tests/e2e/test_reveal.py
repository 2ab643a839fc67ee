"""The secret is shown once, to one page, and is nowhere afterwards."""

import base64
import json
import re
from collections.abc import Callable

import pytest
import yaml
from playwright.sync_api import BrowserContext, Dialog, Locator, Page, Route, expect

from robots.models import Token
from tests.conftest import Cast
from tests.e2e import steps
from tests.e2e.logins import Logins
from tests.e2e.watching import sign_in

LEAVING = "beforeunload"


@pytest.fixture
def token_form(page: Page, cast: Cast, base_url: str) -> Page:
    sign_in(page.context, cast.owner, base_url)
    page.goto(f"{cast.robot.get_absolute_url()}tokens/new/")
    page.get_by_label("Name", exact=True).fill("release")
    return page


@pytest.fixture
def secret(token_form: Page) -> str:
    """The secret of a token that `page` has just revealed."""
    steps.button(token_form, "Create Token").click()
    return steps.read_reveal(token_form).secret


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The questions that the browser asked; each is answered with: stay."""
    questions: list[str] = []

    def answer(dialog: Dialog) -> None:
        questions.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", answer)
    return questions


def address_of(name: str) -> str:
    return Token.objects.get(name=name).get_absolute_url()


def expect_token_page(page: Page, secret: str) -> None:
    expect(page.get_by_text("The secret was shown once, to owner@example.com")).to_be_visible()
    assert secret not in page.content()


def test_the_answer_is_not_stored(token_form: Page) -> None:
    with token_form.expect_response(lambda it: it.request.method == "POST") as answer:
        steps.button(token_form, "Create Token").click()
    assert "no-store" in answer.value.headers["cache-control"]


def test_the_address_becomes_the_tokens(page: Page, secret: str, base_url: str) -> None:
    expect(page).to_have_url(base_url + address_of("release"))


def test_reload_shows_the_token_without_its_secret(page: Page, secret: str) -> None:
    steps.button(page, "Copy Token").click()
    page.reload()
    expect_token_page(page, secret)


def test_back_and_forward_show_no_secret(page: Page, secret: str) -> None:
    steps.button(page, "Copy Token").click()
    steps.link(page, "Overview").click()
    steps.heading(page, "Overview")
    page.go_back()
    expect_token_page(page, secret)
    page.go_back()
    steps.heading(page, "Create token")
    assert secret not in page.content()
    page.go_forward()
    expect_token_page(page, secret)


def test_a_second_tab_shows_no_secret(page: Page, secret: str) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    expect_token_page(other, secret)


def test_the_page_takes_the_secret_out_when_it_is_left(page: Page, secret: str) -> None:
    # What the Back cache would keep is the page as it stands after this event.
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert secret not in page.content()


def test_a_page_that_comes_back_loads_anew(page: Page, secret: str) -> None:
    steps.button(page, "Copy Token").click()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect_token_page(page, secret)


def test_a_second_click_while_the_answer_is_awaited_sends_nothing(token_form: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    token_form.route("**/tokens/new/", hold)
    create = steps.button(token_form, "Create Token")
    create.scroll_into_view_if_needed()
    box = create.bounding_box()
    assert box
    with token_form.expect_request("**/tokens/new/"):
        token_form.mouse.click(box["x"] + 5, box["y"] + 5)
    token_form.mouse.click(box["x"] + 5, box["y"] + 5)
    for route in held:
        route.continue_()
    steps.heading(token_form, "Save this token now")
    assert len(held) == 1
    assert Token.objects.filter(name="release").count() == 1


def test_the_same_form_sent_again_is_led_to_the_token(page: Page, token_form: Page) -> None:
    fields: dict[str, str] = token_form.locator("main form").evaluate(
        "form => Object.fromEntries(new FormData(form))"
    )
    steps.button(token_form, "Create Token").click()
    secret = steps.read_reveal(token_form).secret
    action = page.url.rsplit("tokens/", 1)[0] + "tokens/new/"
    again = page.request.post(action, form=dict(fields), headers={"Referer": action})
    assert again.url == page.url
    assert secret not in again.text()
    assert Token.objects.filter(name="release").count() == 1


def test_leaving_with_nothing_kept_asks_once(page: Page, secret: str, asked: list[str]) -> None:
    steps.link(page, "Overview").click()
    steps.heading(page, "Save this token now")
    steps.link(page, "Overview").click()
    steps.heading(page, "Overview")
    assert asked == [LEAVING]


def come_back(page: Page) -> None:
    """As from a terminal: the page asks at once whether the secret is used."""
    with page.expect_response(lambda it: "?secret=" in it.url):
        page.evaluate("dispatchEvent(new FocusEvent('focus'))")


def test_the_first_use_shows_by_itself(page: Page, secret: str, logins: Logins) -> None:
    line = page.locator("#first-use")
    expect(line).to_have_text("Waiting for first use …")
    come_back(page)
    expect(line).to_have_text("Waiting for first use …")
    logins.expect(Token.objects.get(name="release").uuid, works=secret)
    come_back(page)
    expect(line).to_contain_text("Used from 127.0.0.1.")
    expect(page.locator("[hx-trigger]#first-use-asker")).to_have_count(0)
    assert steps.read_reveal(page).secret == secret


@pytest.mark.parametrize("status", [404, 503])
def test_asking_in_vain_neither_says_anything_nor_loses_the_secret(
    page: Page, secret: str, asked: list[str], faults: list[str], status: int
) -> None:
    page.route("**/?secret=*", lambda route: route.fulfill(status=status))
    come_back(page)
    expect(page.locator("#say")).to_be_empty()
    steps.link(page, "Overview").click()
    assert steps.read_reveal(page).secret == secret
    assert asked == [LEAVING]
    faults[:] = [it for it in faults if f"Response Status Error Code {status}" not in it]


def test_asking_after_the_session_has_ended_leaves_the_page(page: Page, secret: str) -> None:
    page.context.clear_cookies()
    come_back(page)
    expect(page.locator("#first-use-asker")).to_have_count(0)
    assert steps.read_reveal(page).secret == secret
    expect(page).to_have_title(re.compile("^release"))


def test_leaving_after_copying_does_not_ask(page: Page, secret: str, asked: list[str]) -> None:
    steps.button(page, "Copy Token").click()
    steps.said(page, "Copied")
    steps.link(page, "Overview").click()
    steps.heading(page, "Overview")
    assert asked == []


def test_on_a_small_phone_copy_stands_above_the_fold_and_copies_what_is_folded(
    page: Page, secret: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 568})
    page.evaluate("scrollTo(0, 0)")
    shown = page.locator("#secret")
    assert shown.evaluate("it => it.clientHeight < it.scrollHeight")
    copy = steps.button(page, "Copy Token")
    expect(copy).to_be_in_viewport(ratio=1)
    copy.click()
    steps.said(page, "Copied")
    assert page.evaluate("navigator.clipboard.readText()") == secret
    page.get_by_text("Show the whole token").click()
    assert shown.evaluate("it => it.clientHeight === it.scrollHeight")


@pytest.mark.parametrize(
    ("title", "filename"),
    [
        ("", "payments.ci-release.json"),
        ("Harbor", "robot_acme.payments+ci.json"),
        ("Kubernetes", "payments.ci-pull-secret.yaml"),
    ],
    ids=["json", "harbor", "kubernetes"],
)
def test_a_download_is_not_leaving_and_leaving_after_it_does_not_ask(
    page: Page, secret: str, asked: list[str], title: str, filename: str
) -> None:
    steps.download(page, title, filename)
    steps.heading(page, "Save this token now")
    steps.link(page, "Overview").click()
    steps.heading(page, "Overview")
    assert asked == []


def kubernetes_form(page: Page) -> Locator:
    page.locator("summary", has_text="Kubernetes").click()
    return page.locator("form", has=page.locator("[name=namespace]"))


def test_a_wrong_namespace_is_told_beside_the_field(page: Page, secret: str) -> None:
    form = kubernetes_form(page)
    namespace = form.locator("[name=namespace]")
    namespace.fill("Prod")
    form.get_by_role("button").click()
    assert namespace.evaluate("it => it.validity.patternMismatch")
    assert steps.read_reveal(page).secret == secret


@pytest.mark.parametrize("namespace", ["ci", "true", "2", ""])
@pytest.mark.parametrize("scope", ["the whole host", "this organization"])
def test_what_is_copied_for_kubernetes_is_what_is_downloaded(
    page: Page, secret: str, namespace: str, scope: str
) -> None:
    form = kubernetes_form(page)
    form.locator("[name=namespace]").fill(namespace)
    form.locator("[name=scope]").select_option(scope)
    steps.button(page, "Copy Kubernetes Secret").click()
    steps.said(page, "Copied")
    copied = yaml.safe_load(page.evaluate("navigator.clipboard.readText()"))
    downloaded = yaml.safe_load(steps.download(page, "Kubernetes", "payments.ci-pull-secret.yaml"))
    assert copied == downloaded
    assert copied["metadata"]["namespace"] == (namespace or "default")
    config = json.loads(base64.b64decode(copied["data"][".dockerconfigjson"]))
    (host,) = config["auths"]
    assert host.endswith("/acme") is (scope == "this organization")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_no_answer_to_a_download_takes_the_secret_away(
    new_context: Callable[..., BrowserContext], cast: Cast, base_url: str, has_scripts: bool
) -> None:
    """Refused, or signed out meanwhile: the answer is in another tab."""
    page = new_context(java_script_enabled=has_scripts).new_page()
    sign_in(page.context, cast.owner, base_url)
    page.goto(f"{cast.robot.get_absolute_url()}tokens/new/")
    page.get_by_label("Name", exact=True).fill("release")
    steps.button(page, "Create Token").click()
    secret = steps.read_reveal(page).secret
    form = kubernetes_form(page)
    form.evaluate("it => it.noValidate = true")
    form.locator("[name=namespace]").fill("Prod")
    with page.expect_popup() as refused:
        form.get_by_role("button").click()
    expect(refused.value.get_by_text("Namespace: Use lower-case letters")).to_be_visible()
    page.context.clear_cookies()
    with page.expect_popup() as signed_out:
        form.get_by_role("button").click()
    expect(signed_out.value).to_have_title(re.compile("Sign in|This form has expired"))
    assert steps.read_reveal(page).secret == secret


def test_a_download_goes_on_working_after_the_first(page: Page, secret: str) -> None:
    first = steps.download(page, "", "payments.ci-release.json")
    assert steps.download(page, "", "payments.ci-release.json") == first
