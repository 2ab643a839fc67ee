"""Deleting a robot account: what goes, the name typed, and a fresh sign-in."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from robots.models import Robot, Token
from robots.tokens.services.tokens import create_token
from tests.browsers import browser, confirm, text
from tests.conftest import Cast
from tests.factories import PASSWORD
from tests.front import ask, basic

LOGIN = "/service/token?service=registry&scope=repository:acme/payments/api:pull"


def address(cast: Cast) -> str:
    return reverse("robots:robot-delete", args=["acme", cast.robot.uuid])


def alive(cast: Cast) -> bool:
    return Robot.objects.living().filter(pk=cast.robot.pk).exists()


@pytest.fixture
def confirmed(cast: Cast) -> Client:
    return browser(cast.owner, confirmed=True)


def test_the_page_lists_what_goes(confirmed: Client, cast: Cast) -> None:
    Token.objects.filter(pk=cast.token.pk).update(last_used_at=timezone.now())
    page = text(confirmed.get(address(cast)))
    for words in ("nightly", "acme/payments", "Type ci to confirm"):
        assert words in page
    assert alive(cast)


def test_the_name_deletes_it_and_its_tokens_log_in_no_more(confirmed: Client, cast: Cast) -> None:
    credentials = basic(cast.robot.login_name, cast.secret)
    assert ask(LOGIN, authorization=credentials).status == 200
    response = confirmed.post(address(cast), {"name": "ci"})
    assert (response.status_code, response["Location"]) == (302, "/o/acme/robots/")
    assert not alive(cast)
    assert ask(LOGIN, authorization=credentials).status == 401
    assert "robot_acme.payments+ci" not in text(confirmed.get("/o/acme/robots/"))


@pytest.mark.parametrize("name", ["", "CI", "ci2", "robot_acme.payments+ci", "nightly"])
def test_another_name_deletes_nothing(confirmed: Client, cast: Cast, name: str) -> None:
    assert confirmed.post(address(cast), {"name": name}).status_code == 422
    assert alive(cast)


def test_without_a_fresh_sign_in_the_password_is_asked_for(cast: Cast) -> None:
    client = browser(cast.owner)
    for answer in (client.get(address(cast)), client.post(address(cast), {"name": "ci"})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/sign-in-again/?next=")
    assert alive(cast)


def test_a_fresh_sign_in_lasts_300_seconds(cast: Cast) -> None:
    client, start = browser(cast.owner), timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        confirm(client)
        clock.move_to(start + timedelta(seconds=299))
        assert client.get(address(cast)).status_code == 200
        clock.move_to(start + timedelta(seconds=300))
        assert client.get(address(cast)).status_code == 302
        assert client.post(address(cast), {"name": "ci"}).status_code == 302
    assert alive(cast)


def test_the_password_given_again_goes_on_where_one_was(cast: Cast) -> None:
    cast.owner.set_password(PASSWORD)
    cast.owner.save()
    client = browser(cast.owner)
    again = client.get(address(cast))["Location"]
    assert client.post(again, {"password": "wrong"}).status_code == 200
    assert client.get(address(cast)).status_code == 302
    answer = client.post(again, {"password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, address(cast))
    assert client.get(address(cast)).status_code == 200
    assert alive(cast)


def create_again(client: Client, cast: Cast) -> Robot:
    """A new robot of the deleted one's name, which may pull and nothing else."""
    data = {
        "name": "ci",
        "level": "project",
        "project": str(cast.project.uuid),
        "expiry": "never",
        "permissions": ["artifact:pull"],
    }
    assert client.post("/o/acme/robots/new/", data).status_code == 302
    return Robot.objects.living().get(name="ci", project=cast.project)


def test_nothing_of_a_deleted_robot_comes_to_a_new_one_of_its_name(cast: Cast) -> None:
    old, login = cast.robot, cast.robot.login_name
    client = browser(cast.owner, confirmed=True)
    page = text(client.get(address(cast)))
    assert "a new robot account gets none of this" in page
    client.post(address(cast), {"name": "ci"})
    new = create_again(client, cast)
    assert new.login_name == login
    minted = create_token(actor=cast.owner, robot=new, name="nightly", kind="compact")
    for user in (login, str(cast.token.uuid), str(minted.token.uuid)):
        assert ask(LOGIN, authorization=basic(user, cast.secret)).status == 401
    for user in (login, str(minted.token.uuid)):
        assert ask(LOGIN, authorization=basic(user, minted.plaintext.reveal())).status == 200
    for link in (
        old.get_absolute_url(),
        f"{old.get_absolute_url()}settings/",
        cast.token.get_absolute_url(),
        f"/o/acme/robots/{new.uuid}/tokens/{cast.token.uuid}/",
    ):
        assert client.get(link).status_code == 404
    assert [sorted(grant.permissions) for grant in new.grants.all()] == [["artifact:pull"]]
