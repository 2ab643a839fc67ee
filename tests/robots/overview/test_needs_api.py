"""What an overview points out through the API: of organizations and projects, with what is said about it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console.models import Notice
from console.permissions.vocabulary import Permission
from robots.models import DailyUse, NeedAnswer, Token
from teams.grants.services import GrantSpec, give
from tests.actors import events_written
from tests.api.callers import bearer, token_of
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.factories import MembershipFactory

ORGANIZATION = "/api/v1/organizations/acme/needs/"
PROJECT = "/api/v1/organizations/acme/projects/payments/needs/"
PAGES = {ORGANIZATION: "/o/acme/", PROJECT: "/o/acme/projects/payments/overview/"}
JSON: dict[str, Any] = {"content_type": "application/json"}
pytestmark = pytest.mark.usefixtures("clock")
each_place = pytest.mark.parametrize("listed", [ORGANIZATION, PROJECT])


@pytest.fixture(autouse=True)
def _refused(cast: Cast) -> None:
    today = timezone.now().date()
    Token.objects.filter(pk=cast.token.pk).update(refused_on=today)
    DailyUse.objects.create(organization=cast.organization, day=today, refused=7)


@pytest.fixture
def api(cast: Cast) -> Client:
    return bearer(token_of(cast.owner)[1])


def need(client: Client, listed: str, name: str = "refused") -> dict[str, Any]:
    answer = client.get(listed)
    assert answer.status_code == 200
    (found,) = (row for row in answer.json()["results"] if row["need"] == name)
    return dict(found)


def say(client: Client, listed: str, **body: str) -> Any:
    return client.post(f"{listed}refused/answer/", body, **JSON)


@each_place
def test_needs_are_listed_with_their_numbers_and_where_they_are(api: Client, listed: str) -> None:
    found = need(api, listed)
    address = found.pop("url")
    assert found == {
        "need": "refused",
        "label": "Refused",
        "note": "tokens in 7 days",
        "count": 1,
        "answer": None,
    }
    assert address.startswith("http://127.0.0.1:8000/o/acme/attention/refused/")


@each_place
def test_an_answer_is_what_the_overview_shows(cast: Cast, api: Client, listed: str) -> None:
    with events_written() as events:
        answer = say(api, listed, kind="acknowledged", reason="Ticket 12")
    assert answer.status_code == 201
    assert [event.action for event in events] == ["need:acknowledged"]
    said = answer.json()
    assert need(api, listed)["answer"] == said
    assert said == {
        "kind": "acknowledged",
        "reason": "Ticket 12",
        "given_to": "",
        "answered_by": cast.owner.email,
        "answered_at": said["answered_at"],
        "until": said["until"],
    }
    page = text(browser(cast.owner).get(PAGES[listed]))
    assert f"Acknowledged by {cast.owner.email}" in page


@each_place
def test_what_is_muted_is_listed_with_its_reason_and_taken_up(api: Client, listed: str) -> None:
    refused = say(api, listed, kind="muted")
    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {"field": "reason", "message": "Say why, so that others know."}
    ]
    muted = say(api, listed, kind="muted", reason="Replaced soon").json()
    assert (muted["until"], need(api, listed)["answer"]["reason"]) == (None, "Replaced soon")
    with events_written() as events:
        answers = [api.delete(f"{listed}refused/answer/").status_code for _ in range(2)]
    assert answers == [204, 204]
    assert [event.action for event in events] == ["need:reopened"]
    assert need(api, listed)["answer"] is None


def test_an_answer_is_gone_when_something_new_has_come(api: Client) -> None:
    say(api, ORGANIZATION, kind="acknowledged")
    DailyUse.objects.update(refused=8)
    assert need(api, ORGANIZATION)["answer"] is None


@each_place
def test_it_is_given_to_a_member_who_sees_it(cast: Cast, api: Client, listed: str) -> None:
    answer = say(api, listed, kind="given", given_to=cast.member.email)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "given_to"
    spec = GrantSpec(cast.organization, role="organization:viewer")
    give(actor=cast.owner, holder=cast.member, spec=spec)
    answer = say(api, listed, kind="given", given_to=cast.member.email)
    assert answer.json()["given_to"] == cast.member.email
    assert Notice.objects.get(kind="need.given").path == PAGES[listed]


@each_place
def test_whoever_may_not_see_members_learns_of_none(cast: Cast, listed: str) -> None:
    needed = {
        *(Permission.ROBOT_READ, Permission.TOKEN_READ, Permission.TOKEN_UPDATE),
        Permission.PROJECT_READ,
    }
    for narrowing, differ in ((needed, False), (needed | {Permission.MEMBER_READ}, True)):
        client = bearer(token_of(cast.owner, permissions=frozenset(narrowing))[1])
        said = [
            say(client, listed, kind="given", given_to=person.email).json()["errors"]
            for person in (cast.member, cast.stranger)
        ]
        assert (said[0] != said[1]) is differ
        assert all(errors[0]["field"] == "given_to" for errors in said)


@each_place
def test_nobody_gets_a_second_letter_about_a_need_within_a_day(
    cast: Cast, api: Client, listed: str, clock: time_machine.Traveller
) -> None:
    def told() -> list[str]:
        found = Notice.objects.filter(kind="need.given").order_by("id")
        return [notice.data["given_to"] for notice in found]

    owner, operator = cast.owner.email, cast.operator.email
    MembershipFactory(organization=cast.organization, user=cast.operator, role="owner")
    for person in (owner, owner, operator, owner):
        assert say(api, listed, kind="given", given_to=person).status_code == 201
    assert told() == [owner, operator]
    api.post(f"{listed}endless/answer/", {"kind": "given", "given_to": owner}, **JSON)
    assert told() == [owner, operator, owner]
    clock.shift(timedelta(days=1, seconds=1))
    say(api, listed, kind="given", given_to=owner)
    assert told() == [owner, operator, owner, owner]


@each_place
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"kind": "forgotten"}, 422),
        ({"kind": "acknowledged", "until": "never"}, 400),
        ({"kind": "acknowledged", "reason": 7}, 422),
        ({"kind": "acknowledged", "given_to": "member@example.com"}, 422),
        ({"kind": "acknowledged", "reason": "x" * 501}, 422),
        ({"kind": "muted", "reason": "a\nb"}, 422),
        ({"kind": "given"}, 422),
    ],
)
def test_what_cannot_be_said_changes_nothing(
    api: Client, listed: str, body: dict[str, Any], status: int
) -> None:
    say(api, listed, kind="acknowledged", reason="Before")
    answer = api.post(f"{listed}refused/answer/", body, **JSON)
    assert answer.status_code == status
    assert NeedAnswer.objects.get().reason == "Before"


def test_a_need_that_is_not_there_is_404(api: Client) -> None:
    for address in (f"{ORGANIZATION}nothing/answer/", f"{PROJECT}leaked/answer/"):
        assert api.post(address, {"kind": "acknowledged"}, **JSON).status_code == 404
        assert api.delete(address).status_code == 404


@each_place
@pytest.mark.parametrize(
    ("missing", "reads"),
    [
        (Permission.ROBOT_READ, 403),
        (Permission.TOKEN_READ, 403),
        (Permission.TOKEN_UPDATE, 200),
    ],
)
def test_a_narrowed_token_does_what_it_names(
    cast: Cast, listed: str, missing: Permission, reads: int
) -> None:
    narrowing = frozenset(Permission) - {missing}
    client = bearer(token_of(cast.owner, permissions=narrowing)[1])
    assert client.get(listed).status_code == reads
    assert say(client, listed, kind="acknowledged").status_code == 403
    assert client.delete(f"{listed}refused/answer/").status_code == 403


def test_leaks_are_for_who_reads_the_audit_log(cast: Cast, api: Client) -> None:
    narrowing = frozenset(Permission) - {Permission.EVENT_READ}
    client = bearer(token_of(cast.owner, permissions=narrowing)[1])
    address = f"{ORGANIZATION}leaked/answer/"
    assert client.post(address, {"kind": "acknowledged"}, **JSON).status_code == 403
    assert api.post(address, {"kind": "acknowledged"}, **JSON).status_code == 201


@each_place
def test_the_number_of_queries_does_not_grow(cast: Cast, api: Client, listed: str) -> None:
    costs = []
    for number in (2, 20):
        for count in range(number):
            Token.objects.create(robot=cast.robot, name=f"{number}-{count}", created_by="x")
        with CaptureQueriesContext(connection) as captured:
            assert api.get(listed).status_code == 200
        costs.append(len(captured))
    assert costs[0] == costs[1]
