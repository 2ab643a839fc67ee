"""What the API says when something is wrong: always a problem document, never a page, and nothing done."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client

from robots.models import Robot
from tests.actors import events_written
from tests.api.callers import bearer, token_of
from tests.browsers import browser
from tests.conftest import Cast
from tests.factories import UserFactory
from tests.front import ask, basic

JSON: dict[str, Any] = {"content_type": "application/json"}
ROBOTS = "/api/v1/organizations/acme/robots/"


@pytest.fixture
def api(cast: Cast) -> Client:
    return bearer(token_of(cast.owner)[1])


def problem(answer: Any, status: int) -> dict[str, Any]:
    """The document, after what all of them have in common was looked at."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert document["request_id"] == answer["X-Request-ID"]
    assert document["type"] == "about:blank"
    assert document["title"]
    assert document["detail"]
    return document


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "null",
        '"text"',
        "7",
        '{"name": NaN}',
        '{"name": Infinity}',
        "\xff",
        "[" * 60_000,
    ],
)
def test_a_body_that_is_no_json_object_is_not_understood(api: Client, body: str) -> None:
    before = Robot.objects.count()
    problem(api.post(ROBOTS, body.encode("latin-1"), **JSON), 400)
    assert Robot.objects.count() == before


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "a\u202eb", "a\nb", "x" * 101])
def test_text_that_no_name_has_is_refused(api: Client, text: str) -> None:
    body = json.dumps({"name": text})
    assert problem(api.post(ROBOTS, body, **JSON), 422)["errors"][0]["field"] == "name"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", True),
        ("name", []),
        ("name", {}),
        ("name", None),
        ("labels", 7),
        ("labels", ["tier"]),
        ("teams", "build"),
        ("grants", {}),
        ("expires_at", "tomorrow"),
        ("expires_in_days", "many"),
        ("expires_in", "12h"),
        ("expires_in", 1.5),
    ],
)
def test_a_value_of_another_type_is_refused(api: Client, field: str, value: object) -> None:
    found = problem(api.post(ROBOTS, {"name": "x", field: value}, **JSON), 422)
    assert {error["field"].partition(".")[0] for error in found["errors"]} == {field}


@pytest.mark.parametrize(
    "body",
    [
        '{"name": "one", "name": "two"}',
        '{"name": "one", "labels": {"tier": "1", "tier": "2"}}',
        '{"name": "one", "grants": [{"level": "read", "level": "admin"}]}',
    ],
)
def test_what_stands_twice_in_a_body_is_refused(api: Client, body: str) -> None:
    before = Robot.objects.count()
    assert "more than once" in problem(api.post(ROBOTS, body, **JSON), 400)["detail"]
    assert Robot.objects.count() == before


def test_no_body_says_nothing(api: Client, cast: Cast) -> None:
    where = f"{ROBOTS}{cast.robot.uuid}/"
    assert api.patch(where, "", **JSON).json() == api.get(where).json()


def test_a_body_that_is_too_large_is_refused(api: Client) -> None:
    body = json.dumps({"name": "x", "description": "y" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    problem(api.post(ROBOTS, body, **JSON), 413)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml"]
)
def test_another_kind_of_body_is_refused(api: Client, kind: str) -> None:
    problem(api.post(ROBOTS, "name=x", content_type=kind), 415)


def test_another_method_is_refused_with_those_that_are_answered(api: Client) -> None:
    answer = api.put(ROBOTS, {}, **JSON)
    problem(answer, 405)
    assert {method.strip() for method in answer["Allow"].split(",")} == {"GET", "POST", "HEAD"}
    problem(api.options(ROBOTS), 405)


@pytest.mark.parametrize(
    "path", ["", "nothing/", "nothing", "organizations/acme/nothing", "me/%0A", "me//"]
)
def test_an_address_that_is_not_there_is_no_page(api: Client, cast: Cast, path: str) -> None:
    for version in ("v1", "v2"):
        problem(api.get(f"/api/{version}/{path}"), 404)
        problem(browser().get(f"/api/{version}/{path}"), 401)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer  two",
        "Bearer a b",
        "Basic",
        "Basic !",
        "Digest x",
        "Bearer x, Bearer y",
        "x",
    ],
)
def test_a_header_that_is_not_accepted_is_refused_also_with_a_session(
    cast: Cast, header: str
) -> None:
    """Who sends one means it: a session must not take its place."""
    client = browser(cast.owner)
    answer = client.get("/api/v1/me/", headers={"Authorization": header})
    problem(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer ")


def test_every_refused_credential_is_answered_alike(cast: Cast) -> None:
    token, secret = token_of(cast.robot)
    wrong = {
        "unknown": f"Bearer rbt_{'x' * 42}",
        "wrong name": basic("robot_acme+nobody", secret),
        "wrong secret": basic(str(token.uuid), "Correct4Horses"),
        "revoked": f"Bearer {secret}",
    }
    token.revoked_at = token.created_at
    token.save()
    answers = {
        why: browser().get("/api/v1/me/", headers={"Authorization": header})
        for why, header in wrong.items()
    }
    details = {problem(answer, 401)["detail"] for answer in answers.values()}
    assert details == {"The token or secret is not accepted."}


def me(header: str, address: str) -> Any:
    return browser().get("/api/v1/me/", headers={"Authorization": header}, REMOTE_ADDR=address)


def test_who_is_refused_too_often_in_a_minute_is_told_to_wait(cast: Cast) -> None:
    secret = token_of(cast.robot)[1]
    with time_machine.travel(datetime(2026, 5, 4, 12, 0, 15, tzinfo=UTC), tick=False) as clock:
        for number in range(60):
            header = f"Bearer rbt_{'x' * 42}" if number % 2 else "Digest x"
            problem(me(header, f"2001:db8::{number}"), 401)
        late = me("Bearer x", "2001:db8::ffff")
        problem(late, 429)
        assert late["Retry-After"] == "45"
        # Who has a token is not locked out by a neighbour, nor is another network.
        assert me(f"Bearer {secret}", "2001:db8::1").status_code == 200
        problem(me("Bearer x", "2001:db8:0:1::1"), 401)
        clock.shift(45)
        problem(me("Bearer x", "2001:db8::ffff"), 401)


def test_who_brings_no_token_is_asked_for_one_however_often(cast: Cast) -> None:
    for _ in range(61):
        problem(browser().get("/api/v1/me/"), 401)


def test_a_session_changes_nothing_without_its_csrf_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.owner)
    with events_written() as events:
        problem(client.post(ROBOTS, {"name": "x"}, **JSON), 403)
    assert not events
    client.get("/account/")
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    answer = client.post(ROBOTS, {"name": "x"}, headers={"X-CSRFToken": token}, **JSON)
    assert answer.status_code == 201


