"""Where a layer is mounted from, and what else of an upload could be read in two ways."""

import pytest

from console.permissions.vocabulary import DATA_PERMISSIONS
from tests.robots.verifiers.proxied import Known, Reply, question, register

pytestmark = pytest.mark.usefixtures("listed")

DIGEST = f"sha256:{'0a' * 32}"
REPOSITORY = "/v2/acme/payments/api"
MOUNT = f"{REPOSITORY}/blobs/uploads/?mount={DIGEST}"


def ask(known: Known, method: str, uri: str) -> Reply:
    return question(method, uri, known.login)


def test_a_mount_takes_pull_where_the_layer_comes_from(known: Known) -> None:
    register(known.cast, known.cast.organization)
    known.hold("r", {"artifact:push"})
    for source, status in (
        ("acme/payments/api", 200),
        ("acme%2Fpayments%2Fapi", 200),
        ("acme/payments/web", 403),
        ("globex/payments/api", 403),
        ("acme%252Fpayments%252Fapi", 403),
        ("", 403),
        ("acme", 403),
    ):
        assert ask(known, "POST", f"{MOUNT}&from={source}").status == status, source


@pytest.mark.parametrize("query", [f"mount={DIGEST}", f"m%6funt={DIGEST}", "mount", "mount=&x=1"])
def test_a_layer_from_nowhere_said_is_not_mounted(known: Known, query: str) -> None:
    """The distribution specification lets a registry take it from any repository that has it."""
    register(known.cast, known.cast.organization)
    known.hold("o", {str(name) for name in DATA_PERMISSIONS})
    for path in ("", "5c1"):
        method = "PUT" if path else "POST"
        assert ask(known, method, f"{REPOSITORY}/blobs/uploads/{path}?{query}").status == 403


@pytest.mark.parametrize(
    "query",
    [
        f"mount={DIGEST}&from=acme/payments/api&from=acme/payments/web",
        f"mount={DIGEST}&from=acme/payments/api&fr%6Fm=acme/payments/web",
        f"mount={DIGEST}&mount={DIGEST}",
        f"mount={DIGEST};from=acme/payments/web",
        f"mount={DIGEST}&from=acme/payments/api%",
        f"digest={DIGEST}&x=%",
        f"digest={DIGEST}&x=%zz",
        f"mount={DIGEST}&from=acme/payments/api%zz",
        f"mount={DIGEST}&from=%ff",
    ],
)
def test_parameters_that_can_be_read_in_two_ways_are_refused(known: Known, query: str) -> None:
    register(known.cast, known.cast.organization)
    known.hold("r", {"artifact:push"})
    assert ask(known, "POST", f"{REPOSITORY}/blobs/uploads/?{query}").status == 403


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-www-form-urlencoded",
        "Application/X-WWW-Form-URLencoded; charset=utf-8",
        "multipart/form-data; boundary=x",
        "multipart/mixed; boundary=x",
    ],
)
def test_an_upload_whose_body_a_registry_would_read_as_parameters_is_refused(
    known: Known, kind: str
) -> None:
    register(known.cast, known.cast.organization)
    known.hold("r", {"artifact:push"})
    sent = [("Content-Type", kind)]
    uri = f"{MOUNT}&from=acme/payments/api"
    assert question("POST", uri, known.login, more=sent).status == 403
    sent = [("Content-Type", "application/octet-stream"), *sent]
    assert question("POST", uri, known.login, more=sent).status == 403
    assert question("POST", uri, known.login, more=sent[:1]).status == 200
