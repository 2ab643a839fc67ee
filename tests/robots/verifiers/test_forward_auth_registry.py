"""What of a registry takes which permissions, as a proxy in front of it is told."""

import itertools

import pytest

from console.models import Repository
from console.permissions.vocabulary import DATA_PERMISSIONS, Permission
from robots.verifiers.forward_auth.table import BY_METHOD, TABLE, find_row
from tests.robots.verifiers.proxied import KINDS, Known, Reply, question, register

pytestmark = pytest.mark.usefixtures("listed")

DIGEST = f"sha256:{'0a' * 32}"
REPOSITORY = "/v2/acme/payments/api"
HARBOR = "/api/v2.0/projects/payments/repositories/api/artifacts"
# Where: o the organization, p acme/payments, r acme/payments/api, s acme/payments/other (no row yet).
NEEDED = f"""
GET     /v2/_catalog                                         o repository:view
GET     {REPOSITORY}/manifests/latest                        r artifact:pull
HEAD    {REPOSITORY}/manifests/{DIGEST}                      r artifact:pull
GET     {REPOSITORY}/blobs/{DIGEST}                          r artifact:pull
HEAD    {REPOSITORY}/blobs/{DIGEST}                          r artifact:pull
GET     {REPOSITORY}/tags/list                               r artifact:pull
GET     {REPOSITORY}/tags/list?n=10&last=v%2B1               r artifact:pull
GET     {REPOSITORY}/referrers/{DIGEST}?artifactType=a%2Fb   r artifact:pull
PUT     {REPOSITORY}/manifests/v1.0                          r artifact:push tag:create
PUT     {REPOSITORY}/manifests/{DIGEST}                      r artifact:push
PUT     {REPOSITORY}/manifests/{DIGEST}?tag=v1.0             r artifact:push tag:create
PUT     {REPOSITORY}/manifests/{DIGEST}?t%61g=v1.0           r artifact:push tag:create
DELETE  {REPOSITORY}/manifests/v1.0                          r tag:delete
DELETE  {REPOSITORY}/manifests/{DIGEST}                      r artifact:delete
DELETE  {REPOSITORY}/blobs/{DIGEST}                          r artifact:delete
POST    {REPOSITORY}/blobs/uploads/                          r artifact:push
POST    {REPOSITORY}/blobs/uploads/?digest={DIGEST}          r artifact:push
GET     {REPOSITORY}/blobs/uploads/5c1-x_=                   r artifact:push
HEAD    {REPOSITORY}/blobs/uploads/5c1-x_=                   r artifact:push
PATCH   {REPOSITORY}/blobs/uploads/5c1-x_=?_state=a-b_c%3D   r artifact:push
PUT     {REPOSITORY}/blobs/uploads/5c1-x_=?digest=sha256%3Aa r artifact:push
DELETE  {REPOSITORY}/blobs/uploads/5c1-x_=                   r artifact:push
GET     /index.yaml                                          o chart:read
GET     /charts/web-1.0.0+2.tgz                              o chart:read
HEAD    /charts/web-1.0.0.tgz.prov                           o chart:read
GET     /api/charts                                          o chart:read
GET     /api/charts/web                                      o chart:read
HEAD    /api/charts/web/1.0.0                                o chart:read
GET     /api/charts/web/1.0.0/templates                      o chart:read
GET     /api/charts/web/1.0.0/values                         o chart:read
POST    /api/charts                                          o chart:create
POST    /api/charts?force                                    o chart:create
POST    /api/prov                                            o chart:create
DELETE  /api/charts/web/1.0.0                                o chart:delete
GET     /acme/payments/index.yaml                            p chart:read
GET     /acme/payments/charts/web-1.0.0.tgz                  p chart:read
GET     /api/acme/payments/charts                            p chart:read
GET     /api/acme/payments/charts/web                        p chart:read
GET     /api/acme/payments/charts/web/1.0.0                  p chart:read
GET     /api/acme/payments/charts/web/1.0.0/templates        p chart:read
GET     /api/acme/payments/charts/web/1.0.0/values           p chart:read
POST    /api/acme/payments/charts                            p chart:create
POST    /api/acme/payments/prov                              p chart:create
DELETE  /api/acme/payments/charts/web/1.0.0                  p chart:delete
GET     {HARBOR}                                             r artifact:pull
GET     {HARBOR}/latest                                      r artifact:pull
DELETE  {HARBOR}/{DIGEST}                                    r artifact:delete
GET     {HARBOR}/{DIGEST}/tags                               r artifact:pull
POST    {HARBOR}/{DIGEST}/tags                               r tag:create
DELETE  {HARBOR}/latest/tags/v1                              r tag:delete
POST    {HARBOR}/{DIGEST}/labels                             r label:create
POST    {HARBOR}/{DIGEST}/scan                               r scan:create
"""
CASES = [line.split(maxsplit=3) for line in NEEDED.strip().splitlines()]
EVERYWHERE = sorted(DATA_PERMISSIONS)
# Served to whoever shows any credential.
BASE = "/v2/"


