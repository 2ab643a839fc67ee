"""As much of kube-apiserver as kubectl meets: who comes with a token, by its webhook, and what they may.

What it sends and does with the answer is that of the real one (its packages authenticator/token/webhook and
util/webhook), without its cache.
"""

import json
import re
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from tests.interop.processes import fetch

Document = dict[str, Any]
ADMIN = "token-of-the-administrator"
# Its issuer of service accounts' tokens, for which tokens are unless `--api-audiences` says something else.
ITSELF = ("https://kubernetes.default.svc.cluster.local",)
FLAG = re.compile(r"--authentication-token-webhook-([a-z-]+)=(.+)")
RBAC = "rbac.authorization.k8s.io"
BINDINGS = re.compile(
    rf"/apis/{RBAC}/v1/(?:namespaces/(?P<namespace>[a-z-]+)/)?(?:cluster)?rolebindings"
)
PODS = re.compile(r"/api/v1/namespaces/(?P<namespace>[a-z-]+)/pods")
WHO = {"kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1", "metadata": {}}
REASONS = {401: "Unauthorized", 403: "Forbidden", 404: "NotFound"}


def _kinds(version: str, *kinds: tuple[str, str, bool]) -> Document:
    """What there is of a group: plural, kind, and whether it is in a namespace."""
    found = [
        {"name": name, "singularName": "", "namespaced": within, "kind": kind, "verbs": ["list"]}
        for name, kind, within in kinds
    ]
    return {"kind": "APIResourceList", "groupVersion": version, "resources": found}


def _checked(kind: str) -> Document:
    """The part of OpenAPI in which kubectl sees that the server checks what it is sent."""
    known = {"group": RBAC, "version": "v1", "kind": kind}
    parameters = [{"name": "fieldValidation", "in": "query"}]
    return {"patch": {"parameters": parameters, "x-kubernetes-group-version-kind": known}}


SERVED = {"groupVersion": f"{RBAC}/v1", "version": "v1"}
GROUP = {"name": RBAC, "versions": [SERVED], "preferredVersion": SERVED}
CHECKED = ("RoleBinding", "ClusterRoleBinding")
# What kubectl asks before it does anything: which kinds there are.
DISCOVERY: Mapping[str, Document] = {
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": [GROUP]},
    "/api/v1": _kinds("v1", ("pods", "Pod", True)),
    f"/apis/{RBAC}/v1": _kinds(
        f"{RBAC}/v1",
        ("rolebindings", "RoleBinding", True),
        ("clusterrolebindings", "ClusterRoleBinding", False),
    ),
    "/openapi/v3": {"paths": {f"apis/{RBAC}/v1": {"serverRelativeURL": "/openapi/v3/rbac"}}},
    "/openapi/v3/rbac": {"openapi": "3.0.0", "paths": {f"/{it}": _checked(it) for it in CHECKED}},
}


def token_review(
    token: object, audiences: Sequence[object] = ITSELF, version: str = "v1"
) -> Document:
    """What an API server sends; the order, and what is empty, are Go's."""
    spec = {"token": token} | ({"audiences": list(audiences)} if audiences else {})
    return {
        "kind": "TokenReview",
        "apiVersion": f"authentication.k8s.io/{version}",
        "metadata": {"creationTimestamp": None},
        "spec": spec,
        "status": {"user": {}},
    }


