"""The sentence above *Create Token* says what the form says."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from console.moments import absolute
from console.permissions.vocabulary import Permission
from tests.browsers import text, texts_of
from tests.conftest import Cast
from tests.factories import RobotGrantFactory
from tests.robots.tokens.test_token_create import address, form

ASKED = {"HX-Request": "true", "HX-Target": "outlook"}


def chosen(client: Client, cast: Cast, **choice: str | list[str]) -> str:
    (said,) = texts_of(client.get(address(cast.robot), choice, headers=ASKED), id="outlook")
    return " ".join(said.split()).replace(" .", ".")


def test_at_first_it_says_what_the_form_offers_first(as_owner: Client, cast: Cast) -> None:
    shown = text(as_owner.get(address(cast.robot)))
    assert "push artifacts, pull artifacts" in shown
    assert "It never expires." in shown


def test_it_follows_the_narrowing(as_owner: Client, cast: Cast) -> None:
    said = chosen(as_owner, cast, expiry="never", permissions=["artifact:pull", "tag:create"])
    where = "acme/payments (all repositories of the project)"
    assert f"able to: pull artifacts and create a tag in {where}." in said


def test_narrowed_to_what_the_robot_account_does_not_hold_it_can_do_nothing(
    as_owner: Client, cast: Cast
) -> None:
    cast.robot.grants.all().delete()
    pull = frozenset({Permission.ARTIFACT_PULL})
    RobotGrantFactory(robot=cast.robot, project=cast.project, permissions=pull)
    said = chosen(as_owner, cast, expiry="never", permissions=["artifact:push"])
    assert "able to: nothing: the robot account holds none of what it is narrowed to." in said


def test_it_follows_the_expiry(as_owner: Client, cast: Cast, clock: object) -> None:
    end = absolute(timezone.now() + timedelta(days=30))
    assert f"It works until {end}." in chosen(as_owner, cast, expiry="30")
    days = chosen(as_owner, cast, expiry="days", expiry_days="30")
    assert f"It works until {end}." in days
    assert "It never expires." in chosen(as_owner, cast, expiry="never")


@pytest.mark.parametrize("days", ["", "0", "x"])
def test_it_is_silent_about_an_end_that_is_refused(as_owner: Client, cast: Cast, days: str) -> None:
    said = chosen(as_owner, cast, expiry="days", expiry_days=days)
    assert "able to:" in said
    assert "It works until" not in said
    assert "It never expires" not in said


def test_a_robot_that_ends_earlier_ends_its_token(as_owner: Client, cast: Cast) -> None:
    cast.robot.expires_at = timezone.now() + timedelta(days=2)
    cast.robot.save()
    said = chosen(as_owner, cast, expiry="never")
    assert f"It works until {absolute(cast.robot.expires_at)}." in said


def test_without_scripts_it_is_right_after_an_error(as_owner: Client, cast: Cast) -> None:
    sent = form(name="", expiry="30", permissions=["artifact:pull"])
    answer = as_owner.post(address(cast.robot), sent)
    (said,) = texts_of(answer, id="outlook")
    assert answer.status_code == 422
    assert "able to: pull artifacts in acme/payments" in " ".join(said.split())
    assert "It works until" in said


def test_the_page_with_the_secret_says_the_same(as_owner: Client, cast: Cast) -> None:
    shown = text(as_owner.post(address(cast.robot), form(permissions=["artifact:pull"])))
    assert "It may: pull artifacts in acme/payments" in " ".join(shown.split())
