"""What operators do on pages of the whole installation."""

from playwright.sync_api import Page, expect

from tests.e2e.scenes import press
from tests.factories import PASSWORD


def give_password(page: Page) -> None:
    """Confirm that it is oneself, up to the question."""
    password = page.get_by_label("Password", exact=True)
    if password.is_visible():
        password.fill(PASSWORD)
        press("Confirm")(page)
    expect(page.get_by_role("link", name="Cancel")).to_be_visible()
