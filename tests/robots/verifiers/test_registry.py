"""The registry token service as a protocol: every request in its contract, and every malformed one."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from console.models import Repository
from robots.models import Robot, Token
from robots.secrets import signing_keys
from robots.usage import counters
from tests.conftest import Cast
from tests.front import ask, basic
from tests.robots.verifiers.asking import FORM, OWN, URL, access, claims, get, post
from tests.secrets import compact_secret


@pytest.fixture(autouse=True)
def _fresh() -> None:
    counters.take()
    signing_keys.forget()


def test_no_credentials_and_no_scope_is_401(db: None) -> None:
    answer = get(None)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert answer.json["errors"][0]["code"] == "UNAUTHORIZED"


def test_login_without_scope_is_200_with_nothing_in_it(cast: Cast) -> None:
    assert claims(get(cast))["access"] == []


def test_anyone_pulls_what_is_public_and_nothing_more(cast: Cast) -> None:
    Repository.objects.filter(pk=cast.repository.pk).update(public=True)
    for asked in (f"{OWN}:pull", f"{OWN}:*", f"{OWN}:pull,push,delete"):
        assert access(get(None, asked)) == {"acme/payments/api": ["pull"]}
    assert claims(get(None, f"{OWN}:pull"))["sub"] == ""
    assert access(get(None, "repository:acme/payments/other:pull")) == {}


def test_a_robot_of_another_organization_pulls_what_is_public(cast: Cast) -> None:
    Repository.objects.filter(pk=cast.repository.pk).update(public=True)
    stranger = basic(cast.other_robot.login_name, cast.other_minted.plaintext.reveal())
    answer = ask(f"{URL}?service=registry&scope={OWN}:*", authorization=stranger)
    assert access(answer) == {"acme/payments/api": ["pull"]}


def test_a_private_and_a_missing_repository_look_the_same_to_strangers(cast: Cast) -> None:
    seen = {
        str(claims(get(None, f"repository:{name}:pull"))["access"])
        for name in ("acme/payments/api", "acme/payments/nope", "acme/nope/api", "nope/nope/nope")
    }
    assert seen == {"[]"}


REFUSED: dict[str, Callable[[Cast], str]] = {
    "wrong secret": lambda cast: basic(str(cast.token.uuid), "rbt_wrong"),
    "another's secret": lambda cast: basic(
        str(cast.token.uuid), cast.other_minted.plaintext.reveal()
    ),
    "unknown user": lambda cast: basic("nobody", cast.secret),
    "no password": lambda cast: basic(str(cast.token.uuid), ""),
    "malformed": lambda cast: "Basic x",
    "twice": lambda cast: ",".join([basic(str(cast.token.uuid), cast.secret)] * 2),
    "empty": lambda cast: "",
    "wrong bearer": lambda cast: "Bearer nope",
}


@pytest.mark.parametrize("how", REFUSED)
@pytest.mark.parametrize("scope", ["", f"&scope={OWN}:pull"])
def test_bad_credentials_are_401_with_and_without_scope(cast: Cast, how: str, scope: str) -> None:
    Repository.objects.update(public=True)
    answer = ask(f"{URL}?service=registry{scope}", authorization=REFUSED[how](cast))
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")


def test_every_refusal_reads_the_same(cast: Cast) -> None:
    before = get(cast, f"{OWN}:pull")
    assert before.status == 200
    bodies = {ask(f"{URL}?service=registry", authorization=basic("nobody", "x")).body}
    for model, field in ((Token, "revoked_at"), (Robot, "deleted_at"), (Robot, "disabled_at")):
        model.objects.update(**{field: timezone.now()})
        bodies.add(get(cast, f"{OWN}:pull").body)
        model.objects.update(**{field: None})
    assert len(bodies) == 1


def test_a_personal_token_is_told_so_only_when_it_is_right(cast: Cast) -> None:
    token = Token.objects.create(user=cast.owner, name="laptop", created_by="owner")
    secret = compact_secret(token)
    right = ask(f"{URL}?service=registry", authorization=basic(str(token.uuid), secret))
    wrong = ask(f"{URL}?service=registry", authorization=basic(str(token.uuid), secret[:-1]))
    assert (right.status, wrong.status) == (401, 401)
    (error,) = right.json["errors"]
    assert error["code"] == "UNAUTHORIZED"
    assert error["message"] == (
        "Personal access tokens cannot log in to a registry. Use a robot account's token."
    )
    assert "personal" not in wrong.body.decode()


@pytest.mark.parametrize(
    "query",
    ["service=other", "service=", "", "service=Registry", "service=registry&service=registry"],
)
def test_an_unknown_service_is_400_before_credentials_are_looked_at(cast: Cast, query: str) -> None:
    for authorization in (None, "malformed", basic("nobody", "x")):
        assert ask(f"{URL}?{query}", authorization=authorization).status == 400
    assert not counters.take()


MALFORMED = ["%ff=1", "service=registry&scope=%ff", "a=1&" * 200, "service=%e9"]


@pytest.mark.parametrize("query", MALFORMED)
def test_a_query_that_cannot_be_read_is_400(db: None, query: str) -> None:
    assert ask(f"{URL}?{query}").status == 400
    assert ask(URL, "POST", body=query.encode(), **FORM).status == 400


def test_what_is_not_needed_is_ignored(cast: Cast) -> None:
    query = (
        f"account=someone&client_id=docker&offline_token=true&x=y&service=registry&scope={OWN}:pull"
    )
    answer = ask(f"{URL}?{query}", authorization=basic(str(cast.token.uuid), cast.secret))
    assert access(answer)
    assert "refresh_token" not in answer.json


def test_a_password_grant_in_the_body(cast: Cast) -> None:
    answer = post(
        grant_type="password",
        username=cast.robot.login_name,
        password=cast.secret,
        client_id="docker",
        access_type="offline",
    )
    assert access(answer) == {"acme/payments/api": ["pull"]}
    assert "refresh_token" not in answer.json


def test_a_refresh_token_grant_carries_the_robots_own_secret(cast: Cast) -> None:
    answer = post(grant_type="refresh_token", refresh_token=cast.secret)
    assert access(answer) == {"acme/payments/api": ["pull"]}


FAULTY_POSTS = [
    ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
    ({"grant_type": "authorization_code", "code": "x"}, 400, "unsupported_grant_type"),
    ({"grant_type": "Password"}, 400, "unsupported_grant_type"),
    ({}, 400, "invalid_request"),
    ({"grant_type": "password", "password": "x"}, 400, "invalid_request"),
    ({"grant_type": "password", "username": "x"}, 400, "invalid_request"),
    ({"grant_type": "refresh_token"}, 400, "invalid_request"),
    ({"grant_type": "password", "username": "x", "password": "x"}, 401, "invalid_grant"),
    ({"grant_type": "refresh_token", "refresh_token": "x"}, 401, "invalid_grant"),
    ({"grant_type": "password", "service": "other"}, 400, "invalid_request"),
    ({"grant_type": "password", "scope": "x"}, 400, "invalid_scope"),
]


@pytest.mark.parametrize(("fields", "status", "error"), FAULTY_POSTS)
def test_a_faulty_post_is_answered_in_oauth2s_words(
    db: None, fields: dict[str, str], status: int, error: str
) -> None:
    answer = post(**fields)
    assert (answer.status, answer.json["error"]) == (status, error)


def test_a_post_of_something_else_is_415(db: None) -> None:
    for kind in ("", "application/json", "multipart/form-data"):
        assert ask(URL, "POST", body=b"{}", CONTENT_TYPE=kind).status == 415
    charset = "application/x-www-form-urlencoded; charset=UTF-8"
    assert ask(URL, "POST", body=b"service=other", CONTENT_TYPE=charset).status == 400


def test_credentials_in_header_and_body_are_400(cast: Cast) -> None:
    body = urlencode(
        {"service": "registry", "grant_type": "refresh_token", "refresh_token": cast.secret}
    ).encode()
    assert ask(URL, "POST", body=body, authorization=basic("a", "b"), **FORM).status == 400


def test_a_bearer_is_taken_without_a_user_name(cast: Cast) -> None:
    answer = ask(f"{URL}?service=registry&scope={OWN}:pull", authorization=f"Bearer {cast.secret}")
    assert access(answer)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_405(db: None, method: str) -> None:
    answer = ask(URL, method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


def test_an_access_id_in_capitals_is_a_user_name(cast: Cast) -> None:
    for name in (str(cast.token.uuid).upper(), str(cast.token.uuid)):
        answer = ask(f"{URL}?service=registry", authorization=basic(name, cast.secret))
        assert answer.status == 200


@pytest.mark.parametrize(
    "path", ["/service/", "/service/tokens", "/service/token/", "/service/x/y"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "DELETE"])
def test_what_there_is_not_below_service_is_said_to_registry_clients(
    path: str, method: str
) -> None:
    answer = ask(path, method)
    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/json"
    if method != "HEAD":
        (error,) = answer.json["errors"]
        assert (error["code"], "/service/token" in error["message"]) == ("NOT_FOUND", True)
