"""Robots and tokens that a test makes through the API."""

from typing import Any

from django.test import Client

from tests.front import ask, basic

JSON: dict[str, Any] = {"content_type": "application/json"}


def at(below: str = "") -> str:
    return f"/api/v1/organizations/acme/robots/{below}"


def logs_in(username: str, secret: str) -> bool:
    answer = ask("/service/token?service=registry", authorization=basic(username, secret))
    return answer.status == 200


def make(api: Client, **body: Any) -> dict[str, Any]:
    answer = api.post(at(), {"name": "builder"} | body, **JSON)
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    assert answer["Location"] == at(f"{made['id']}/")
    assert api.get(answer["Location"]).json() == made
    return made
