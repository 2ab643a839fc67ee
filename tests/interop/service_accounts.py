"""As much of a cluster's API server as an administrator's `kubectl` talks to: it makes what it is sent."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

RBAC = "rbac.authorization.k8s.io"
V1 = f"{RBAC}/v1"
ROLES = ("ClusterRole", "ClusterRoleBinding")
VERBS = ["create", "get", "patch"]
ACCOUNT = "/api/v1/namespaces/ci/serviceaccounts/builder"
Members = dict[str, Any]


def _resource(kind: str, *, namespaced: bool) -> Members:
    name = kind.lower()
    both = {"name": f"{name}s", "singularName": name, "kind": kind}
    return both | {"namespaced": namespaced, "verbs": VERBS}


def _list(version: str, *resources: Members) -> Members:
    return {"kind": "APIResourceList", "groupVersion": version, "resources": list(resources)}


def _checked_by_server(kind: str) -> Members:
    """That `kubectl` need not check what it sends of this kind."""
    said = {"group": RBAC, "version": "v1", "kind": kind}
    asked = {"name": "fieldValidation", "in": "query"}
    return {"patch": {"parameters": [asked], "x-kubernetes-group-version-kind": said}}


DOCUMENTS: dict[str, Members] = {
    "/version": {"major": "1", "minor": "34", "gitVersion": "v1.34.0"},
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/api/v1": _list("v1", _resource("ServiceAccount", namespaced=True)),
    "/apis": {
        "kind": "APIGroupList",
        "groups": [{"name": RBAC, "versions": [{"groupVersion": V1, "version": "v1"}]}],
    },
    f"/apis/{V1}": _list(V1, *(_resource(kind, namespaced=False) for kind in ROLES)),
    "/openapi/v3": {"paths": {f"apis/{V1}": {"serverRelativeURL": f"/openapi/v3/apis/{V1}"}}},
    f"/openapi/v3/apis/{V1}": {
        "openapi": "3.0.0",
        "paths": {f"/{kind}": _checked_by_server(kind) for kind in ROLES},
    },
    ACCOUNT: {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "builder", "namespace": "ci"},
    },
}


class ApiServer:
    """What it was sent, by path; `token` is what it gives the service account `builder`."""

    def __init__(self, documents: Mapping[str, Any], token: Callable[[], str]) -> None:
        self.documents, self.token = DOCUMENTS | dict(documents), token
        self.sent: list[tuple[str, bytes]] = []
        self.url = ""

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        if method == "GET":
            missing = {"kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404}
            found = self.documents.get(path)
            return (200, found) if found else (404, missing)
        self.sent.append((path, body))
        if path == f"{ACCOUNT}/token":
            status = {"token": self.token(), "expirationTimestamp": "2099-01-01T00:00:00Z"}
            kind = {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1"}
            return 201, kind | {"status": status}
        return (201, json.loads(body)) if method == "POST" else (200, self.documents[path])


class Listening(http.server.ThreadingHTTPServer):
    """The API server at a port."""

    api: ApiServer


class Handler(http.server.BaseHTTPRequestHandler):
    """Reads what came, and answers."""

    server: Listening

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        status, content = self.server.api.answer(self.command, path, body)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_: object) -> None:
        """Nothing: tests look at `sent`."""

    do_GET = do_POST = do_PATCH = answer  # noqa: N815 -- library's names


@contextmanager
def cluster(documents: Mapping[str, Any], token: Callable[[], str]) -> Iterator[ApiServer]:
    """One that listens until the end of the block."""
    api = ApiServer(documents, token)

    server = Listening(("127.0.0.1", 0), Handler)
    server.api = api
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    api.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
