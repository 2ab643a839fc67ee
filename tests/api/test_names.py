"""What the API takes for the same thing, and what it says of a name or text that cannot be."""

from typing import Any

import pytest
from django.test import Client

from console.models import Repository
from robots.models import Robot, RobotGrant
from tests.api.test_problems import problem
from tests.browsers import browser
from tests.conftest import Cast

JSON: dict[str, Any] = {"content_type": "application/json"}
ACME = "/api/v1/organizations/acme/"


def test_an_address_without_its_last_slash_is_the_same_for_every_method(
    api: Client, furnished: Cast
) -> None:
    assert api.get("/api/v1/me").json() == api.get("/api/v1/me/").json()
    assert api.get(f"{ACME}robots?limit=1").status_code == 200
    made = api.post(f"{ACME}robots", {"name": "short"}, **JSON)
    assert made.status_code == 201, made.content
    at = made["Location"].rstrip("/")
    changed = api.patch(at, {"purpose": "changed"}, **JSON)
    assert (changed.status_code, changed.json()["purpose"]) == (200, "changed")
    assert api.delete(at).status_code == 204
    problem(api.get(f"{ACME}nothing"), 404)


@pytest.mark.parametrize(
    ("below", "body", "field"),
    [
        ("robots/", {"name": "ci", "project": "payments"}, "name"),
        ("projects/", {"slug": "payments", "name": "Payments"}, "slug"),
        ("teams/", {"name": "platform"}, "name"),
    ],
)
def test_a_name_that_is_taken_is_said_of_the_field_that_was_sent(
    api: Client, below: str, body: dict[str, Any], field: str
) -> None:
    api.post(ACME + below, body, **JSON)
    document = problem(api.post(ACME + below, body, **JSON), 409)
    assert [error["field"] for error in document["errors"]] == [field]


@pytest.mark.parametrize("days", [0, -2, 10**6])
def test_one_mistake_has_one_message(api: Client, days: int) -> None:
    body = {"name": "short", "expires_in_days": days}
    document = problem(api.post(f"{ACME}robots/", body, **JSON), 422)
    (error,) = document["errors"]
    assert error["field"] == "expires_in_days"
    assert error["message"].startswith("Enter a number of days from 1 to")


def test_a_grant_names_all_by_name_or_uuid(api: Client, furnished: Cast) -> None:
    repository: Repository = furnished.repository
    robot: Robot = furnished.organization_robot
    path = f"{repository.project.slug}/{repository.name}"
    places = [
        {"repository": str(repository.uuid)},
        {"repository": path},
        {"repository": repository.name, "project": repository.project.slug},
        {"repository": repository.name, "project": str(repository.project.uuid)},
    ]
    for holder in (str(robot.uuid), robot.login_name):
        for place in places:
            RobotGrant.objects.filter(robot=robot).delete()
            made = api.post(f"{ACME}grants/", {"robot": holder, "level": "read"} | place, **JSON)
            assert made.status_code == 201, made.content
            assert made.json()["scope"]["repository"]["id"] == str(repository.uuid)
            asked = {"robot": holder, "repository": place["repository"]}
            if place["repository"] != repository.name:
                found = api.get(f"{ACME}grants/", asked).json()
                assert [row["id"] for row in found["results"]] == [made.json()["id"]]
    project = {"robot": robot.login_name, "project": str(repository.project.uuid), "level": "read"}
    made = api.post(f"{ACME}grants/", project, **JSON)
    assert made.status_code == 201, made.content
    missing = {"robot": "nobody", "project": "payments", "level": "read"}
    document = problem(api.post(f"{ACME}grants/", missing, **JSON), 422)
    assert [error["field"] for error in document["errors"]] == ["robot"]


def test_a_repository_of_another_project_is_none(api: Client, furnished: Cast) -> None:
    body = {"robot": furnished.organization_robot.login_name, "level": "read"}
    where = {"repository": str(furnished.repository.uuid), "project": "nowhere"}
    problem(api.post(f"{ACME}grants/", body | where, **JSON), 422)


REVERSED = "good\u202etxt.exe"


@pytest.mark.parametrize("control", "\u202a\u202b\u202d\u202e\u202c\u2066\u2067\u2068\u2069")
def test_what_turns_the_reading_direction_is_refused_in_every_text(
    api: Client, furnished: Cast, control: str
) -> None:
    text = f"good{control}txt.exe"
    bodies = [
        ("robots/", {"name": "turned", "description": text}, "description"),
        ("robots/", {"name": "turned", "purpose": text}, "purpose"),
        ("robots/", {"name": "turned", "labels": {"a": text}}, None),
        ("projects/", {"slug": "turned", "name": text}, "name"),
        ("projects/", {"slug": "turned", "name": "x", "description": text}, "description"),
        ("teams/", {"name": "turned", "description": text}, "description"),
        (
            "roles/",
            {"name": "turned", "description": text, "permissions": ["robot:read"]},
            "description",
        ),
    ]
    for below, body, field in bodies:
        answer = api.post(ACME + below, body, **JSON)
        document = problem(answer, 422)
        assert "reading direction" in document["detail"], body
        assert field in {None, document["errors"][0]["field"]}


def test_a_form_refuses_it_as_well(furnished: Cast) -> None:
    client = browser(furnished.owner)
    sent = {"name": "turned", "description": REVERSED, "level": "organization", "expiry": "never"}
    answer = client.post("/o/acme/robots/new/", sent)
    assert answer.status_code == 422
    assert "Remove the characters that change the reading direction." in answer.content.decode()