def ask(known: Known, method: str, uri: str) -> Reply:
    return question(method, uri, known.login)


@pytest.mark.parametrize(("method", "uri", "where", "needed"), CASES)
def test_each_request_takes_what_stands_in_the_table_and_nothing_less(
    known: Known, method: str, uri: str, where: str, needed: str
) -> None:
    register(known.cast, known.cast.organization)
    permissions = set(needed.split())
    known.hold(where, permissions)
    assert ask(known, method, uri).status == 200
    # Pushing implies pulling.
    others = {name for name in EVERYWHERE if name not in permissions}
    for name in permissions:
        known.hold(where, (permissions | others) - {name, "artifact:push"} | (permissions - {name}))
        reply = ask(known, method, uri)
        assert (reply.status, reply.reason) == (403, f"no grant gives {name} here")


def test_every_row_of_the_table_is_asked_here() -> None:
    found = [find_row(method, uri.partition("?")[0]) for method, uri, _, _ in CASES]
    rows = {row for row, _ in filter(None, found)} | {TABLE[0]}
    assert rows == set(TABLE)


def test_no_request_is_in_two_rows() -> None:
    for method, uri, _, _ in CASES:
        path = uri.partition("?")[0]
        assert len([row for pattern, row in BY_METHOD[method] if pattern.fullmatch(path)]) == 1


def test_what_is_held_in_one_repository_does_not_reach_further(known: Known) -> None:
    register(known.cast, known.cast.organization)
    known.hold("r", set(EVERYWHERE))
    for method, uri in (
        ("GET", "/v2/acme/payments/web/manifests/latest"),
        ("GET", "/v2/_catalog"),
        ("GET", "/api/acme/payments/charts"),
        ("GET", "/acme/other/index.yaml"),
        ("GET", HARBOR.replace("/api/artifacts", "/web/artifacts")),
    ):
        assert ask(known, method, uri).status == 403, uri


def test_any_credential_will_do_for_the_base_and_none_is_asked_for_one(known: Known) -> None:
    register(known.cast, known.cast.organization)
    known.hold("o", set())
    for method in ("GET", "HEAD"):
        assert ask(known, method, BASE).status == 200
        reply = question(method, BASE)
        assert reply.status == 401
        assert reply.headers["www-authenticate"].startswith("Basic realm=")
    assert ask(known, "POST", BASE).status == 403


@pytest.mark.parametrize("nobody", [None, "Basic Og=="])
def test_what_is_public_is_pulled_without_credentials_and_names_nobody(
    known: Known, nobody: str | None
) -> None:
    """Some clients that were asked for credentials and have none send them empty."""
    register(known.cast, known.cast.organization)
    uri = f"{REPOSITORY}/manifests/latest"
    assert question("GET", uri, nobody).status == 401
    Repository.objects.filter(pk=known.cast.repository.pk).update(public=True)
    reply = question("GET", uri, nobody)
    assert reply.status == 200
    assert not [name for name in reply.headers if name.startswith("x-roster")]
    for method, other in (
        ("PUT", uri),
        ("GET", BASE),
        ("POST", f"{REPOSITORY}/blobs/uploads/"),
        ("GET", "/v2/acme/payments/web/manifests/latest"),
        ("GET", "/v2/nowhere/payments/web/manifests/latest"),
    ):
        assert question(method, other, nobody).status == 401, other


ORGANIZATIONS = [case for case in CASES if case[2] == "o" or case[1].startswith("/api/v2.0")]


@pytest.mark.parametrize(("method", "uri", "where", "needed"), ORGANIZATIONS)
def test_what_names_no_organization_is_refused_to_a_service_of_the_site(
    known: Known, method: str, uri: str, where: str, needed: str
) -> None:
    register(known.cast, None)
    known.hold("o", set(EVERYWHERE))
    for login in (known.login, None):
        reply = question(method, uri, login, service="front")
        reason = "only an organization's own service is asked for this"
        assert (reply.status, reply.reason) == (403, reason)


