"""How the list of robots shows an end: amber from 14 days before, red once it is past, as everywhere."""

from datetime import timedelta

import pytest
from django.utils import timezone

from robots.models import Robot, Token
from tests.browsers import browser, texts_of
from tests.conftest import Cast

DAY = timedelta(days=1)
ENDS = [(-1, "danger"), (13, "warning"), (15, ""), (None, "")]


@pytest.mark.parametrize(("days", "tone"), ENDS)
def test_an_end_of_a_robot_is_coloured_in_time(cast: Cast, days: int | None, tone: str) -> None:
    end = None if days is None else timezone.now() + days * DAY
    Robot.objects.filter(pk=cast.robot.pk).update(expires_at=end)
    page = browser(cast.owner).get("/o/acme/robots/?q=ci")
    shown = texts_of(page, "span", **{"class": f"nowrap {tone}"})
    assert any(not words.startswith("token") for words in shown)


@pytest.mark.parametrize(("days", "tone"), [(13, "warning"), (15, "")])
def test_so_is_the_end_of_its_next_token(cast: Cast, days: int, tone: str) -> None:
    Token.objects.filter(pk=cast.token.pk).update(expires_at=timezone.now() + days * DAY)
    page = browser(cast.owner).get("/o/acme/robots/?q=ci")
    shown = texts_of(page, "span", **{"class": f"nowrap {tone}"})
    assert any(words.startswith("token in") for words in shown)
