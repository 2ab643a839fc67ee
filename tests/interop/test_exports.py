"""The exported forms in real programs: a shell, skopeo, curl and kubectl."""

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

from robots.tokens.export_shapes import Handover
from robots.tokens.exports import BY_KEY, ONE_ORGANIZATION, kubernetes_secret
from tests.interop.cluster import answering
from tests.interop.images import Skopeo
from tests.interop.processes import PATIENCE_SECONDS, Serving, require_tool

Made = dict[str, Any]
# What a client asks a cluster before it sends anything: which kinds there are.
CLUSTER = {
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
    "/api/v1": {
        "kind": "APIResourceList",
        "groupVersion": "v1",
        "resources": [
            {
                "name": "secrets",
                "singularName": "secret",
                "namespaced": True,
                "kind": "Secret",
                "verbs": ["create", "get"],
            }
        ],
    },
}


@pytest.fixture
def token(host: str, server: Serving, builder: Made) -> Handover:
    """The builder's token, as the reveal page hands it over."""
    return Handover(
        access_id=UUID(builder["access_id"]),
        secret=builder["secret"],
        robot_id=1,
        robot_name="builder",
        project="",
        token_name="first",
        login_name=builder["login_name"],
        organization="acme",
        registry_host=host,
        registry_service="registry",
        origin=server.installation.origin,
        created_at=datetime.now(UTC),
        ends_at=None,
    )


def saved(token: Handover, key: str, folder: Path) -> Path:
    export = BY_KEY[key](token)
    file = folder / export.filename
    file.write_text(export.text)
    return file


def run(*words: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        input=given,
        text=True,
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=False,
        env=os.environ | environment,
    )


def test_the_docker_config_is_an_auth_file(
    skopeo: Skopeo, image: Path, token: Handover, tmp_path: Path
) -> None:
    auth = saved(token, "docker-config", tmp_path)
    for done in (
        skopeo.push(image, "acme/payments/exported", auth),
        skopeo.pull("acme/payments/exported", auth),
    ):
        assert done.returncode == 0, done.stderr
    refused = skopeo.push(image, "acme/other/exported", auth)
    assert refused.returncode != 0


@pytest.mark.parametrize("key", ["docker", "podman", "skopeo", "helm", "curl", "env"])
def test_a_shell_finds_no_fault_in_a_script(token: Handover, tmp_path: Path, key: str) -> None:
    done = run("/bin/sh", "-n", str(saved(token, key, tmp_path)))
    assert (done.returncode, done.stderr) == (0, "")


def test_the_login_command_logs_in(token: Handover, tmp_path: Path) -> None:
    """As it is taken away; only the program is told that this registry speaks plain http."""
    program = tmp_path / "skopeo"
    program.write_text(f'#!/bin/sh\nexec {require_tool("skopeo")} "$@" --tls-verify=false\n')
    program.chmod(0o755)
    places = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "REGISTRY_AUTH_FILE": f"{tmp_path}/auth"}
    script = str(saved(token, "skopeo", tmp_path))
    assert run("/bin/sh", script, given="wrong", **places).returncode != 0
    done = run("/bin/sh", script, given=token.secret, **places)
    assert done.returncode == 0, done.stderr
    assert token.registry_host in json.loads((tmp_path / "auth").read_text())["auths"]


def test_curl_is_answered_with_a_token(token: Handover, tmp_path: Path) -> None:
    require_tool("curl")
    done = run("/bin/sh", str(saved(token, "curl", tmp_path)))
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)) >= {"token", "expires_in"}


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with answering(CLUSTER) as address:
        yield address


@pytest.mark.parametrize("scope", ["host", ONE_ORGANIZATION])
def test_kubectl_takes_the_secret(
    cluster: str, token: Handover, tmp_path: Path, scope: str
) -> None:
    export = kubernetes_secret(token, "builds", scope)
    file = tmp_path / export.filename
    file.write_text(export.text)
    done = run(
        require_tool("kubectl"),
        "create",
        "--dry-run=client",
        "--validate=false",
        "-o",
        "yaml",
        "-f",
        str(file),
        "--kubeconfig=/dev/null",
        f"--server={cluster}",
        HOME=str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    assert yaml.safe_load(done.stdout) == yaml.safe_load(export.text)


def test_kubectl_makes_the_same_secret_itself(token: Handover, tmp_path: Path) -> None:
    done = run(
        require_tool("kubectl"),
        "create",
        "secret",
        "docker-registry",
        "builder-pull-secret",
        f"--docker-server={token.registry_host}",
        f"--docker-username={token.login_name}",
        f"--docker-password={token.secret}",
        "--dry-run=client",
        "-o",
        "yaml",
        "--kubeconfig=/dev/null",
        HOME=str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    theirs, ours = yaml.safe_load(done.stdout), yaml.safe_load(kubernetes_secret(token).text)
    assert theirs["type"] == ours["type"]
    assert config_of(theirs) == config_of(ours)


def config_of(document: dict[str, Any]) -> Any:
    return json.loads(base64.b64decode(document["data"][".dockerconfigjson"]))
