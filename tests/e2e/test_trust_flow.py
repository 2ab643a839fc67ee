"""A trust from its first page to its end: added, warned of, tried, edited, used up, deleted; with scripts and
without.
"""

import re

from playwright.sync_api import Page, expect

from robots.base.claim_conditions import Condition
from robots.base.trust_presets import PRESETS
from robots.models import Trust
from tests.conftest import Cast
from tests.e2e import steps
from tests.e2e.test_keyboard import tab_to
from tests.e2e.watching import sign_in
from tests.forms.trusts import UNSIGNED

WIDE = "This lets in more than you may think"


def open_trusts(page: Page, cast: Cast) -> None:
    page.goto(cast.robot.get_absolute_url())
    page.get_by_role("navigation", name="ci").get_by_role("link", name="Trusts").click()
    expect(page.get_by_role("link", name="Add Trust")).to_be_visible()


def claim(page: Page, name: str, value: str) -> None:
    page.locator(f"[name='claim-{name}']").fill(value)


def add_trust(page: Page) -> None:
    """One that is warned of, and then narrowed."""
    steps.link(page, "Add Trust").click()
    page.get_by_role("link", name="GitHub Actions").click()
    steps.heading(page, "Add trust: GitHub Actions")
    page.get_by_label("Name", exact=True).fill("release")
    claim(page, "repository", "acme/api")
    steps.button(page, "Create Trust").click()
    steps.heading(page, WIDE)
    steps.button(page, "Change").click()
    expect(page.locator("[name='claim-repository']")).to_have_value("acme/api")
    claim(page, "repository_id", "74")
    claim(page, "environment", "production")
    page.get_by_label("More conditions").fill("actor_id = 7")
    steps.button(page, "Create Trust").click()
    steps.said(page, "Trust release created.")


def try_token(page: Page) -> None:
    steps.link(page, "Try a Token").click()
    page.get_by_label("Token").fill(UNSIGNED)
    steps.button(page, "Try Token").click()
    expect(page.get_by_text("It is not let in")).to_be_visible()
    expect(page.get_by_label("Token")).to_have_value("")
    expect(page.get_by_role("row", name="repository_id")).to_contain_text("has to be 74")
    steps.link(page, "Back").click()


def edit_trust(page: Page) -> None:
    steps.link(page, "Edit Trust").click()
    expect(page.locator("[name='claim-repository_id']")).to_have_value("74")
    expect(page.get_by_label("More conditions")).to_have_value("actor_id = 7")
    claim(page, "repository", "")
    claim(page, "ref", "refs/*")
    steps.button(page, "Save Trust").click()
    steps.heading(page, WIDE)
    steps.button(page, "Save Anyway").click()
    steps.said(page, "Trust release saved.")
    expect(page.get_by_text(WIDE)).to_be_visible()


def switch_and_delete(page: Page) -> None:
    steps.button(page, "Disable Trust").click()
    steps.said(page, "Trust release is disabled.")
    steps.button(page, "Enable Trust").click()
    steps.said(page, "Trust release is enabled.")
    steps.link(page, "Delete Trust").click()
    expect(page.get_by_role("heading", name="Delete trust release?")).to_be_visible()
    steps.button(page, "Delete Trust").click()
    steps.said(page, "Trust release deleted.")
    expect(page.get_by_role("heading", name="No trusts yet")).to_be_visible()


def test_a_trust_from_its_first_page_to_its_end(owner_page: Page, cast: Cast) -> None:
    open_trusts(owner_page, cast)
    add_trust(owner_page)
    expect(owner_page.get_by_text("repository_id = 74")).to_be_visible()
    expect(owner_page.get_by_text("id-token: write")).to_be_visible()
    try_token(owner_page)
    edit_trust(owner_page)
    trust = Trust.objects.living().get()
    assert trust.rules == [
        Condition("repository_id", "74"),
        Condition("environment", "production"),
        Condition("actor_id", "7"),
        Condition("ref", "refs/*"),
    ]
    switch_and_delete(owner_page)


def test_every_issuer_has_a_form_that_says_what_is_missing(owner_page: Page, cast: Cast) -> None:
    for preset in PRESETS.values():
        open_trusts(owner_page, cast)
        steps.link(owner_page, "Add Trust").click()
        owner_page.get_by_role("link", name=preset.label).click()
        steps.heading(owner_page, f"Add trust: {preset.label}")
        steps.button(owner_page, "Create Trust").click()
        expect(owner_page.locator(".error-summary")).to_be_focused()
        expect(owner_page.locator(".error-summary")).to_contain_text("Name")


def test_keys_are_pasted_where_one_says_so(owner_page: Page, cast: Cast) -> None:
    owner_page.goto(f"{cast.robot.get_absolute_url()}trusts/new/gitlab/")
    keys = owner_page.get_by_label("Pasted keys")
    expect(keys).to_be_hidden()
    owner_page.get_by_role("radio", name=re.compile("^Pasted")).check()
    expect(keys).to_be_visible()
    steps.button(owner_page, "Create Trust").click()
    expect(owner_page.get_by_text("Paste its public keys.").last).to_be_visible()


def test_a_trust_is_added_by_keyboard_alone(page: Page, cast: Cast, base_url: str) -> None:
    sign_in(page.context, cast.owner, base_url)
    page.goto(f"{cast.robot.get_absolute_url()}trusts/")
    tab_to(page, steps.link(page, "Add Trust"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="GitLab CI/CD"))
    page.keyboard.press("Enter")
    steps.heading(page, "Add trust: GitLab CI/CD")
    for name, value in (("name", "pages"), ("claim-project_id", "20"), ("claim-ref", "main")):
        tab_to(page, page.locator(f"[name='{name}']"))
        page.keyboard.type(value)
    tab_to(page, page.get_by_label("A login lasts"))
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    steps.said(page, "Trust pages created.")
    trust = Trust.objects.living().get()
    assert trust.rules == [Condition("project_id", "20"), Condition("ref", "main")]
    assert trust.lifetime_minutes == 20
