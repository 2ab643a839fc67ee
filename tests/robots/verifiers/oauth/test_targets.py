"""For whom an access token is, and with which scope: what is asked, and what of that is given."""

import pytest

from console.permissions.vocabulary import DATA_PERMISSIONS, Permission
from robots.tokens.services.tokens import create_token
from teams.grants.services import GrantSpec, give
from tests.conftest import Cast
from tests.robots.verifiers.oauth.asking import (
    API,
    GRANT,
    access_token,
    claims,
    fault,
    introspect,
    login,
    post,
    proof,
    register,
    request,
)


@pytest.mark.parametrize("parameter", ["audience", "resource"])
@pytest.mark.parametrize("name", [API, "acme/api"])
def test_it_is_for_the_named_service(cast: Cast, parameter: str, name: str) -> None:
    register(cast, cast.organization)
    register(cast, cast.organization, name="second", audience="")
    assert claims(access_token(cast, **{parameter: name}))["aud"] == API
    assert claims(access_token(cast, **{parameter: "acme/second"}))["aud"] == "acme/second"


def test_a_service_of_the_site_is_for_all_and_goes_first(cast: Cast) -> None:
    register(cast, None, name="site", audience="")
    assert claims(access_token(cast, audience="site"))["aud"] == "site"
    assert claims(access_token(cast))["aud"] == "site"


@pytest.mark.parametrize(
    "asked", [{}, {"audience": "globex/api"}, {"audience": "https://other.example.com"}]
)
def test_another_organizations_service_is_none(cast: Cast, asked: dict[str, str]) -> None:
    register(cast, cast.other_organization, audience="https://other.example.com")
    assert fault(request(cast, **asked)) == (400, "invalid_target")


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"audience": "nowhere"},
        {"audience": "api"},
        {"audience": "acme/"},
        {"audience": "https://api.example.com/"},
        {"audience": API, "resource": "acme/second"},
    ],
)
def test_what_names_no_service_or_several_is_refused(cast: Cast, asked: dict[str, str]) -> None:
    register(cast, cast.organization)
    register(cast, cast.organization, name="second", audience="")
    assert fault(request(cast, **asked)) == (400, "invalid_target")


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("artifact:pull", "artifact:pull"),
        ("artifact:push artifact:pull", "artifact:pull artifact:push"),
        ("artifact:pull robot:delete no:such", "artifact:pull"),
    ],
)
def test_the_scope_is_what_is_asked_and_held(cast: Cast, asked: str, given: str) -> None:
    register(cast, cast.organization)
    answer = request(cast, scope=asked)
    assert answer.json["scope"] == given
    assert claims(answer.json["access_token"])["scope"] == given


@pytest.mark.parametrize("scope", ["robot:delete", "no:such", "repository:acme/x:pull", " ", "ä"])
def test_a_scope_of_which_nothing_is_held_is_refused(cast: Cast, scope: str) -> None:
    register(cast, cast.organization)
    assert fault(request(cast, scope=scope)) == (400, "invalid_scope")


def test_without_a_scope_it_is_all_data_permissions(cast: Cast) -> None:
    register(cast, cast.organization)
    more = frozenset({Permission.ROBOT_READ, Permission.REPOSITORY_VIEW})
    give(
        actor=cast.owner,
        holder=cast.robot,
        spec=GrantSpec(cast.organization, cast.project, permissions=more),
    )
    assert set(request(cast).json["scope"].split()) == DATA_PERMISSIONS
    assert request(cast, scope="robot:read").json["scope"] == "robot:read"


def test_a_narrowed_token_gives_no_more_than_it_has(cast: Cast) -> None:
    register(cast, cast.organization)
    minted = create_token(
        actor=cast.owner,
        robot=cast.robot,
        name="narrow",
        kind="compact",
        permissions=frozenset({Permission.ARTIFACT_PUSH}),
    )
    authorization = login(cast, minted.plaintext.reveal())
    assert post("token", GRANT, authorization).json["scope"] == "artifact:pull artifact:push"
    wanted = GRANT | {"scope": "chart:read"}
    assert fault(post("token", wanted, authorization)) == (400, "invalid_scope")


def test_what_a_projects_robot_holds_elsewhere_counts_for_nothing(cast: Cast) -> None:
    register(cast, cast.organization)
    cast.robot.grants.update(project=None)
    assert request(cast).status == 200
    other = cast.organization.projects.create(slug="second", name="Second")
    cast.robot.grants.update(project=other)
    assert fault(request(cast)) == (400, "invalid_scope")


def test_a_robot_without_grants_gets_none(cast: Cast) -> None:
    register(cast, cast.organization)
    cast.robot.grants.all().delete()
    assert fault(request(cast)) == (400, "invalid_scope")


def test_a_token_with_every_permission_is_not_too_long(cast: Cast) -> None:
    service = register(cast, cast.organization)
    cast.robot.grants.update(permissions=frozenset(Permission))
    every = " ".join(sorted(Permission))
    token = access_token(cast, scope=every)
    assert introspect(proof(cast, service), token)["scope"] == every
