"""One's own tokens through the API: what answers by how one came, with a session or with which token."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from console.permissions.vocabulary import Permission
from robots.models import Robot, Secret, Token
from robots.tokens.services.tokens import create_personal_token
from robots.usage.counters import Use
from robots.verifiers.authentication import authenticate
from teams.models import User
from tests.actors import holder
from tests.addresses import BY_WAY
from tests.api.callers import bearer, token_of, with_basic
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.snapshots import rows, undone

JSON: dict[str, Any] = {"content_type": "application/json"}
USE = Use("api", "192.0.2.7", "curl/8")
COMPACT = {"kind": "compact"}
LIST = "/api/v1/me/tokens/"
# By who asks: somebody signed in just now, or earlier; with a token of theirs, a narrowed one; with a
# robot's; with none. `self` is the token that the caller came with, `other` another one of the person,
# `foreign` somebody else's.
TABLE = """
                             fresh stale token narrow robot boss nobody
GET    list                  200   200   200   403    403   403  401
POST   list                  201   403   403   403    403   403  401
GET    other                 200   200   200   403    403   403  401
PATCH  other                 200   200   403   403    403   403  401
DELETE other                 204   204   204   403    403   403  401
POST   other/rotation        201   403   403   403    403   403  401
POST   other/refresh         201   403   403   403    403   403  401
GET    self                  -     -     200   403    403   403  -
PATCH  self                  -     -     403   403    403   403  -
DELETE self                  -     -     204   403    403   403  -
POST   self/rotation         -     -     201   201    403   403  -
POST   self/refresh          -     -     201   201    403   403  -
GET    foreign               404   404   404   403    403   403  401
PATCH  foreign               404   404   403   403    403   403  401
DELETE foreign               404   404   404   403    403   403  401
POST   foreign/rotation      404   403   403   403    403   403  401
POST   foreign/refresh       404   403   403   403    403   403  401
GET    own                   404   404   200   200    200   200  401
POST   own/rotation          404   404   201   201    403   201  401
"""
BODIES: dict[str, dict[str, Any]] = {"list": {"name": "new"} | COMPACT, "PATCH": {"disabled": True}}


@dataclass(frozen=True)
class Way:
    """How somebody asks."""

    client: Client
    token: Token | None = None


@pytest.fixture
def ways(furnished: Cast) -> dict[str, Way]:
    person, boss = furnished.owner, holder(furnished.organization, *Permission)
    pull = frozenset({Permission.ARTIFACT_PULL})
    ways = {
        "fresh": Way(browser(person, confirmed=True)),
        "stale": Way(browser(person)),
        "nobody": Way(browser()),
    }
    columns: dict[str, Any] = {"narrow": {"permissions": pull}}
    owners: dict[str, Robot | User] = {
        "token": person,
        "narrow": person,
        "robot": furnished.robot,
        "boss": boss,
    }
    for who, owner in owners.items():
        token, secret = token_of(owner, name=f"way-{who}", **columns.get(who, {}))
        ways[who] = Way(bearer(secret), token)
    return ways


def table() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Method, address, and who gets what."""
    head, *lines = TABLE.strip().splitlines()
    for line in lines:
        method, where, *expected = line.split()
        yield method, where, dict(zip(head.split(), expected, strict=True))


def address(where: str, ids: Mapping[str, object]) -> str:
    of, _, below = where.partition("/")
    tail = f"{below}/" if below else ""
    if of == "list":
        return LIST
    return f"/api/v1/me/token/{tail}" if of == "own" else f"{LIST}{ids[of]}/{tail}"


def send(client: Client, method: str, path: str, body: dict[str, Any]) -> Any:
    ask = getattr(client, method.lower())
    return ask(path, body, **JSON) if method in {"POST", "PATCH"} else ask(path)


def test_what_answers_by_how_one_came(furnished: Cast, ways: dict[str, Way]) -> None:
    other, foreign = (token_of(user)[0].uuid for user in (furnished.owner, furnished.member))
    found, expected = {}, {}
    for method, where, row in table():
        body = BODIES.get(where, BODIES.get(method, COMPACT))
        for who, status in row.items():
            way = ways[who]
            ids = {"other": other, "foreign": foreign, "self": way.token and way.token.uuid}
            if status != "-":
                with undone():
                    answer = send(way.client, method, address(where, ids), body)
                found[method, where, who] = str(answer.status_code)
                expected[method, where, who] = status
    assert found == expected


def test_the_table_has_every_address() -> None:
    token = uuid4()
    paths = {reverse(name, kwargs=dict.fromkeys(parts, token)) for name, parts in BY_WAY.items()}
    ids = dict.fromkeys(("other", "self", "foreign"), token)
    assert {address(where, ids) for _, where, _ in table()} == paths


def test_what_is_refused_changes_nothing_and_says_why(
    furnished: Cast, ways: dict[str, Way]
) -> None:
    said = {
        "stale": "This takes a fresh sign-in",
        "token": "Sign in to the console to make a token.",
        "narrow": "Sign in to the console to make a token.",
        "robot": "A robot account has no personal access tokens.",
    }
    before = rows()
    for who, words in said.items():
        answer = ways[who].client.post(LIST, {"name": "new"} | COMPACT, **JSON)
        assert answer["Content-Type"] == "application/problem+json"
        assert words in answer.json()["detail"]
    for who in ("robot", "boss"):
        assert said["robot"] in ways[who].client.get(LIST).json()["detail"]
    assert "A narrowed token" in ways["narrow"].client.get(LIST).json()["detail"]
    assert rows() == before


