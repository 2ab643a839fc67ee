"""Registries of the site and of organizations: whom they let in, what they are told, and from when."""

from typing import Any

import pytest

from console.models import Organization, Repository, Service
from console.permissions.vocabulary import TICKABLE, Permission
from console.services.services import create_service, delete_service, update_service
from robots.tokens.services.tokens import create_personal_token, create_token
from teams.grants.services import GrantSpec, give
from tests.conftest import Cast
from tests.front import Answer, ask, basic
from tests.robots.verifiers.asking import claims, part

SCOPE = "repository:acme/payments/api:pull,push"


def at(service: str, scope: str = SCOPE) -> str:
    return f"/service/token?service={service}&scope={scope}"


def login(cast: Cast) -> str:
    return basic(cast.robot.login_name, cast.secret)


def actions(answer: Answer) -> list[str]:
    return sorted(action for entry in claims(answer)["access"] for action in entry["actions"])


def register(cast: Cast, organization: Organization | None, **more: Any) -> Service:
    actor = cast.owner if organization == cast.organization else cast.stranger
    if organization is None:
        actor = cast.operator
    values = {"name": "mirror", "host": "mirror.example.com:5000"} | more
    return create_service(actor=actor, organization=organization, **values)


def test_an_organizations_registry_is_asked_for_by_its_path(cast: Cast) -> None:
    assert ask(at("acme/mirror"), authorization=login(cast)).status == 400
    register(cast, cast.organization)
    answer = ask(at("acme/mirror"), authorization=login(cast))
    assert claims(answer)["aud"] == "acme/mirror"
    assert actions(answer) == ["pull", "push"]
    assert claims(ask(at("registry"), authorization=login(cast)))["aud"] == "registry"


def test_a_registry_of_the_site_lets_every_organization_in(cast: Cast) -> None:
    register(cast, None)
    assert claims(ask(at("mirror"), authorization=login(cast)))["aud"] == "mirror"
    assert ask(at("acme/mirror"), authorization=login(cast)).status == 400


def test_it_sees_its_own_organizations_tokens_alone(cast: Cast) -> None:
    """Nothing that is said tells whether the token would do elsewhere."""
    register(cast, cast.other_organization)
    refused = ask(at("globex/mirror"), authorization=login(cast))
    wrong = ask(at("globex/mirror"), authorization=basic(cast.robot.login_name, "x" * 20))
    assert (refused.status, refused.body) == (wrong.status, wrong.body)
    assert refused.status == 401


def test_what_is_public_elsewhere_is_nothing_to_it(cast: Cast) -> None:
    Repository.objects.update(public=True)
    register(cast, cast.other_organization)
    assert actions(ask(at("globex/mirror"))) == []
    assert actions(ask(at("registry"))) == ["pull"]


def test_the_name_may_begin_with_its_own_host(cast: Cast) -> None:
    register(cast, cast.organization)
    scope = "repository:mirror.example.com:5000/acme/payments/api:pull"
    (entry,) = claims(ask(at("acme/mirror", scope), authorization=login(cast)))["access"]
    assert entry["name"] == "acme/payments/api"
    assert actions(ask(at("registry", scope), authorization=login(cast))) == []


@pytest.mark.parametrize("uses_x5c", [True, False])
def test_its_tokens_carry_their_certificate_where_it_wants_that(cast: Cast, uses_x5c: bool) -> None:
    register(cast, cast.organization, uses_x5c=uses_x5c)
    token = ask(at("acme/mirror"), authorization=login(cast)).json["token"]
    assert ("x5c" in part(token, 0)) is uses_x5c


@pytest.mark.parametrize(
    ("personal_tokens", "expected"), [("none", None), ("pull", ["pull"]), ("all", ["pull", "push"])]
)
def test_what_peoples_own_tokens_may_do_is_a_switch(
    cast: Cast, personal_tokens: str, expected: list[str] | None
) -> None:
    register(cast, cast.organization, personal_tokens=personal_tokens)
    secret = create_personal_token(
        actor=cast.owner, name="laptop", kind="compact"
    ).plaintext.reveal()
    answer = ask(at("acme/mirror"), authorization=basic("owner@example.com", secret))
    assert answer.status == 401  # that is no name of the token
    answer = ask(at("acme/mirror"), authorization=f"Bearer {secret}")
    assert (None if answer.status == 401 else actions(answer)) == expected


def test_a_change_and_the_end_count_from_the_next_request(cast: Cast) -> None:
    service = register(cast, cast.organization)
    update_service(actor=cast.owner, service=service, host="other.example.com")
    scope = "repository:other.example.com/acme/payments/api:pull"
    assert actions(ask(at("acme/mirror", scope), authorization=login(cast))) == ["pull"]
    delete_service(actor=cast.owner, service=service)
    assert ask(at("acme/mirror"), authorization=login(cast)).status == 400


@pytest.mark.parametrize("whole", [True, False])
def test_the_catalog_is_for_who_sees_all_that_its_organization_has(cast: Cast, whole: bool) -> None:
    register(cast, cast.organization)
    robot = cast.organization_robot
    place = None if whole else cast.project
    seen = frozenset({Permission.REPOSITORY_VIEW, *TICKABLE})
    give(
        actor=cast.owner,
        holder=robot,
        spec=GrantSpec(cast.organization, place, permissions=seen),
    )
    minted = create_token(actor=cast.owner, robot=robot, name="list", kind="compact")
    secret = minted.plaintext.reveal()
    catalog = "registry:catalog:*"
    mine = ask(at("acme/mirror", catalog), authorization=basic(robot.login_name, secret))
    assert actions(mine) == (["*"] if whole else [])
    every = ask(at("registry", catalog), authorization=basic(robot.login_name, secret))
    assert actions(every) == []


@pytest.mark.parametrize(
    "name", ["", "acme/", "/mirror", "acme/mirror/x", "globex/registry", "%00"]
)
def test_a_service_that_is_not_there_is_400_whatever_comes_with_it(cast: Cast, name: str) -> None:
    register(cast, cast.organization)
    assert ask(at(name), authorization=login(cast)).status == 400
    assert ask(at(name), authorization="Basic !").status == 400


def test_the_environments_registry_goes_first(cast: Cast, settings: Any) -> None:
    register(cast, cast.organization)
    settings.ROSTER_REGISTRY_SERVICE = "acme/mirror"
    settings.ROSTER_REGISTRY_X5C = False
    token = ask(at("acme/mirror"), authorization=login(cast)).json["token"]
    assert "x5c" not in part(token, 0)


def test_the_environments_registry_has_switches_too(cast: Cast) -> None:
    service = Service.objects.get(from_environment=True)
    secret = create_personal_token(
        actor=cast.owner, name="laptop", kind="compact"
    ).plaintext.reveal()
    assert ask(at("registry"), authorization=f"Bearer {secret}").status == 401
    update_service(actor=cast.operator, service=service, personal_tokens="pull")
    assert actions(ask(at("registry"), authorization=f"Bearer {secret}")) == ["pull"]
