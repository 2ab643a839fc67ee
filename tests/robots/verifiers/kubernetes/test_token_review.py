"""`POST /kubernetes/token-review`: whom a cluster is told, and that it is told nothing else."""

from datetime import timedelta

import kubernetes_validate
import pytest
from django.utils import timezone

from console.minted_secrets import Plaintext
from console.models import ServiceSecret
from console.permissions.vocabulary import Permission
from console.services.services import create_service_secret, delete_service, update_service
from robots.models import Token, Usage
from robots.tokens.services.addresses import change_token_addresses
from robots.tokens.services.tokens import create_token
from robots.usage import flush
from tests.conftest import Cast
from tests.front import Answer, basic
from tests.interop.api_server import token_review
from tests.robots.verifiers.asking import get
from tests.robots.verifiers.kubernetes.asking import (
    REFUSED,
    VERSION,
    post,
    proof,
    register,
    reviewed,
)
from tests.robots.verifiers.oauth.asking import introspect, signed
from tests.robots.verifiers.oauth.asking import proof as resource_proof
from tests.robots.verifiers.oauth.asking import register as register_resource

# Of those that Kubernetes has published, an old one and the newest here.
SCHEMAS = ("1.28", "1.37")

# A `Status` of Kubernetes, beside its message.
UNAUTHORIZED = {
    "apiVersion": "v1",
    "kind": "Status",
    "status": "Failure",
    "message": "",
    "reason": "Unauthorized",
    "code": 401,
}


def fits_the_schema(answer: Answer) -> bool:
    """Whether Kubernetes' own schema takes it, without a member that it does not know."""
    for version in SCHEMAS:
        kubernetes_validate.validate(answer.json, version, strict=True)
    return True


@pytest.mark.parametrize("kind", ["compact", "signed"])
def test_a_project_robots_token_is_that_robot(cast: Cast, cluster: str, kind: str) -> None:
    secret = cast.secret if kind == "compact" else signed(cast)
    answer = post(token_review(secret), cluster)
    assert fits_the_schema(answer)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    token = Token.objects.get(robot=cast.robot, secrets__kind=kind)
    assert answer.json == {
        "apiVersion": VERSION,
        "kind": "TokenReview",
        "spec": {"token": ""},
        "status": {
            "authenticated": True,
            "user": {
                "username": f"roster:robot:acme:payments:{cast.robot.name}",
                "uid": str(cast.robot.uuid),
                "groups": ["roster:org:acme"],
                "extra": {"127.0.0.1/access-id": [str(token.uuid)]},
            },
        },
    }


def test_an_organizations_robot_has_no_project_in_its_name(cast: Cast, cluster: str) -> None:
    robot = cast.organization_robot
    minted = create_token(actor=cast.owner, robot=robot, name="t", kind="compact")
    user = reviewed(cluster, minted.plaintext.reveal())["user"]
    assert user["username"] == f"roster:robot:acme:{robot.name}"
    assert user["uid"] == str(robot.uuid)


def test_of_what_is_refused_nothing_is_said(cast: Cast, cluster: str) -> None:
    """Whatever it is: an answer to one that is known is that to one that nobody ever had."""
    create_token(actor=cast.owner, robot=cast.robot, name="own", own=Plaintext("Sommer-2026"))
    registrys = get(cast, "repository:acme/payments/api:pull").json["token"]
    others = cast.other_minted.plaintext.reveal()
    wrong = cast.secret[:-1] + ("a" if cast.secret[-1] != "a" else "b")
    own = cluster.removeprefix("Bearer ")
    made_up = ("x", "rbt_" + "a" * 42, "a.b.c", "ünïcode", "x" * 5000, "eyJhbGciOiJub25lIn0.e30.")
    for token in (wrong, "Sommer-2026", registrys, others, own, *made_up):
        answer = post(token_review(token), cluster)
        assert fits_the_schema(answer)
        assert (answer.status, answer.json["status"]) == (200, REFUSED), token
    Token.objects.update(disabled_at=timezone.now())
    assert reviewed(cluster, cast.secret) == REFUSED


def test_a_narrowed_token_is_good_for_what_it_is_narrowed_to(cast: Cast, cluster: str) -> None:
    """A cluster's rights are nothing of that."""
    Token.objects.update(permissions=frozenset({Permission.ARTIFACT_PULL}))
    assert reviewed(cluster, cast.secret) == REFUSED
    assert flush.flush()
    assert Usage.objects.get(verifier="kubernetes").outcome == "narrowed token"


