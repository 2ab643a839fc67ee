"""The Kubernetes Secret in which a token is handed over: its schema and its names."""

import base64
import dataclasses
import json
import re
from typing import Any

import pytest
import yaml

from robots.base.robot_names import login_name
from robots.tokens.exports import kubernetes_secret
from tests.robots.tokens.handed import OWN, TOKEN, changed

WORD = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"


SUBDOMAIN = re.compile(rf"(?=.{{1,253}}\Z){WORD}(\.{WORD})*\Z")


LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\Z")


def checked(document: dict[str, Any], namespace: str) -> dict[str, Any]:
    """The inner configuration of a `v1` Secret that has what Kubernetes wants and nothing else."""
    metadata, data = document.pop("metadata"), document.pop("data")
    assert document == {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/dockerconfigjson",
    }
    assert set(metadata) == {"name", "namespace"}
    assert SUBDOMAIN.match(metadata["name"])
    assert LABEL.match(metadata["namespace"])
    assert metadata["namespace"] == namespace
    assert list(data) == [".dockerconfigjson"]
    config: dict[str, Any] = json.loads(base64.b64decode(data[".dockerconfigjson"], validate=True))
    return config


@pytest.mark.parametrize("scope", ["host", "organization"])
@pytest.mark.parametrize("name", ["ci", "a_b.c-d", "1", "role.project-admin", "x" * 100, "null"])
@pytest.mark.parametrize("namespace", ["default", "prod-eu", "1", "on", "1e3", "x" * 63])
def test_the_kubernetes_secret_fits_its_schema(scope: str, name: str, namespace: str) -> None:
    token = changed(robot_name=name, secret=OWN)
    export = kubernetes_secret(token, namespace, scope)
    config = checked(yaml.safe_load(export.text), namespace)
    host = "registry.example.com" + ("/acme" if scope == "organization" else "")
    login = config["auths"].pop(host)
    auth = base64.b64decode(login.pop("auth"), validate=True).decode()
    assert auth == f"{TOKEN.login_name}:{OWN}"
    assert login == {"username": TOKEN.login_name, "password": OWN}
    assert config == {"auths": {}}


ALIKE = [
    ("web", "ci"),
    ("api", "ci"),
    ("", "ci"),
    ("", "web.ci"),
    ("", "web-ci"),
    ("", "web_ci"),
    ("web", "ci.x"),
    ("web.ci", "x"),
    ("web", "ci_x"),
    ("web", "ci-x"),
    ("web_ci", "x"),
]


def test_robots_of_one_organization_never_share_a_name_in_a_cluster() -> None:
    made = [
        kubernetes_secret(
            dataclasses.replace(TOKEN, project=project, robot_name=name, login_name=login)
        )
        for project, name in ALIKE
        for login in [login_name("acme", project, name)]
    ]
    named = [yaml.safe_load(export.text)["metadata"]["name"] for export in made]
    assert named[:3] == ["web.ci-pull-secret", "api.ci-pull-secret", "ci-pull-secret"]
    assert len({*named}) == len(ALIKE)
    assert all(SUBDOMAIN.match(name) for name in named)
    assert [export.filename for export in made] == [f"{name}.yaml" for name in named]


def test_the_longest_names_are_short_enough_for_kubernetes() -> None:
    long = dataclasses.replace(TOKEN, project="p_" + "p" * 61, robot_name="r_" + "r" * 98)
    document = yaml.safe_load(kubernetes_secret(long).text)
    assert SUBDOMAIN.match(document["metadata"]["name"])


@pytest.mark.parametrize(("scope", "below"), [("host", ""), ("organization", "/acme")])
def test_a_pull_secret_is_for_every_registry(scope: str, below: str) -> None:
    token = changed(other_hosts=("mirror.example.com:5000",))
    config = checked(yaml.safe_load(kubernetes_secret(token, "default", scope).text), "default")
    expected = {f"registry.example.com{below}", f"mirror.example.com:5000{below}"}
    assert config["auths"].keys() == expected
