"""What a person does on the pages, step by step; works with scripts and without."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect

from tests.factories import PASSWORD


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def link(page: Page, name: str) -> Locator:
    return page.get_by_role("link", name=name, exact=True)


def heading(page: Page, text: str) -> None:
    """The page's one heading is `text`."""
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(rf"^{re.escape(text)}"))


def said(page: Page, text: str) -> None:
    """The page says so in its status region."""
    expect(page.locator("#status")).to_contain_text(text)


def sign_in_by_form(page: Page, email: str) -> None:
    page.goto("/")
    heading(page, "Sign in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    button(page, "Sign in").click()
    heading(page, "Overview")


def open_robots(page: Page) -> None:
    page.locator("[popovertarget=account]:visible").click()
    link(page, "Admin Console of Acme").click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Robots").click()
    heading(page, "Robots")


def create_robot(page: Page, name: str) -> None:
    link(page, "Create Robot Account").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Description").fill("Builds what is released")
    page.get_by_role("radio", name="Project Belongs").check()
    page.get_by_role("radio", name="Payments", exact=True).check()
    page.get_by_role("checkbox", name=re.compile("^scan:create")).uncheck()
    page.get_by_label("Expires", exact=True).select_option("90")
    button(page, "Create Robot Account").click()
    heading(page, name)


def create_token(page: Page, name: str) -> None:
    link(page, "Create Token").click()
    heading(page, "Create token")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Expires").select_option("30")
    button(page, "Create Token").click()


@dataclass(frozen=True, slots=True)
class Revealed:
    """What the one-time page shows."""

    access_id: str
    login_name: str
    secret: str


def read_reveal(page: Page) -> Revealed:
    heading(page, "Save this token now")
    facts = page.get_by_role("definition")
    access_id, login_name, secret = (facts.nth(n).locator("code") for n in range(3))
    return Revealed(*(str(it.text_content()) for it in (access_id, login_name, secret)))


def download(page: Page, title: str, filename: str) -> str:
    """Open the tab `title` if there is one and read back what its Download gives."""
    tab = page.locator("summary", has_text=title)
    panel = page.locator("details", has=tab) if title else page.locator("main")
    if title and panel.get_attribute("open") is None:
        tab.click()
    with page.expect_download() as started:
        named = re.compile(rf"^Download .*{re.escape(filename)}$")
        panel.get_by_role("button", name=named).click()
    return read(started.value, filename)


def read(file: Download, filename: str) -> str:
    assert file.suggested_filename == filename
    return Path(file.path()).read_text()


def choose_action(page: Page, name: str) -> None:
    """Something of the robot's own menu."""
    button(page, "Actions").click()
    page.locator("#robot-actions").get_by_text(name).click()


def delete_token(page: Page, name: str) -> None:
    button(page, f"Actions for {name}").click()
    link(page, "Delete Token").click()
    expect(page.get_by_role("heading", name=f"Delete token {name}?")).to_be_visible()
    button(page, "Delete Token").click()
    said(page, f"Token {name} deleted.")


def delete_robot(page: Page, name: str) -> None:
    choose_action(page, "Delete")
    heading(page, "Confirm that it is you")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    button(page, "Confirm").click()
    heading(page, f"Delete robot account {name}?")
    page.get_by_label(f"Type {name} to confirm").fill(name)
    button(page, "Delete Robot Account").click()
    said(page, f"Robot account {name} deleted.")
