"""What a person does with the secrets and links of a token, step by step."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from robots.models import Robot, Token
from tests.e2e import steps

SHOWN_ONCE = "The secret was shown once, to owner@example.com"


def open_robot(page: Page, robot: Robot) -> None:
    page.goto(robot.get_absolute_url())
    steps.heading(page, robot.name)


def open_token(page: Page, token: Token) -> None:
    page.goto(token.get_absolute_url())
    expect(page.get_by_role("heading", name=f"Token {token.name}")).to_be_visible()


def choose_for(page: Page, token: Token, name: str) -> None:
    """Something of the token's menu on its robot's page."""
    open_robot(page, token.of_robot)
    steps.button(page, f"Actions for {token.name}").click()
    page.get_by_role("row", name=token.name).get_by_role("link", name=name, exact=True).click()


def rotate(page: Page, token: Token, old_ends: str = "") -> steps.Revealed:
    """A new secret beside the old one, which ends as `old_ends` says, or as the form proposes."""
    choose_for(page, token, "Rotate Secret")
    steps.heading(page, f"Rotate secret of {token.name}")
    if old_ends:
        page.get_by_label("The old secret ends").select_option(label=old_ends)
    steps.button(page, "Rotate Secret").click()
    return steps.read_reveal(page)


def secret_row(page: Page, which: str) -> Locator:
    """The row of the `New`, `Old` or `Current` secret on the token's page."""
    return page.get_by_role("row", name=re.compile(f"^{which}"))


def type_own(page: Page, secret: str, again: str) -> None:
    page.get_by_label("Specify the new secret manually").check()
    page.locator("#id_own_secret").fill(secret)
    page.get_by_label("New secret, again").fill(again)


def hand_over(page: Page, button: str, life: str = "") -> str:
    """Ask for a link in the form at hand; the path of the link that comes instead of a secret."""
    page.get_by_role("radio", name="Hand it over").check()
    if life:
        page.get_by_label("The link works for").select_option(label=life)
    steps.button(page, button).click()
    steps.heading(page, "Send this link now")
    return urlsplit(str(page.locator("#secret").text_content())).path


def receive(page: Page, path: str) -> steps.Revealed:
    """Open the link and press the button."""
    page.goto(path)
    steps.heading(page, "A secret for you")
    steps.button(page, "Show the Secret").click()
    return steps.read_reveal(page)
