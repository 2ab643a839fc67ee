"""Somebody at work, whose every click and every field that is filled counts."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page

from tests.conftest import Cast
from tests.e2e import steps
from tests.e2e.conftest import NewContext
from tests.e2e.watching import sign_in


@dataclass
class Hand:
    """Whoever clicks and types."""

    page: Page
    uses: int = 0

    def click(self, on: Locator) -> None:
        self.uses += 1
        on.click()

    def press(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name).first)

    def follow(self, name: str) -> None:
        self.click(steps.link(self.page, name).first)

    def tick(self, on: Locator) -> None:
        self.uses += 1
        on.check()

    def type(self, on: Locator, text: str) -> None:
        self.uses += 1
        on.fill(text)


@pytest.fixture
def hand(new_context: NewContext, scripts: bool, cast: Cast, base_url: str) -> Iterator[Hand]:
    """An owner, with scripts and without."""
    context = new_context(java_script_enabled=scripts)
    sign_in(context, cast.owner, base_url)
    yield Hand(context.new_page())
    context.close()