# Each is held by a robot that may do everything in its organization.
HOSTILE = f"""
/ /v2 v2/ /v2/_catalog/ /v2/x /v3/ /health /info /livez //v2/ /v2//
/v2//acme/payments/api/manifests/latest /v2/acme//payments/api/manifests/latest
/v2/acme/payments/api//manifests/latest /v2/acme/payments/api/manifests//latest
/v2/acme/payments/api/manifests/latest/ /v2/acme/payments/api/manifests/
/v2/acme%2fpayments%2fapi/manifests/latest /v2/acme%2Fpayments/api/manifests/latest
/v2/acme%252fpayments/api/manifests/latest /v2/acme/payments/%61pi/manifests/latest
/v2/acme/payments/api/manifests/latest%00 /v2/acme/payments/api/manifests/%2e%2e
/v2/acme/payments/api/manifests/%6catest /%76%32/ /v2%2f
/v2/acme/payments/api/../api/manifests/latest /v2/acme/payments/./api/manifests/latest
/v2/acme/payments/api/blobs/uploads/.. /v2/acme/payments/api/blobs/uploads/.
/v2/acme/payments/api/manifests/.. /v2/../v2/ /./v2/ /v2/.
/v2/acme/payments/api/manifests/latest#x /v2/#
/v2/acme/payments/api/manifests/latest;x=1 /v2/;/
/v2/acme/payments/api/manifests\\latest /v2/acme/payments/API/manifests/latest
/v2/acme/payments/api/manifests/-latest /v2/acme/payments/api/manifests/{"a" * 129}
/v2/acme/payments/api/manifests/sha256:00 /v2/acme/payments/api/blobs/latest
/v2/acme/payments/api/blobs/uploads /v2/acme/payments/api/blobs/uploads/a/b
/v2/acme/payments/api/blobs/uploads/{DIGEST} /v2/acme/payments/api/tags/list/ /v2/acme/payments/api/tags
/v2/acme/payments/api/_trust/tuf/root.json /v2/acme/manifests/latest /v2/manifests/latest
/v2/acme/payments/manifests/latest /v2/{"a/" * 130}b/manifests/latest
/v2/registry.example.com/acme/payments/api/manifests/latest
/api/charts/ /api/charts/.. /api/charts/web/1.0.0/ /api/charts/web/1.0.0/x /api/chart /charts/ /charts/web
/charts/../index.yaml /charts/web-1.0.0.tgz.sh /index.yaml/ /acme/index.yaml /api/acme/charts
/a/b/c/index.yaml /api/acme/payments/api/charts /api/acme%2Fpayments/charts /acme/payments//index.yaml
/api/v2/projects /api/v2.0/projects /api/v2.0/users /api/v2.0/projects/payments
/api/v2.0/projects/payments/repositories/a%252Fpi/artifacts {HARBOR}/latest/labels/1 {HARBOR}/latest/scan/stop
{HARBOR}/latest/additions/x {HARBOR}/../latest {HARBOR}/latest/tags/a/b {HARBOR}/latest/tags%2Fa
/api/v2x0/projects/payments/repositories/api/artifacts
http://registry.example.com/v2/ //registry.example.com/v2/ * x
""".split()
SPACED = [
    "",
    " /v2/",
    "/v2/ ",
    "/v2/\t",
    "/v2/\x00",
    "/v2/\x0b",
    "/v2/\x7f",
    "/v2/\xa0",
    "/v2/ü",
    "/v2/, /v2/",
    "/v2/?a=\x01",
    "/v2/?a b",
]
WITH_BODY = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.mark.parametrize("proxy", KINDS)
def test_whatever_is_not_in_the_table_is_refused(known: Known, proxy: str) -> None:
    register(known.cast, known.cast.organization, proxy=proxy)
    known.hold("o", {str(name) for name in Permission})
    methods = ("GET", "HEAD", *sorted(WITH_BODY), "OPTIONS")
    for uri, method in itertools.product([*HOSTILE, *SPACED], methods):
        for authorization in (known.login, None):
            reply = question(method, uri, authorization, proxy=proxy)
            assert reply.status == 403, (method, uri)
    assert question("GET", BASE, known.login, proxy=proxy).status == 200


@pytest.mark.parametrize(
    "method", ["get", "Get", "G ET", "", "TRACE", "CONNECT", "GET, GET", "PURGE"]
)
def test_whatever_method_is_not_in_the_table_is_refused(known: Known, method: str) -> None:
    register(known.cast, known.cast.organization)
    known.hold("o", {str(name) for name in Permission})
    for uri in (BASE, f"{REPOSITORY}/manifests/latest"):
        assert question(method, uri, known.login).status == 403
