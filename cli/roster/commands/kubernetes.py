"""`roster kubernetes`: what clusters and their clients ask of this machine."""

import json
import os
from typing import Any

import click

from roster.errors import Failure
from roster.groups import Group
from roster.moments import parse
from roster.session import Session

# What a client says of itself (client-go credential plugins), and in which versions.
ASKED = "KUBERNETES_EXEC_INFO"
API = "client.authentication.k8s.io"
VERSIONS = (f"{API}/v1", f"{API}/v1beta1")
PERSONAL = (
    "this is a person's own token, which no cluster gets; log in with a robot account's,"
    " and name its profile: `--profile NAME`"
)

OF_JOB = (
    "this is a login with a job's own token, which is for Roster and no cluster; log in with a token of a"
    " robot account, and name its profile: `--profile NAME`"
)


@click.group(cls=Group)
def kubernetes() -> None:
    """Log in to Kubernetes clusters."""


@kubernetes.command("exec-credential")
@click.pass_obj
def exec_credential(session: Session) -> None:
    """Print a robot account's login for kubectl, which runs this as its credential plugin.

    It is an ExecCredential with the token that you are logged in with, and when that expires. A person's
    own token is refused.
    """
    version = _asked_version()
    if session.is_by_oidc:
        raise Failure(OF_JOB)
    me = session.me
    if me["kind"] != "robot":
        raise Failure(PERSONAL)
    status = {"token": session.token}
    if end := parse(me["token"]["expires_at"]):
        status["expirationTimestamp"] = f"{end:%Y-%m-%dT%H:%M:%SZ}"
    click.echo(json.dumps({"apiVersion": version, "kind": "ExecCredential", "status": status}))


def _asked_version() -> str:
    """The version of an ExecCredential that the client takes."""
    text = os.environ.get(ASKED)
    if not text:
        return VERSIONS[0]
    version = _members(text).get("apiVersion")
    if version not in VERSIONS:
        raise Failure(f"{ASKED} asks for {version}, and this answers {' and '.join(VERSIONS)}")
    return str(version)


def _members(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    raise Failure(f"{ASKED} is not the JSON that a client of Kubernetes writes there")
