"""Creating a token through its page: the one answer that shows the secret."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console.models import Event
from console.permissions.vocabulary import Permission
from robots.models import Robot, Secret, Token
from tests.browsers import text, texts_of
from tests.conftest import Cast
from tests.front import ask, basic, environ_of
from tests.wsgi import application

CSRF = "a" * 32


def form(**changes: object) -> dict[str, object]:
    return {"name": "fresh", "expiry": "never", "kind": "compact", "request_key": uuid4()} | changes


def address(robot: Robot) -> str:
    return reverse("robots:token-create", args=[robot.organization.slug, robot.uuid])


def test_the_answer_shows_the_secret_once_and_names_its_user_names(
    as_owner: Client, cast: Cast
) -> None:
    response = as_owner.post(address(cast.robot), form())
    token = Token.objects.get(name="fresh")
    (secret,) = texts_of(response, id="secret")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert text(response).count(f'id="secret" data-secret>{secret}<') == 1
    assert texts_of(response, "h1") == ["Save this token now"]
    assert "This token is shown once and cannot be recovered after this page." in text(response)
    assert str(token.uuid) in text(response)
    assert "robot_acme.payments+ci" in text(response)


@pytest.mark.parametrize("kind", ["compact", "signed"])
def test_the_secret_on_the_page_logs_in(as_owner: Client, cast: Cast, kind: str) -> None:
    (secret,) = texts_of(as_owner.post(address(cast.robot), form(kind=kind)), id="secret")
    token = Token.objects.get(name="fresh")
    path = "/service/token?service=registry&scope=repository:acme/payments/api:pull"
    for name in (str(token.uuid), cast.robot.login_name):
        assert ask(path, authorization=basic(name, secret)).status == 200
    assert token.secrets.get().kind == kind


def test_the_token_is_as_the_form_says(as_owner: Client, cast: Cast) -> None:
    ticked = ["artifact:pull", "chart:read"]
    as_owner.post(address(cast.robot), form(expiry="30", permissions=ticked))
    token = Token.objects.get(name="fresh")
    assert token.permissions == {Permission.ARTIFACT_PULL, Permission.CHART_READ}
    assert token.expires_at is not None
    assert abs(token.expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)
    assert (token.robot, token.user, token.created_by) == (cast.robot, None, cast.owner.email)


def test_a_last_day_ends_with_that_day(as_owner: Client, cast: Cast) -> None:
    day = timezone.now().date() + timedelta(days=3)
    as_owner.post(address(cast.robot), form(expiry="date", expiry_date=day.isoformat()))
    end = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)
    assert Token.objects.get(name="fresh").expires_at == end


def test_a_repeated_form_leads_to_the_token_and_makes_nothing(as_owner: Client, cast: Cast) -> None:
    data = form()
    as_owner.post(address(cast.robot), data)
    before = (Token.objects.count(), Secret.objects.count(), Event.objects.count())
    response = as_owner.post(address(cast.robot), data)
    token = Token.objects.get(name="fresh")
    assert (response.status_code, response["Location"]) == (302, token.get_absolute_url())
    assert (Token.objects.count(), Secret.objects.count(), Event.objects.count()) == before


def test_a_form_of_another_robot_is_a_conflict(as_owner: Client, cast: Cast) -> None:
    data = form()
    as_owner.post(address(cast.robot), data)
    response = as_owner.post(address(cast.organization_robot), data)
    assert response.status_code == 409
    assert "This form was used already." in text(response)
    assert not cast.organization_robot.tokens.exists()


def test_no_page_that_is_fetched_shows_a_secret(as_owner: Client, cast: Cast) -> None:
    (secret,) = texts_of(as_owner.post(address(cast.robot), form()), id="secret")
    token = Token.objects.get(name="fresh")
    robot = ["acme", cast.robot.uuid]
    pages = [
        reverse("robots:robot-list", args=["acme"]),
        reverse("robots:overview", args=["acme"]),
        reverse("robots:robot", args=robot),
        reverse("robots:robot-access", args=robot),
        reverse("robots:robot-activity", args=robot),
        reverse("robots:token", args=[*robot, token.uuid]),
        reverse("robots:token-delete", args=[*robot, token.uuid]),
        address(cast.robot),
        reverse("console:event-list", args=["acme"]),
        reverse("console:event", args=["acme", Event.objects.latest("id").uuid]),
    ]
    for page in pages:
        response = as_owner.get(page)
        assert response.status_code == 200, page
        assert secret not in text(response)
        assert str(token.secrets.get().digest) not in text(response)


@contextmanager
def answered(client: Client, robot: Robot) -> Iterator[tuple[str, bytes]]:
    """Status and body of the form's POST; the server has taken them over at the end."""
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"
    body = urlencode(form() | {"csrfmiddlewaretoken": CSRF}).encode()
    environ = environ_of(address(robot), "POST", body, None) | {
        "HTTP_COOKIE": cookies,
        "HTTP_HOST": "127.0.0.1:8000",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
    }
    statuses: list[str] = []
    # As Django's test client does: the test's transaction lives on this connection.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    answer: Any = application(environ, lambda status, headers: statuses.append(status))
    try:
        yield statuses[0], b"".join(answer)
    finally:
        answer.close()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def handed_over() -> datetime | None:
    return Secret.objects.get(token__name="fresh").handed_over_at


