"""A robot and its first token by one POST: the secret in its answer, and all of it or nothing."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from console.permissions.vocabulary import Permission
from robots.models import TokenPolicy
from teams.grants.services import GrantSpec, give
from teams.models import User
from tests.actors import events_written
from tests.api.callers import bearer, token_of
from tests.api.making import JSON, at, logs_in
from tests.browsers import browser
from tests.conftest import Cast
from tests.snapshots import rows

ROBOT = {"name": "builder", "project": "payments", "permissions": ["artifact:pull"]}
TOKEN = {"name": "first", "kind": "compact"}


def post(caller: Client, token: object = TOKEN, **body: object) -> Any:
    return caller.post(at(), ROBOT | {"token": token} | body, **JSON)


def wrong_fields(answer: Any) -> list[str]:
    return [error["field"] for error in answer.json().get("errors", [])]


def test_the_secret_stands_in_the_one_answer_and_logs_in(api: Client, cast: Cast) -> None:
    with events_written() as events:
        answer = post(api)
    made = answer.json()
    token = made["token"]
    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    assert answer["Location"] == at(f"{made['id']}/")
    assert logs_in(token["access_id"], token["secret"])
    assert logs_in(token["login_name"], token["secret"])
    assert (made["token_count"], token["robot"]["id"]) == (1, made["id"])
    assert [event.action for event in events] == ["robot:created", "token:created"]
    found = api.get(answer["Location"]).json()
    assert found == {name: value for name, value in made.items() if name != "token"}
    (secret,) = api.get(at(f"{made['id']}/tokens/{token['access_id']}/")).json()["secrets"]
    assert secret["delivered_at"]


def test_a_robot_without_a_token_is_answered_without_one(api: Client, cast: Cast) -> None:
    answer = api.post(at(), ROBOT, **JSON)
    assert (answer.status_code, "token" in answer.json()) == (201, False)
    assert answer.json()["token_count"] == 0


def test_all_that_is_said_of_the_token_holds(api: Client, cast: Cast) -> None:
    limits = {"permissions": ["artifact:pull"], "addresses": ["10.0.0.0/8"], "expires_in_days": 7}
    token = post(api, TOKEN | limits, permissions=["all"]).json()["token"]
    assert (token["permissions"], token["addresses"]) == (["artifact:pull"], ["10.0.0.0/8"])
    ends = parse_datetime(token["expires_at"])
    assert ends is not None
    assert 6 <= (ends - timezone.now()).days <= 7
    assert token["secrets"][0]["kind"] == "compact"


def test_without_an_end_it_has_the_one_that_the_robots_policy_presets(
    api: Client, cast: Cast
) -> None:
    TokenPolicy.objects.create(
        organization=cast.organization, project=cast.project, default_days=30
    )
    ends = parse_datetime(post(api).json()["token"]["expires_at"])
    assert ends is not None
    assert 29 <= (ends - timezone.now()).days <= 30
    assert post(api, project=None, permissions=None, name="other").status_code == 422
    whole = api.post(at(), {"name": "other", "token": TOKEN}, **JSON).json()
    assert whole["token"]["expires_at"] is None
    assert post(api, TOKEN | {"expires_at": None}, name="third").json()["token"]["ends_at"] is None


@pytest.mark.parametrize(
    ("token", "status", "field"),
    [
        ({"kind": "compact"}, 422, "token.name"),
        ({"name": "Not A Name"}, 422, "token.name"),
        ({"name": 7}, 422, "token.name"),
        ({"name": "x" * 101}, 422, "token.name"),
        ({"name": "first", "kind": "own"}, 422, "token.kind"),
        ({"name": "first", "own_secret": "Correct4Horses"}, 400, "token.own_secret"),
        ({"name": "first", "expires_at": "2027-01-31"}, 422, "token.expires_at"),
        ({"name": "first", "expires_at": "2001-01-31T00:00:00Z"}, 422, "token.expires_at"),
        ({"name": "first", "expires_in_days": 0}, 422, "token.expires_in_days"),
        ({"name": "first", "expires_in": 60, "expires_at": None}, 422, "token.expires_in"),
        ({"name": "first", "addresses": ["10.0.0.1/8"]}, 422, "token.addresses"),
        ({"name": "first", "permissions": ["no:such"]}, 422, "token.permissions.0"),
        ("first", 422, "token"),
        (["first"], 422, "token"),
        (None, 422, "token"),
    ],
)
def test_a_token_that_is_refused_leaves_no_robot(
    api: Client, cast: Cast, token: object, status: int, field: str
) -> None:
    before = rows()
    answer = post(api, token)
    assert (answer.status_code, wrong_fields(answer)[:1]) == (status, [field]), answer.content
    assert rows() == before


def test_a_robot_that_is_refused_leaves_no_token(api: Client, cast: Cast) -> None:
    before = rows()
    taken = post(api, name="ci")
    assert (taken.status_code, taken.json()["title"]) == (409, "It is there already")
    assert wrong_fields(post(api, name="Not A Name")) == ["name"]
    assert rows() == before


def test_what_the_policy_refuses_is_said_at_the_tokens_end(api: Client, cast: Cast) -> None:
    TokenPolicy.objects.create(
        organization=cast.organization, never_allowed=False, maximum_days=30, default_days=7
    )
    before = rows()
    for end in ({"expires_in_days": 90}, {"expires_at": None}):
        assert wrong_fields(post(api, TOKEN | end)) == ["token.expires_at"]
    assert rows() == before
    # A robot that ends in time takes its tokens along.
    assert post(api, TOKEN | {"expires_at": None}, expires_in_days=30).status_code == 201


def maker_with(cast: Cast, *permissions: Permission) -> User:
    spec = GrantSpec(cast.organization, permissions=frozenset(permissions))
    give(actor=cast.owner, holder=cast.member, spec=spec)
    return cast.member


def test_who_may_make_robots_and_no_tokens_makes_neither(cast: Cast) -> None:
    maker = bearer(token_of(maker_with(cast, Permission.ROBOT_CREATE, Permission.ROBOT_READ))[1])
    before = rows()
    refused = maker.post(at(), {"name": "builder", "token": TOKEN}, **JSON)
    assert (refused.status_code, refused.json()["permission"]) == (403, "token:create")
    assert rows() == before
    assert maker.post(at(), {"name": "builder"}, **JSON).status_code == 201


def test_who_may_make_tokens_and_no_robots_makes_neither(cast: Cast) -> None:
    maker = bearer(token_of(maker_with(cast, Permission.TOKEN_CREATE, Permission.ROBOT_READ))[1])
    before = rows()
    refused = maker.post(at(), {"name": "builder", "token": TOKEN}, **JSON)
    assert (refused.status_code, refused.json()["permission"]) == (403, "robot:create")
    assert rows() == before


def test_a_token_that_is_strong_by_a_team_takes_the_password(cast: Cast) -> None:
    team = cast.organization.teams.create(name="admins")
    give(
        actor=cast.owner,
        holder=team,
        spec=GrantSpec(cast.organization, role="organization:owner"),
    )
    body = {"name": "boss", "teams": ["admins"], "token": TOKEN}
    before = rows()
    refused = browser(cast.owner).post(at(), body, **JSON)
    assert (refused.status_code, refused.json()["title"]) == (403, "Sign in again")
    assert rows() == before
    confirmed = browser(cast.owner, confirmed=True).post(at(), body, **JSON)
    assert confirmed.status_code == 201
    # As its form does: a strong one ends unless somebody says otherwise.
    assert confirmed.json()["token"]["expires_at"]


def test_a_repeated_request_makes_nothing_and_leads_to_the_token(api: Client, cast: Cast) -> None:
    key: dict[str, Any] = {"headers": {"Idempotency-Key": "builder-1"}}
    body = ROBOT | {"token": TOKEN}
    made = api.post(at(), body, **JSON, **key).json()
    where = at(f"{made['id']}/tokens/{made['token']['access_id']}/")
    before = rows()
    again = api.post(at(), body, **JSON, **key)
    assert (again.status_code, again["Location"], "token" in again.json()) == (409, where, False)
    other = api.post(at(), body | {"name": "other"}, **JSON, **key)
    assert (other.status_code, "another request" in other.json()["detail"]) == (422, True)
    assert rows() == before
