"""A person's own token from the first click to the last refusal: made, used, rotated, deleted."""

import json

import pytest
from playwright.sync_api import APIRequestContext, Page, Playwright, expect

from tests.conftest import Cast
from tests.e2e import steps
from tests.e2e.scenes import give_passwords

ME = "/api/v1/me/"


@pytest.fixture
def shell(playwright: Playwright, base_url: str) -> APIRequestContext:
    """A program that sends nothing but what it is told to."""
    return playwright.request.new_context(base_url=base_url)


def answer(shell: APIRequestContext, secret: str) -> int:
    return shell.get(ME, headers={"Authorization": f"Bearer {secret}"}).status


def create(page: Page) -> tuple[str, str]:
    """Access ID and secret of a new token, from the sign-in on."""
    steps.sign_in_by_form(page, "owner@example.com")
    page.locator("[popovertarget=account]:visible").click()
    steps.link(page, "My account").click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="API tokens").click()
    steps.heading(page, "API tokens")
    steps.link(page, "Create Token").click()
    # The password was given a moment ago.
    steps.heading(page, "Create token")
    expect(page.get_by_text("so use it sparingly")).to_be_visible()
    expect(page.get_by_label("Expires")).to_have_value("90")
    page.get_by_label("Name", exact=True).fill("laptop")
    steps.button(page, "Create Token").click()
    return read(page)


def read(page: Page) -> tuple[str, str]:
    steps.heading(page, "Save this token now")
    facts = page.get_by_role("definition")
    access_id, secret = (str(facts.nth(n).locator("code").text_content()) for n in range(2))
    return access_id, secret


def test_the_life_of_a_persons_token(
    page: Page, cast: Cast, shell: APIRequestContext, base_url: str
) -> None:
    give_passwords({"owner": cast.owner})
    access_id, secret = create(page)
    kept = json.loads(steps.download(page, "", "personal-laptop.json"))
    assert kept == {"accessId": access_id, "token": secret}
    assert secret in steps.download(page, ".env", "personal-laptop.env")
    assert steps.download(page, "curl", "roster-curl.sh").endswith(f"{ME}\n")
    # .env, roster, curl, and all of the token: what is for registries alone is not offered.
    expect(page.locator("main summary")).to_have_count(4)
    assert answer(shell, secret) == 200
    where = f"{base_url}/account/tokens/{access_id}/"
    expect(page).to_have_url(where)
    page.reload()
    assert secret not in page.content()
    new = rotate(page)
    assert [answer(shell, it) for it in (secret, new)] == [200, 200]
    page.goto(where)
    page.get_by_role("button", name="End Now (the old secret)").click()
    steps.said(page, "has ended")
    assert [answer(shell, it) for it in (secret, new)] == [401, 200]
    stop_and_start(page, shell, new)
    delete(page)
    assert answer(shell, new) == 401


def rotate(page: Page) -> str:
    steps.link(page, "Rotate Secret").click()
    page.get_by_label("The old secret ends").select_option("1h")
    steps.button(page, "Rotate Secret").click()
    _, secret = read(page)
    steps.button(page, "Copy Token").click()
    return secret


def stop_and_start(page: Page, shell: APIRequestContext, secret: str) -> None:
    steps.button(page, "Disable Token").click()
    steps.said(page, "is disabled")
    assert answer(shell, secret) == 401
    steps.button(page, "Enable Token").click()
    steps.said(page, "is enabled")
    assert answer(shell, secret) == 200


def delete(page: Page) -> None:
    steps.link(page, "Delete Token").click()
    expect(page.get_by_role("heading", name="Delete token laptop?")).to_be_visible()
    steps.button(page, "Delete Token").click()
    steps.said(page, "Token laptop deleted.")
    expect(page.get_by_text("No API tokens yet")).to_be_visible()
