"""A row of tabs on a phone: the one that is open stands in view, whichever it is."""

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Cast


@pytest.mark.parametrize("scripts", [True], indirect=True)
def test_the_open_tab_stands_in_view_on_a_phone(owner_page: Page, cast: Cast) -> None:
    owner_page.set_viewport_size({"width": 390, "height": 844})
    here = f"/o/acme/repositories/{cast.repository.uuid}/"
    for name, address in (("History", f"{here}history/"), ("About", here)):
        owner_page.goto(address)
        tab = owner_page.get_by_role("link", name=name, exact=True)
        expect(tab).to_have_attribute("aria-current", "page")
        expect(tab).to_be_in_viewport(ratio=1)