@pytest.mark.parametrize("exempt", [False, True])
def test_a_token_that_is_limited_to_networks_takes_an_exempt_service(
    cast: Cast, exempt: bool
) -> None:
    service = register(cast, cast.organization, exempt_from_addresses=exempt)
    change_token_addresses(actor=cast.owner, token=cast.token, addresses="192.0.2.0/24")
    assert reviewed(proof(cast, service), cast.secret)["authenticated"] is exempt


def test_a_site_s_cluster_knows_everybodys_robots(cast: Cast) -> None:
    cluster = proof(cast, register(cast, None))
    for secret, slug in ((cast.secret, "acme"), (cast.other_minted.plaintext.reveal(), "globex")):
        assert reviewed(cluster, secret)["user"]["groups"] == [f"roster:org:{slug}"]


def refused(answer: Answer) -> bool:
    """A 401 in Kubernetes' words."""
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="http://127.0.0.1:8000"'
    assert answer.json["message"]
    return (answer.status, answer.json | {"message": ""}) == (401, UNAUTHORIZED)


def test_only_a_cluster_asks_and_proves_itself(cast: Cast, cluster: str) -> None:
    """Before anything is read of what it sent."""
    service, secret = register(cast, None, name="other"), cluster.removeprefix("Bearer ")
    other = proof(cast, service)
    delete_service(actor=cast.operator, service=service)
    resource = register_resource(cast, cast.organization)
    client = resource_proof(cast, resource)
    of_resource = create_service_secret(actor=cast.owner, service=resource).plaintext.reveal()
    tried = [None, "", client, basic("prod", secret), f"Bearer {cast.secret}", other]
    tried += [f"Bearer {of_resource}", f"Bearer {secret[:-1]}", f"{cluster}, {cluster}", "Bearer "]
    tried += [f"bearer  {secret}", f"Bearer rsv_{'0' * 42}", f"Bearer {secret.swapcase()}"]
    for authorization in tried:
        assert refused(post(token_review(cast.secret), authorization)), authorization
        assert refused(post(b"{", authorization)), authorization
    assert introspect(client, cast.secret)["active"] is True


def test_a_new_secret_overlaps_with_the_one_before(cast: Cast) -> None:
    service = register(cast, cast.organization)
    old, new = proof(cast, service), proof(cast, service)
    assert [post(token_review(cast.secret), each).status for each in (old, new)] == [200, 200]
    ServiceSecret.objects.filter(ends_at__isnull=False).update(ends_at=timezone.now())
    assert refused(post(token_review(cast.secret), old))
    assert reviewed(new, cast.secret)["authenticated"] is True


def test_an_end_counts_where_it_was_remembered(cast: Cast) -> None:
    service = register(cast, cast.organization)
    cluster = proof(cast, service)
    for _ in range(3):
        assert reviewed(cluster, cast.secret)["authenticated"] is True
    create_service_secret(actor=cast.owner, service=service, overlap=timedelta())
    assert refused(post(token_review(cast.secret), cluster))


def test_both_are_counted(cast: Cast, cluster: str) -> None:
    assert reviewed(cluster, cast.secret)["authenticated"] is True
    Token.objects.update(blocked_at=timezone.now())
    reviewed(cluster, cast.secret)
    assert flush.flush()
    counts = dict(Usage.objects.filter(verifier="kubernetes").values_list("outcome", "count"))
    assert counts == {"accepted": 1, "blocked": 1}
    used = Token.objects.get(pk=cast.token.pk)
    assert (used.last_used_verifier, used.last_used_agent) == ("kubernetes", "acme/prod")
    assert used.last_used_address == ""
    assert ServiceSecret.objects.get().last_used_at is not None


def test_what_fails_inside_lets_nobody_in(cast: Cast, cluster: str) -> None:
    """A secret's root that is gone from the keyring is a fault of the site."""
    service = ServiceSecret.objects.get().service
    update_service(actor=cast.owner, service=service, description="x")
    Token.objects.get(pk=cast.token.pk).secrets.update(root_number=99)
    answer = post(token_review(cast.secret), cluster)
    assert answer.status == 503
    assert answer.headers["Retry-After"]