@dataclass
class Webhook:
    """The webhook of `--authentication-token-webhook-…`; each answer is kept."""

    flags: list[str]
    audiences: tuple[str, ...] = ITSELF
    answers: list[tuple[int, bytes]] = field(default_factory=list)

    def user(self, token: str) -> Document | None:
        """Whoever comes with the token, unless the webhook or the audiences say no."""
        self.answers.append(self._ask(token))
        code, body = self.answers[-1]
        if code != 200:
            return None
        status = json.loads(body)["status"]
        # Without audiences in the answer, a token is for the API server itself.
        common = {*self.audiences} & {*(status.get("audiences") or self.audiences)}
        return status["user"] if status["authenticated"] and common else None

    def _ask(self, token: str) -> tuple[int, bytes]:
        asked = token_review(token, self.audiences, self._said()["version"])
        body = json.dumps(asked, separators=(",", ":")).encode() + b"\n"
        server, secret = self._configured()
        headers = {
            "Accept": "application/json, */*",
            "Content-Type": "application/json",
            "User-Agent": "kube-apiserver/v1.32.4 (linux/amd64) kubernetes/59526cd",
            "Authorization": f"Bearer {secret}",
        }
        return fetch(f"{server}?timeout=30s", headers, body)

    def _said(self) -> dict[str, str]:
        found = {"version": "v1beta1"}
        for flag in self.flags:
            match = FLAG.fullmatch(flag)
            assert match, flag
            found[match[1]] = match[2]
        return found

    def _configured(self) -> tuple[str, str]:
        """Where it asks, and with what, as its kubeconfig says at this moment."""
        config = yaml.safe_load(Path(self._said()["config-file"]).read_text())
        named = {
            kind: {each["name"]: each[kind] for each in config[f"{kind}s"]}
            for kind in ("cluster", "user", "context")
        }
        context = named["context"][config["current-context"]]
        file = named["user"][context["user"]]["tokenFile"]
        return named["cluster"][context["cluster"]]["server"], Path(file).read_text().strip()


class ApiServer(ThreadingHTTPServer):
    """Knows its administrator, and by the webhook everybody else."""

    daemon_threads = True

    def __init__(self, port: int, webhook: Webhook) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.webhook = webhook
        # By namespace; those of the whole cluster have none.
        self.bindings = dict[str | None, list[Document]]()

    def user(self, authorization: str) -> Document | None:
        token = authorization.removeprefix("Bearer ")
        if token == ADMIN:
            return {"username": "admin", "groups": ["system:masters", "system:authenticated"]}
        user = self.webhook.user(token) if token else None
        return user and user | {"groups": [*user["groups"], "system:authenticated"]}

    def lets(self, user: Document, namespace: str) -> bool:
        """Whether a binding of the namespace or of the cluster is for the user, whatever it gives."""
        names = {("User", user["username"]), *(("Group", name) for name in user["groups"])}
        bindings = [*self.bindings.get(namespace, []), *self.bindings.get(None, [])]
        subjects = (one for each in bindings for one in each["subjects"])
        return any((one["kind"], one["name"]) in names for one in subjects)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: tests look at what the client says."""


class Handler(BaseHTTPRequestHandler):
    """Answers kubectl."""

    protocol_version = "HTTP/1.1"
    server: ApiServer

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, body: bytes) -> None:
        user = self.server.user(self.headers.get("Authorization", ""))
        code, document = self._done(user, body) if user else refused(401, "Unauthorized")
        content = json.dumps(document).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _done(self, user: Document, body: bytes) -> tuple[int, Document]:
        path = self.path.partition("?")[0]
        if path == "/apis/authentication.k8s.io/v1/selfsubjectreviews":
            return 201, WHO | {"status": {"userInfo": user}}
        if path in DISCOVERY:
            return 200, DISCOVERY[path]
        if body and (bound := BINDINGS.fullmatch(path)):
            return self._bind(user, bound["namespace"], json.loads(body))
        if listed := PODS.fullmatch(path):
            return self._pods(user, listed["namespace"])
        return refused(404, "the server could not find the requested resource")

    def _bind(
        self, user: Document, namespace: str | None, binding: Document
    ) -> tuple[int, Document]:
        if "system:masters" not in user["groups"]:
            return refused(403, "only administrators bind here")
        self.server.bindings.setdefault(namespace, []).append(binding)
        return 201, binding

    def _pods(self, user: Document, namespace: str) -> tuple[int, Document]:
        if not self.server.lets(user, namespace):
            name = user["username"]
            return refused(403, f'pods is forbidden: User "{name}" cannot list resource "pods"')
        return 200, {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": []}

    def log_message(self, *_: object) -> None:
        """Nothing."""


def refused(code: int, message: str) -> tuple[int, Document]:
    """A failure as API servers say it."""
    document = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    return code, document | {"message": message, "reason": REASONS[code], "code": code}


@contextmanager
def api_server(port: int, certificate: Path, webhook: Webhook) -> Iterator[ApiServer]:
    """With TLS, by `roster.pem` and `roster.key` of a folder."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "roster.pem", certificate / "roster.key")
    server = ApiServer(port, webhook)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
