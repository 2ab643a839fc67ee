"""`roster kubernetes exec-credential`: what kubectl is given, and what it does with that."""

import json
import os
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import As
from tests.cli.shells import PROGRAM, Shell
from tests.cli.standins import SECRET, Reply, StandIn, standing_in
from tests.conftest import Cast
from tests.interop.processes import PATIENCE_SECONDS, require_tool
from tests.interop.proxies import make_certificate

COMMAND = ("kubernetes", "exec-credential")
V1, V1BETA1 = (f"client.authentication.k8s.io/{version}" for version in ("v1", "v1beta1"))
PERSONAL = "a person's own token, which no cluster gets"


def me(kind: str = "robot", expires_at: str | None = None) -> Reply:
    """What the server says of whoever asks."""
    token = {"access_id": "7", "expires_at": expires_at}
    return Reply(body={"kind": kind, "organization": "acme", "token": token})


def credential(shell: Shell, **environment: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shell.good(*COMMAND, **environment))
    return found


def asking_for(version: object) -> dict[str, str]:
    """The environment in which a client runs it."""
    asked = {"kind": "ExecCredential", "apiVersion": version, "spec": {"interactive": False}}
    return {"KUBERNETES_EXEC_INFO": json.dumps(asked)}


def test_a_robot_account_s_login(here: Shell, standin: StandIn) -> None:
    standin.will(me(expires_at="2099-01-02T03:04:05.678901Z"))
    assert credential(here) == {
        "apiVersion": V1,
        "kind": "ExecCredential",
        "status": {"token": SECRET, "expirationTimestamp": "2099-01-02T03:04:05Z"},
    }


def test_a_token_without_end_has_no_moment(here: Shell, standin: StandIn) -> None:
    standin.will(me())
    assert credential(here)["status"] == {"token": SECRET}


def test_the_version_that_is_asked_for(here: Shell, standin: StandIn) -> None:
    standin.will(me())
    for version in (V1, V1BETA1):
        assert credential(here, **asking_for(version))["apiVersion"] == version


@pytest.mark.parametrize(
    "environment",
    [asking_for("client.authentication.k8s.io/v2"), asking_for(None), asking_for([])]
    + [{"KUBERNETES_EXEC_INFO": text} for text in ("no", "[]", "[" * 5000)],
)
def test_what_no_client_asks_for(
    here: Shell, standin: StandIn, environment: dict[str, str]
) -> None:
    standin.will(me())
    ran = here(*COMMAND, **environment)
    assert (ran.code, ran.out) == (1, "")
    assert ran.error.startswith("KUBERNETES_EXEC_INFO ")


def test_what_the_server_says_of_robots_and_people(as_: As, cast: Cast) -> None:
    shell = as_(cast.robot)
    assert credential(shell)["status"].keys() >= {"token"}
    refused = as_(cast.owner)(*COMMAND)
    assert (refused.code, refused.out) == (1, "")
    assert PERSONAL in refused.error
    assert shell(*COMMAND, ROSTER_TOKEN="rbt_" + "b" * 42).error.startswith(
        "the server does not accept the token in ROSTER_TOKEN"
    )


def test_nobody_is_logged_in(shell: Shell) -> None:
    ran = shell(*COMMAND)
    assert (ran.code, ran.out) == (1, "")
    assert ran.error.startswith("not logged in")


def kubeconfig(shell: Shell, cluster: str, version: str) -> Path:
    """The configuration of a client that runs the command for its login."""
    command = {
        "apiVersion": version,
        "command": PROGRAM[0],
        "args": [*PROGRAM[1:], *COMMAND],
        "interactiveMode": "Never",
    }
    authority = {"server": cluster, "certificate-authority": str(shell.home / "roster.pem")}
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": authority}],
        "users": [{"name": "ci", "user": {"exec": command}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "ci"}}],
        "current-context": "c",
    }
    file = shell.home / "kubeconfig"
    file.write_text(json.dumps(content))
    return file


@pytest.fixture
def cluster(shell: Shell) -> ssl.SSLContext:
    """The certificate of a cluster."""
    make_certificate(shell.home)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(shell.home / "roster.pem", shell.home / "roster.key")
    return context


def ask_cluster(shell: Shell, file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [require_tool("kubectl"), "--kubeconfig", str(file), "get", "--raw", "/version"],
        env=shell.environment | {"PATH": os.environ["PATH"]},
        text=True,
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@pytest.mark.parametrize("version", [V1, V1BETA1])
def test_kubectl_sends_the_token(
    here: Shell, standin: StandIn, cluster: ssl.SSLContext, version: str
) -> None:
    standin.will(me(expires_at="2099-01-02T03:04:05Z"))
    with standing_in(tls=cluster) as api:
        api.will(Reply(body={"gitVersion": "v1.32.0"}))
        ran = ask_cluster(
            here, kubeconfig(here, api.url.replace("127.0.0.1", "localhost"), version)
        )
        assert ran.returncode == 0, ran
    # Some distributions ask for the version first, and then start the client that fits.
    assert {one.headers["Authorization"] for one in api.asked} == {f"Bearer {SECRET}"}
    assert json.loads(ran.stdout) == {"gitVersion": "v1.32.0"}


def test_kubectl_shows_why_there_is_no_login(
    here: Shell, standin: StandIn, cluster: ssl.SSLContext
) -> None:
    standin.will(me(kind="user"))
    with standing_in(tls=cluster) as api:
        ran = ask_cluster(here, kubeconfig(here, api.url.replace("127.0.0.1", "localhost"), V1))
    assert ran.returncode != 0
    assert PERSONAL in ran.stderr
    assert SECRET not in ran.stdout + ran.stderr
    assert api.asked == []
