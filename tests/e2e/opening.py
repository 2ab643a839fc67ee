"""What opens beside or above any page: menus, the search, Help."""

from playwright.sync_api import Page, expect


def open_account_menu(page: Page) -> None:
    page.locator("[popovertarget=account]:visible").click()
    expect(page.get_by_role("navigation", name="Account")).to_be_visible()


def open_search(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("dialog", name="Search").get_by_role("textbox").press_sequentially("build")
    expect(page.locator("#found")).to_have_attribute("data-for", "build")


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Search").get_by_role("textbox")).to_be_focused()


def open_help(page: Page) -> None:
    page.locator('a[aria-label="Help"]:visible').click()
    expect(page.get_by_role("dialog", name="Help")).to_be_visible()


def open_switcher(page: Page) -> None:
    page.locator(".switcher:visible").click()
    expect(page.get_by_role("navigation", name="Organizations")).to_be_visible()


def open_left_hand_menu(page: Page) -> None:
    button = page.get_by_role("button", name="Menu", exact=True)
    if button.is_visible():
        button.click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