def is_in_force(secret: str) -> bool:
    return hasattr(authenticate(None, secret, USE), "limits")


def test_a_token_is_made_shown_once_and_used(furnished: Cast, ways: dict[str, Way]) -> None:
    client = ways["fresh"].client
    answer = client.post(LIST, {"name": "new", "kind": "signed"}, **JSON)
    made = answer.json()
    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    assert answer["Location"] == f"{LIST}{made['access_id']}/"
    secret = made.pop("secret")
    ends = parse_datetime(made["expires_at"])
    assert ends is not None
    assert abs(ends - timezone.now() - timedelta(days=90)) < timedelta(minutes=5)
    assert (made["robot"], made.pop("login_name")) == (None, None)
    for again in (client.get(answer["Location"]), client.get(LIST)):
        assert secret not in text(again)
    assert Secret.objects.get(token__uuid=made["access_id"]).handed_over_at is not None
    me = bearer(secret).get("/api/v1/me/").json()
    assert (me["kind"], me["email"]) == ("user", "owner@example.com")
    assert me["token"]["access_id"] == made["access_id"]
    own = with_basic(made["access_id"], secret).get("/api/v1/me/token/").json()
    assert own["name"] == "new"


def test_a_narrowed_token_may_less(ways: dict[str, Way]) -> None:
    body = {"name": "new", "permissions": ["project:read"], "expires_in_days": -1} | COMPACT
    made = ways["fresh"].client.post(LIST, body, **JSON).json()
    assert (made["permissions"], made["expires_at"]) == (["project:read"], None)
    api = bearer(made["secret"])
    assert api.get("/api/v1/organizations/acme/projects/payments/").status_code == 200
    assert api.get("/api/v1/organizations/acme/events/").status_code == 403
    body = {"slug": "more", "name": "More"}
    assert api.post("/api/v1/organizations/acme/projects/", body, **JSON).status_code == 403


def test_a_repeated_request_makes_nothing_and_leads_to_the_token(ways: dict[str, Way]) -> None:
    headers = {"Idempotency-Key": "one"}
    client, body = ways["fresh"].client, {"name": "new"} | COMPACT
    first = client.post(LIST, body, headers=headers, **JSON)
    again = client.post(LIST, body, headers=headers, **JSON)
    assert (again.status_code, again["Location"]) == (409, first["Location"])
    assert "secret" not in again.json()


@pytest.mark.parametrize("body", [{"kind": "own"}, {"own_secret": "Correct-horse-9-battery"}])
def test_nobody_chooses_a_secret_of_their_own(ways: dict[str, Way], body: dict[str, str]) -> None:
    client = ways["fresh"].client
    assert client.post(LIST, {"name": "new"} | body, **JSON).status_code in {400, 422}
    own = {"kind": "own", "own_secret": "Correct-horse-9-battery"}
    answer = ways["token"].client.post("/api/v1/me/token/rotation/", own, **JSON)
    assert answer.status_code == 422
    assert "Own secrets are not allowed" in text(answer)


@pytest.mark.parametrize("who", ["token", "narrow", "boss"])
def test_a_token_rotates_itself(ways: dict[str, Way], who: str) -> None:
    way = ways[who]
    answer = way.client.post(
        "/api/v1/me/token/rotation/", COMPACT | {"old_ends": "first-use"}, **JSON
    )
    made = answer.json()
    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    assert way.token is not None
    assert made["access_id"] == str(way.token.uuid)
    assert bearer(made["secret"]).get("/api/v1/me/token/").json()["access_id"] == made["access_id"]
    assert len(made["secrets"]) == 2


def test_a_refreshed_token_has_one_secret(furnished: Cast, ways: dict[str, Way]) -> None:
    minted = create_personal_token(actor=furnished.owner, name="ci", kind="compact")
    where = f"{LIST}{minted.token.uuid}/refresh/"
    made = ways["fresh"].client.post(where, COMPACT, **JSON).json()
    assert not is_in_force(minted.plaintext.reveal())
    assert is_in_force(made["secret"])


def test_a_patch_disables_limits_and_extends(furnished: Cast, ways: dict[str, Way]) -> None:
    client, (token, secret) = ways["stale"].client, token_of(furnished.owner)
    where = f"{LIST}{token.uuid}/"
    changed = client.patch(where, {"disabled": True, "expires_in_days": 9}, **JSON).json()
    assert changed["state"] == "disabled"
    assert not is_in_force(secret)
    body = {"disabled": False, "addresses": ["192.0.2.0/24"]}
    changed = client.patch(where, body, **JSON).json()
    assert (changed["state"], changed["addresses"]) == ("active", ["192.0.2.0/24"])
    assert is_in_force(secret)
    assert client.patch(where, {"permissions": None}, **JSON).status_code == 400


def test_a_deleted_one_is_401_at_once(furnished: Cast) -> None:
    token, secret = token_of(furnished.owner)
    api = bearer(secret)
    assert api.delete(f"{LIST}{token.uuid}/").status_code == 204
    assert api.get("/api/v1/me/").status_code == 401


@pytest.mark.parametrize("gone", ["disabled", "deleted"])
def test_without_its_person_it_is_401_at_once(furnished: Cast, gone: str) -> None:
    api = bearer(token_of(furnished.member)[1])
    assert api.get("/api/v1/me/").status_code == 200
    people = User.objects.filter(pk=furnished.member.pk)
    people.update(is_active=False) if gone == "disabled" else furnished.member.delete()
    assert api.get("/api/v1/me/").status_code == 401
