"""Each verifier that says yes takes note of what was used and where, from memory as well; a no is no use."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console.permissions.vocabulary import Permission
from console.services.services import create_service
from robots.models import PermissionUse, RobotGrant
from robots.secrets import signing_keys
from robots.usage import counters
from robots.usage.flush import flush
from teams.grants.services import GrantSpec, give
from teams.roles.services import create_role
from tests.api.callers import bearer, token_of
from tests.conftest import Cast
from tests.counting import counted
from tests.front import ask, basic
from tests.registry import granted
from tests.robots.trusts.foreign import Issuer, exchanged, trusting
from tests.robots.verifiers import proxied
from tests.robots.verifiers.kubernetes.asking import groups
from tests.robots.verifiers.kubernetes.asking import proof as cluster_proof
from tests.robots.verifiers.kubernetes.asking import register as register_cluster
from tests.robots.verifiers.oauth.asking import (
    API,
    access_token,
    introspect,
    login,
    proof,
    register,
)
from tests.robots.verifiers.proxied import Known
from tests.robots.verifiers.puller import PLACE, SCOPE, Puller

pytestmark = pytest.mark.usefixtures("listed", "clock")
PULL, PUSH = Permission.ARTIFACT_PULL, Permission.ARTIFACT_PUSH


@pytest.fixture(autouse=True)
def _fresh_keys() -> None:
    """Those that another test made went with its rows."""
    signing_keys.forget()


def noted(cast: Cast) -> dict[str, set[str]]:
    """The permissions that were used, by the place."""
    flush()
    places = {
        (0, 0): "everywhere",
        (cast.project.pk, 0): "project",
        (cast.project.pk, cast.repository.pk): "repository",
    }
    found: dict[str, set[str]] = {}
    for use in PermissionUse.objects.all():
        place = places[use.project_id, use.repository_id]
        found.setdefault(place, set()).add(use.permission)
    return found


def test_a_registry_token_uses_what_it_grants(cast: Cast) -> None:
    assert granted(login(cast)) == ["pull", "push"]
    assert noted(cast) == {"repository": {PULL, PUSH}}


def test_less_than_was_asked_is_less_used(cast: Cast) -> None:
    RobotGrant.objects.update(permissions={PULL})
    assert granted(login(cast)) == ["pull"]
    assert noted(cast) == {"repository": {PULL}}


def begin_anew() -> None:
    """As if nothing had been used; what verifiers remember they still do."""
    flush()
    PermissionUse.objects.all().delete()
    counters._written.clear()


def test_what_is_answered_from_memory_is_used(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    puller = Puller(cast, cast.organization)
    puller.is_let_in_and_remembered()
    calls: dict[str, Callable[[], object]] = {
        "registry": lambda: ask(SCOPE, authorization=puller.login),
        "proxy": puller.question,
        "verify": puller.verification,
    }
    for name, call in calls.items():
        begin_anew()
        with counted(monkeypatch) as asked:
            call()
        assert (name, len(asked)) == (name, 1)
        assert noted(cast) == {"repository": {PULL}}
    for call in (puller.oauth, lambda: puller.introspect(puller.secret)):
        begin_anew()
        with counted(monkeypatch) as asked:
            call()
        assert len(asked) <= 2
        assert noted(cast) == {"everywhere": {PULL}}


def test_a_use_is_written_once_a_day(cast: Cast, clock: time_machine.Traveller) -> None:
    for day in range(3):
        for _ in range(3):
            granted(login(cast))
            with CaptureQueriesContext(connection) as queries:
                flush()
            written = [it["sql"] for it in queries if "robots_permissionuse" in it["sql"]]
            assert bool(written) == (_ == 0), day
        clock.shift(timedelta(days=1))
    days = {(timezone.now() - timedelta(days=1)).date()}
    assert set(PermissionUse.objects.values_list("last_used_on", flat=True)) == days


def test_a_path_without_a_row_is_used_in_its_project(cast: Cast) -> None:
    path = "/service/token?service=registry&scope=repository:acme/payments/new:push"
    assert granted(login(cast), path) == ["push"]
    assert noted(cast) == {"project": {PUSH}}


def test_what_is_public_is_used_by_who_holds_it_and_by_nobody_else(cast: Cast) -> None:
    cast.repository.public = True
    cast.repository.save()
    assert granted() == ["pull"]
    RobotGrant.objects.update(permissions={PUSH})
    assert granted(login(cast)) == ["pull", "push"]
    assert noted(cast) == {"repository": {PULL, PUSH}}
    begin_anew()
    RobotGrant.objects.update(permissions={"chart:read"})
    assert granted(login(cast)) == ["pull"]
    assert noted(cast) == {}


def test_a_proxy_uses_all_that_it_needed(known: Known, cast: Cast) -> None:
    proxied.register(cast, cast.organization)
    known.hold("r", {PUSH, "tag:create", "tag:delete"})
    answer = proxied.question("PUT", "/v2/acme/payments/api/manifests/v1", known.login)
    assert answer.status == 200
    assert noted(cast) == {"repository": {PUSH, "tag:create"}}


def test_what_a_proxy_is_refused_is_no_use(known: Known, cast: Cast) -> None:
    proxied.register(cast, cast.organization)
    known.hold("r", {PUSH})
    answer = proxied.question("PUT", "/v2/acme/payments/api/manifests/v1", known.login)
    assert answer.status == 403
    assert noted(cast) == {}


@pytest.mark.parametrize(
    ("resource", "place"),
    [("acme", "everywhere"), ("acme/payments", "project"), ("acme/payments/api", "repository")],
)
def test_a_verified_permission_is_used_where_it_was_asked_about(
    known: Known, cast: Cast, resource: str, place: str
) -> None:
    proxied.register(cast, cast.organization)
    known.hold("o", {"scan:create"})
    assert proxied.verification(known.login, "scan:create", resource).status == 200
    assert noted(cast) == {place: {"scan:create"}}


def test_a_resource_servers_token_uses_its_scope_everywhere(cast: Cast) -> None:
    register(cast, cast.organization)
    access_token(cast, scope="artifact:pull chart:delete")
    assert noted(cast) == {"everywhere": {PULL, "chart:delete"}}


def test_a_token_for_a_registry_uses_what_it_is_granted_there(cast: Cast) -> None:
    token = access_token(cast, audience="registry")
    assert noted(cast) == {}
    assert granted(login(cast, token)) == ["pull", "push"]
    assert noted(cast) == {"repository": {PULL, PUSH}}


def test_introspection_uses_what_it_tells(cast: Cast) -> None:
    service = register(cast, cast.organization)
    token = access_token(cast, scope="artifact:pull chart:read")
    begin_anew()
    RobotGrant.objects.update(permissions={PULL})
    assert introspect(proof(cast, service), token)["scope"] == "artifact:pull"
    assert noted(cast) == {"everywhere": {PULL}}


def test_a_trust_uses_what_its_token_is_for(cast: Cast) -> None:
    register(cast, cast.organization)
    issuer = Issuer()
    trust = trusting(cast, issuer)
    exchanged(issuer.token(trust.audience), audience=API, scope="artifact:pull")
    assert noted(cast) == {"everywhere": {PULL}}


def test_a_catalog_uses_the_view_of_everything(known: Known, cast: Cast) -> None:
    known.hold("o", {"repository:view"})
    create_service(
        actor=cast.owner, organization=cast.organization, name="own", host="own.example.com"
    )
    path = "/service/token?service=acme/own&scope=registry:catalog:*"
    assert granted(known.login, path) == ["*"]
    assert noted(cast) == {"everywhere": {"repository:view"}}


def test_a_group_of_a_cluster_uses_all_of_its_role(known: Known, cast: Cast) -> None:
    cluster = cluster_proof(cast, register_cluster(cast, cast.organization))
    organization, robot = cast.organization, cast.organization_robot
    permissions = frozenset({PULL, Permission.SCAN_CREATE})
    role = create_role(
        actor=cast.owner, organization=organization, name="release", permissions=permissions
    )
    give(actor=cast.owner, holder=robot, spec=GrantSpec(organization, custom_role=role))
    give(
        actor=cast.owner,
        holder=robot,
        spec=GrantSpec(organization, permissions=frozenset({Permission.TAG_DELETE})),
    )
    assert groups(cluster, known.secret) == ["roster:org:acme", "roster:role:acme:release"]
    assert noted(cast) == {"everywhere": set(permissions)}


def test_the_api_uses_what_it_asks_about(cast: Cast) -> None:
    robot = cast.organization_robot
    needed = frozenset({Permission.ROBOT_READ, Permission.TOKEN_READ, Permission.TOKEN_DELETE})
    spec = GrantSpec(cast.organization, cast.project, permissions=needed | {PULL})
    give(actor=cast.owner, holder=robot, spec=spec)
    api, url = bearer(token_of(robot)[1]), f"/api/v1/organizations/acme/robots/{cast.robot.uuid}/"
    assert api.get(url).status_code == 200
    assert noted(cast) == {"project": {"robot:read"}}
    assert api.delete(f"{url}tokens/{cast.token.uuid}/").status_code == 204
    assert noted(cast) == {"project": set(needed)}
    assert api.patch(url, {"description": "x"}, "application/json").status_code == 403
    assert noted(cast) == {"project": set(needed)}


def test_who_reads_a_single_project_uses_that(cast: Cast) -> None:
    read = frozenset({Permission.PROJECT_READ})
    spec = GrantSpec(cast.organization, cast.project, permissions=read)
    give(actor=cast.owner, holder=cast.organization_robot, spec=spec)
    api = bearer(token_of(cast.organization_robot)[1])
    assert api.get("/api/v1/organizations/acme/projects/payments/").status_code == 200
    assert noted(cast) == {"project": {"project:read"}}


def test_what_is_conferred_is_used(cast: Cast) -> None:
    """Nobody gives what they do not hold, so who gives it needs it."""
    robot = cast.organization_robot
    held = frozenset({Permission.GRANT_CREATE, Permission.ROBOT_READ, Permission.CHART_READ, PULL})
    give(
        actor=cast.owner,
        holder=robot,
        spec=GrantSpec(cast.organization, cast.project, permissions=held),
    )
    body = {"robot": str(cast.robot.uuid), "project": "payments", "permissions": ["chart:read"]}
    url = "/api/v1/organizations/acme/grants/"
    answer = bearer(token_of(robot)[1]).post(url, body, "application/json")
    assert answer.status_code == 201, answer.content
    assert Permission.CHART_READ in noted(cast)["project"]
    assert PULL not in noted(cast)["project"]


def test_what_people_use_is_not_kept(cast: Cast) -> None:
    api = bearer(token_of(cast.owner)[1])
    assert api.get("/api/v1/organizations/acme/robots/").status_code == 200
    create_service(
        actor=cast.owner,
        organization=cast.organization,
        name="people",
        host="people.example.com",
        personal_tokens="all",
    )
    token, secret = token_of(cast.owner)
    path = f"/service/token?service=acme/people&scope=repository:{PLACE}:pull"
    assert granted(basic(str(token.uuid), secret), path) == ["pull"]
    assert noted(cast) == {}
