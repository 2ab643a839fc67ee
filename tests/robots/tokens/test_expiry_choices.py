"""Which ends the forms offer, and that each of them is accepted."""

import re
from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.utils import timezone

from robots.models import Robot, Token, TokenPolicy
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.robots.tokens.ends import last_second, new, send


def options(page: Any) -> list[str]:
    select = re.search(r'<select name="expiry".*?</select>', text(page), re.DOTALL)
    assert select
    return re.findall(r'<option value="(\w+)"', select[0])


def chosen(page: Any) -> str:
    found = re.search(r'<option value="(\w+)" selected', text(page))
    return found[1] if found else ""


def test_the_form_offers_what_the_policy_allows_and_presets_its_default(
    cast: Cast, ninety: TokenPolicy
) -> None:
    page = browser(cast.owner).get(new(cast))
    assert options(page) == ["30", "60", "90", "days", "date"]
    assert chosen(page) == "60"
    assert "The token policy: Tokens may live for 90 days at most." in text(page)


def test_without_a_policy_never_is_preset(cast: Cast) -> None:
    page = browser(cast.owner).get(new(cast))
    assert options(page) == ["never", "30", "90", "365", "days", "date"]
    assert chosen(page) in {"never", ""}


def test_a_robot_that_ends_in_time_lets_its_tokens_end_as_they_like(
    cast: Cast, ninety: TokenPolicy
) -> None:
    Robot.objects.update(expires_at=timezone.now() + timedelta(days=30))
    assert "never" in options(browser(cast.owner).get(new(cast)))
    assert send(cast, expiry="never").status_code == 200


def test_the_day_beside_the_longest_lifetime_is_accepted(
    cast: Cast, clock: time_machine.Traveller, ninety: TokenPolicy
) -> None:
    page = text(browser(cast.owner).get(new(cast)))
    offered = re.search(r"90 days, until (\d+ \w+ \d+), (\d\d:\d\d) UTC", page)
    assert offered
    assert offered[2] == f"{timezone.now():%H:%M}"
    day = datetime.strptime(offered[1], "%d %b %Y")  # noqa: DTZ007 - a day
    for choice in ({"expiry": "90"}, {"expiry": "date", "expiry_date": f"{day:%Y-%m-%d}"}):
        assert send(cast, name=f"by-{choice['expiry']}", **choice).status_code == 200
    assert Token.objects.get(name="by-date").expires_at == last_second(90)


def test_browsers_are_told_which_ends_there_are(
    cast: Cast, clock: time_machine.Traveller, ninety: TokenPolicy
) -> None:
    page = text(browser(cast.owner).get(new(cast)))
    assert re.search(r'name="expiry_days" min="1" max="90"', page)
    first, last = timezone.now(), last_second(90)
    assert f'name="expiry_date" min="{first:%Y-%m-%d}" max="{last:%Y-%m-%d}"' in page
    ninety.delete()
    page = text(browser(cast.owner).get(new(cast)))
    assert re.search(r'name="expiry_days" min="-1" max="36500"', page)
