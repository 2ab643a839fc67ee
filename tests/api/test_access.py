"""Access in bulk, and what it comes to: what the pages do and show, for programs."""

from typing import Any

import pytest
from django.test import Client

from console.models import Repository
from console.permissions.vocabulary import Permission
from robots.models import RobotGrant
from teams.grants.services import GrantSpec, give
from teams.models import UserGrant
from tests.actors import events_written, holder
from tests.api.callers import bearer, token_of
from tests.api.test_problems import problem
from tests.conftest import Cast

JSON: dict[str, Any] = {"content_type": "application/json"}
ACME = "/api/v1/organizations/acme/"
BULK = f"{ACME}grants/bulk/"
BODY: dict[str, Any] = {
    "holders": [{"robot": "robot_acme+spare"}, {"user": "member@example.com"}],
    "places": [{"repository": "payments/api"}, {"project": "payments"}],
    "level": "write",
}


def test_several_holders_get_the_same_at_several_places(api: Client, furnished: Cast) -> None:
    with events_written() as events:
        answer = api.post(BULK, BODY, **JSON)
    assert answer.status_code == 201, answer.content
    results = answer.json()["results"]
    said = [(it["outcome"], it["grant"]["holder"]["name"], it["grant"]["role"]) for it in results]
    level = "repository:write"
    assert said == [
        *[("given", "robot_acme+spare", level)] * 2,
        *[("given", "member@example.com", level)] * 2,
    ]
    assert [event.action for event in events] == ["grant:created"] * 4
    assert RobotGrant.objects.filter(robot__name="spare").count() == 2
    assert UserGrant.objects.filter(user=furnished.member).count() == 2


def test_what_is_held_stays_and_what_is_less_is_raised(api: Client, furnished: Cast) -> None:
    api.post(BULK, BODY | {"level": "read"}, **JSON)
    body = BODY | {"holders": BODY["holders"][:1], "places": [*BODY["places"], {}]}
    outcomes = [
        [it["outcome"] for it in api.post(BULK, body | sent, **JSON).json()["results"]]
        for sent in ({"level": "view"}, {"level": "write"}, {"level": "write"})
    ]
    assert outcomes == [
        ["held", "held", "given"],
        ["raised", "raised", "raised"],
        ["held", "held", "held"],
    ]


def test_nothing_is_given_where_one_of_them_is_refused(furnished: Cast) -> None:
    needed = (Permission.GRANT_CREATE, Permission.ROBOT_READ, Permission.REPOSITORY_VIEW)
    giver = holder(furnished.organization, *needed)
    level = GrantSpec(furnished.organization, furnished.project, role="repository:write")
    give(actor=furnished.owner, holder=giver, spec=level)
    sees = GrantSpec(furnished.organization, permissions=frozenset({Permission.PROJECT_READ}))
    give(actor=furnished.owner, holder=giver, spec=sees)
    other = furnished.organization.projects.create(slug="docs", name="Docs")
    Repository.objects.create(project=other, name="site")
    body = BODY | {"holders": BODY["holders"][:1]}
    places = [{"repository": "payments/api"}, {"repository": "docs/site"}]
    with events_written() as events:
        answer = bearer(token_of(giver)[1]).post(BULK, body | {"places": places}, **JSON)
    document = problem(answer, 403)
    assert "acme/docs/site" in str(document)
    assert events == []
    assert not RobotGrant.objects.filter(robot__name="spare").exists()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"holders": []}, 422),
        ({"places": []}, 422),
        ({"holders": [{}]}, 422),
        ({"holders": [{"robot": "robot_acme+spare", "team": "build"}]}, 422),
        ({"holders": [{"robot": "robot_globex+deploy"}]}, 422),
        ({"places": [{"repository": "payments/nothing"}]}, 422),
        ({"places": [{"repositories": "payments/api"}]}, 400),
        ({"level": "everything"}, 422),
        ({"role": "project:guest"}, 422),
        ({"holders": [{"robot": "robot_acme+spare"}] * 101}, 422),
        ({"holders": [{"robot": "robot_acme+spare"}] * 90, "places": [{}] * 3}, 422),
    ],
)
def test_what_cannot_be_given_is_refused_and_gives_nothing(
    api: Client, furnished: Cast, change: dict[str, Any], status: int
) -> None:
    with events_written() as events:
        problem(api.post(BULK, BODY | change, **JSON), status)
    assert events == []


def test_who_reaches_a_place_says_what_they_can_there(api: Client, furnished: Cast) -> None:
    here = GrantSpec(
        furnished.organization, furnished.project, furnished.repository, role="repository:read"
    )
    spare = furnished.organization.robots.get(name="spare")
    give(actor=furnished.owner, holder=spare, spec=here)

    def found(query: str) -> dict[str, dict[str, Any]]:
        results = api.get(f"{ACME}reach/?{query}").json()["results"]
        return {it["name"]: it for it in results}

    repository = found("repository=payments/api")
    assert repository["robot_acme+spare"]["can"] == ["view", "pull"]
    assert repository["build"]["can"] == ["view", "pull", "push"]
    assert repository["build"]["because"] == ["team build: write on acme/payments"]
    project = found("project=payments")["robot_acme+spare"]
    assert (project["can"], project["can_in_some"]) == ([], ["view", "pull"])
    pushing = found("repository=payments/api&permission=artifact:push")
    assert "robot_acme+spare" not in pushing
    assert api.get(f"{ACME}reach/").status_code == 404


def test_what_a_robot_reaches_says_what_it_can_there(api: Client, furnished: Cast) -> None:
    answer = api.get(f"{ACME}robots/{furnished.robot.uuid}/access/").json()
    assert [(it["on"], it["can"]) for it in answer["results"]] == [
        ("acme/payments", ["pull", "push", "delete"])
    ]
