"""Trusts of acme's robots, made through the API."""

from typing import Any

from django.test import Client

from robots.models import Robot
from tests.api.callers import bearer, token_of
from tests.conftest import Cast

JSON: dict[str, Any] = {"content_type": "application/json"}
ACME = "/api/v1/organizations/acme/"
WORKLOAD = [{"claim": "repository_id", "value": "74"}]
# A new trust that says no more than it has to.
LEAST: dict[str, Any] = {"name": "jobs", "preset": "github", "conditions": WORKLOAD}


def of_owner(cast: Cast) -> Client:
    return bearer(token_of(cast.owner)[1])


def at(robot: Robot, below: str = "") -> str:
    return f"{ACME}robots/{robot.uuid}/trusts/{below}"


def make(api: Client, robot: Robot, **body: Any) -> dict[str, Any]:
    answer = api.post(at(robot), LEAST | body, **JSON)
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    assert answer["Location"] == at(robot, f"{made['id']}/")
    assert api.get(answer["Location"]).json() == made
    return made


def faults(answer: Any, status: int = 422) -> dict[str, str]:
    """What is said of each field that a refusal names."""
    assert answer.status_code == status, answer.content
    found: list[dict[str, str]] = answer.json()["errors"]
    return {error["field"]: error["message"] for error in found}
