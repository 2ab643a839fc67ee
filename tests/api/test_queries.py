"""What stands after the question mark of an address of the API is read or refused by name: never ignored."""

import json
from typing import Any

import pytest
from django.test import Client

from console.models import Project, Repository
from robots.models import Robot
from teams.models import Team
from tests.api.callers import bearer, token_of
from tests.conftest import Cast
from tests.factories import RobotGrantFactory

JSON: dict[str, Any] = {"content_type": "application/json"}
ACME = "/api/v1/organizations/acme/"


@pytest.fixture
def api(furnished: Cast) -> Client:
    return bearer(token_of(furnished.owner)[1])


def refused(answer: Any) -> list[str]:
    """The parameters that a 400 names."""
    assert answer.status_code == 400, answer.content
    return [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    "query",
    [
        "team=nobodies",
        "user=nobody@example.com",
        "robot=robot_acme%2Bnone",
        "team=build&robot={robot}",
        "team=build&user=owner@example.com",
    ],
)
def test_grants_of_nobody_and_of_two_holders_are_refused(
    api: Client, furnished: Cast, query: str
) -> None:
    asked = query.format(robot=furnished.robot.uuid)
    assert refused(api.get(f"{ACME}grants/?{asked}")) == [
        asked.rpartition("&")[2].partition("=")[0]
    ]


def test_a_holder_without_grants_has_none(api: Client, furnished: Cast) -> None:
    for query in (f"robot={furnished.organization_robot.uuid}", "user=Member@Example.com"):
        answer = api.get(f"{ACME}grants/?{query}")
        assert answer.status_code == 200, answer.content


def test_a_person_is_given_something_by_an_address_in_any_case(api: Client) -> None:
    body = {"user": "Member@Example.com", "project": "payments", "level": "read"}
    answer = api.post(f"{ACME}grants/", body, **JSON)
    assert answer.status_code == 201, answer.content
    found = api.get(f"{ACME}grants/?user=MEMBER@example.com").json()["results"]
    assert answer.json()["id"] in [grant["id"] for grant in found]


def test_a_project_beside_a_repository_counts(api: Client, furnished: Cast) -> None:
    RobotGrantFactory(
        robot=furnished.robot,
        project=furnished.project,
        repository=furnished.repository,
        role="repository:read",
    )
    Project.objects.create(organization=furnished.organization, slug="empty", name="Empty")
    asked = f"{ACME}grants/?kind=robot&repository=payments/api&project="
    assert [api.get(f"{asked}{slug}").json()["count"] for slug in ("payments", "empty")] == [1, 0]


@pytest.mark.parametrize("path", ["explain", "reach"])
def test_a_question_is_about_one_place(api: Client, path: str) -> None:
    asked = f"{ACME}{path}/?permission=artifact:pull&repository=payments/api&project=payments"
    assert refused(api.get(asked)) == ["project"]


def test_a_question_is_about_one_actor(api: Client, furnished: Cast) -> None:
    who = f"robot={furnished.robot.uuid}&user={furnished.member.uuid}"
    assert refused(api.get(f"{ACME}explain/?permission=artifact:pull&{who}")) == ["user"]


def test_built_in_roles_are_found_in_any_case(api: Client) -> None:
    found = api.get(f"{ACME}roles/?q=OWNER").json()["results"]
    assert "organization:owner" in [role["key"] for role in found]


def test_organizations_are_found_by_their_display_names(api: Client, furnished: Cast) -> None:
    furnished.organization.name = "Straßen & Brücken"
    furnished.organization.save()
    for text in ("BRÜCKEN", "acm"):
        found = api.get("/api/v1/organizations/", {"q": text}).json()["results"]
        assert [it["slug"] for it in found] == ["acme"]


def test_teams_are_found_by_what_their_list_shows(api: Client, furnished: Cast) -> None:
    Team.objects.create(
        organization=furnished.organization, name="night", description="Bäckt die Nachtbuilds"
    )
    found = api.get(f"{ACME}teams/", {"q": "BÄCKT"}).json()["results"]
    assert [team["name"] for team in found] == ["night"]


def test_a_text_that_nothing_can_be_found_by_is_refused(api: Client) -> None:
    assert refused(api.get(f"{ACME}events/?q=ow")) == ["q"]


def test_addresses_without_filters_ignore_none(api: Client, furnished: Cast) -> None:
    robot, repository = furnished.robot, Repository.objects.get(pk=furnished.repository.pk)
    for path in (
        "",
        "policy/",
        "usage/",
        f"robots/{robot.uuid}/",
        f"repositories/{repository.uuid}/",
    ):
        assert refused(api.get(f"{ACME}{path}?colour=red")) == ["colour"]
        assert refused(api.get(f"{ACME}{path}?colour={furnished.secret}")) == ["colour"]
    assert refused(api.get("/api/v1/me/?colour=red")) == ["colour"]


def test_a_change_that_an_address_asks_something_of_is_refused(
    api: Client, furnished: Cast
) -> None:
    body, before = json.dumps({"name": "new"}), Robot.objects.count()
    assert refused(api.post(f"{ACME}robots/?dry_run=true", body, **JSON)) == ["dry_run"]
    assert refused(api.post(f"{ACME}robots/?state=disabled", body, **JSON)) == ["state"]
    assert refused(api.delete(f"{ACME}robots/{furnished.robot.uuid}/?dry_run=1")) == ["dry_run"]
    assert Robot.objects.living().count() == before