def test_a_refusal_names_what_is_missing_and_who_can_give_it(cast: Cast) -> None:
    member = bearer(token_of(cast.member)[1])
    found = problem(member.post(ROBOTS, {"name": "x"}, **JSON), 403)
    assert (found["permission"], found["owners"]) == ("robot:create", ["Owner"])


def test_a_failure_is_a_problem_too(api: Client, cast: Cast) -> None:
    """Without the table there is no answer; what went wrong is for the log."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE robots_dailyuse RENAME TO robots_elsewhere")
    answer = api.get("/api/v1/organizations/acme/usage/")
    assert "robots_dailyuse" not in json.dumps(problem(answer, 500))


def test_a_change_that_came_first_is_a_conflict(api: Client, cast: Cast) -> None:
    where = f"{ROBOTS}{cast.robot.uuid}/tokens/{cast.token.uuid}/secrets/987654/"
    problem(api.delete(where), 409)


def test_answers_say_how_many_requests_are_left(api: Client, cast: Cast) -> None:
    answers = [api.get("/api/v1/me/") for _ in range(2)]
    limit = settings.ROSTER_API_REQUESTS_PER_MINUTE
    assert answers[0]["RateLimit-Policy"] == f'"default";q={limit};w=60'
    left = [int(answer["RateLimit"].split(";")[1].removeprefix("r=")) for answer in answers]
    assert left[0] < limit
    assert left[1] == left[0] - 1 or left[1] == limit - 1, "another minute has begun"


def test_who_asks_too_often_is_told_when_to_come_back(cast: Cast, settings: Any) -> None:
    settings.ROSTER_API_REQUESTS_PER_MINUTE = 3
    # Nobody whom another test has asked as.
    asking, waiting = UserFactory(), UserFactory()
    api, other = (bearer(token_of(asking)[1]) for _ in range(2))
    answers = [client.get("/api/v1/me/") for client in (api, other) * 4]
    refused = next(answer for answer in answers if answer.status_code == 429)
    problem(refused, 429)
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused["RateLimit"].startswith('"default";r=0;')
    # The limit is a person's, whatever token they come with; others are not held up.
    assert bearer(token_of(waiting)[1]).get("/api/v1/me/").status_code == 200


def test_the_schema_and_its_page_are_served_from_here(cast: Cast) -> None:
    answer = browser().get("/api/v1/schema/")
    assert answer["Content-Type"] == "application/vnd.oai.openapi+json"
    assert answer.json()["openapi"] == "3.1.0"
    yaml = browser().get("/api/v1/schema/", headers={"Accept": "application/yaml"})
    assert yaml.content.startswith(b"openapi: 3.1.0\n")
    assert browser(cast.member).get("/api/docs/").status_code == 200


def test_the_front_and_the_api_are_reached_through_one_application(cast: Cast) -> None:
    secret = token_of(cast.robot)[1]
    answer = ask("/api/v1/me/", authorization=f"Bearer {secret}")
    assert answer.status == 200
    assert answer.json["login_name"] == cast.robot.login_name
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_problem_says_which_trace_it_belongs_to(cast: Cast) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    said: dict[str, Any] = {"roster.traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    answer = bearer(token_of(cast.owner)[1]).get(f"{ROBOTS}nothing/", **said)
    assert problem(answer, 404)["trace_id"] == trace
    untraced = bearer(token_of(cast.owner)[1]).get(f"{ROBOTS}nothing/")
    assert "trace_id" not in problem(untraced, 404)
