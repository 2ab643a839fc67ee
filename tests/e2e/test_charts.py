"""A chart by keyboard and pointer: one stop of the Tab key, a day's figures by arrow keys."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from robots.models import Usage
from tests.conftest import Cast


@pytest.fixture(autouse=True)
def _used(cast: Cast) -> None:
    for back, number in ((0, 12), (1, 1234)):
        day = timezone.now().date() - timedelta(days=back)
        Usage.objects.update_or_create(
            token=cast.token,
            day=day,
            verifier="oauth",
            outcome="accepted",
            defaults={"count": number},
        )


@pytest.mark.parametrize("scripts", [True], indirect=True)
def test_arrow_keys_and_the_pointer_say_what_happened_on_a_day(
    owner_page: Page, cast: Cast
) -> None:
    owner_page.goto(cast.token.get_absolute_url())
    area = owner_page.locator("[data-chart-area]")
    words = owner_page.locator("[data-chart-words]")
    area.focus()
    expect(words).to_contain_text("accepted")
    last = words.inner_text()
    owner_page.keyboard.press("ArrowRight")
    expect(words).to_have_text(last)
    owner_page.keyboard.press("ArrowLeft")
    expect(words).to_contain_text("1,234 accepted")
    expect(owner_page.locator("[data-chart-said]")).to_contain_text("1,234 accepted")
    owner_page.keyboard.press("Tab")
    expect(words).to_be_empty()
    owner_page.locator(".chart-slot").last.hover()
    expect(words).to_have_text(last)