def test_a_secret_counts_as_handed_over_when_the_server_has_taken_the_answer(
    as_owner: Client, cast: Cast
) -> None:
    with answered(as_owner, cast.robot) as (status, body):
        assert status == "200 OK"
        assert b'id="secret"' in body
        assert handed_over() is None
    assert handed_over() is not None


def test_a_lost_answer_says_that_nobody_has_the_secret(as_owner: Client, cast: Cast) -> None:
    as_owner.post(address(cast.robot), form())
    token = Token.objects.get(name="fresh")
    robot = cast.robot.get_absolute_url()
    words = "Nobody has received this secret"
    Secret.objects.exclude(token=token).update(handed_over_at=timezone.now())
    for page in (robot, token.get_absolute_url()):
        assert words not in text(as_owner.get(page))
    Secret.objects.filter(token=token).update(handed_over_at=None)
    for page in (robot, token.get_absolute_url()):
        assert words in text(as_owner.get(page))


def test_the_token_page_says_to_whom_the_secret_was_shown(as_owner: Client, cast: Cast) -> None:
    as_owner.post(address(cast.robot), form())
    page = text(as_owner.get(Token.objects.get(name="fresh").get_absolute_url()))
    assert "The secret was shown once, to owner@example.com" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "Big"}, "Use lower-case letters"),
        ({"name": "a" * 101}, "at most 100 characters"),
        ({"name": "nightly"}, "This robot account has a token of this name."),
        ({"kind": "own"}, "Select a valid choice"),
        ({"expiry": "x"}, "Select a valid choice"),
        ({"expiry": "days"}, "Enter a number of days from 1 to 36,500, or -1 for never."),
        ({"expiry": "days", "expiry_days": "1.5"}, "Enter a whole number."),
        ({"expiry": "date"}, "Choose the last day."),
        ({"expiry": "date", "expiry_date": "0001-01-01"}, "Choose a day in the next"),
        ({"expiry": "date", "expiry_date": "03/04/2099"}, "such as 2027-01-31"),
        ({"expiry": "date", "expiry_date": "9999-12-31"}, "Choose a day in the next"),
        ({"permissions": ["robot:create"]}, "Select a valid choice"),
        ({"request_key": "x"}, "Enter a valid UUID."),
        ({"request_key": ""}, "This field is required."),
    ],
)
def test_a_wrong_form_is_422_and_makes_nothing(
    as_owner: Client, cast: Cast, changes: dict[str, object], words: str
) -> None:
    before = (Token.objects.count(), Event.objects.count())
    response = as_owner.post(address(cast.robot), form(**changes))
    assert response.status_code == 422
    assert words in text(response)
    assert (Token.objects.count(), Event.objects.count()) == before
    assert not texts_of(response, id="secret")


def test_the_form_is_never_kept_by_a_cache(as_owner: Client, cast: Cast) -> None:
    assert "no-store" in as_owner.get(address(cast.robot))["Cache-Control"]
