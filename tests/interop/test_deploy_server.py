"""deploy/systemd and deploy/kubernetes/server, read by the programs that they are for."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.interop.processes import PATIENCE_SECONDS, ROOT, require_tool

UNIT = ROOT / "deploy" / "systemd" / "roster.service"
OVERLAYS = ROOT / "deploy" / "kubernetes" / "server" / "overlays"
KUBERNETES = "1.37"
# Of 10; what systemd calls "OK".
MOST_EXPOSED = 2.0
# Those that the README lists.
SETTINGS = set(re.findall(r"^\| `(ROSTER_\w+)`", (ROOT / "README.md").read_text(), re.MULTILINE))

Resource = dict[str, Any]


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        words, text=True, capture_output=True, timeout=PATIENCE_SECONDS, check=False
    )


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, over this checkout."""
    text = UNIT.read_text().replace("/srv/roster/.venv/bin/python", sys.executable)
    (tmp_path / UNIT.name).write_text(text.replace("/srv/roster", str(ROOT)))
    return tmp_path / UNIT.name


def test_systemd_takes_the_unit(unit: Path) -> None:
    done = run(require_tool("systemd-analyze"), "verify", "--man=no", str(unit))
    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_is_as_little_exposed_as_its_readme_says(unit: Path) -> None:
    done = run(require_tool("systemd-analyze"), "security", "--offline=true", str(unit))
    found = re.search(r"exposure level for roster\.service: ([\d.]+)", done.stdout)
    assert found, done.stderr
    assert float(found[1]) <= MOST_EXPOSED
    assert f"exposure at {found[1]} of 10" in (UNIT.parent / "README.md").read_text()


@pytest.fixture(scope="module", params=["one", "replicas"])
def resources(request: pytest.FixtureRequest) -> list[Resource]:
    done = run(require_tool("kubectl"), "kustomize", str(OVERLAYS / request.param))
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def of_kind(resources: list[Resource], kind: str) -> list[Resource]:
    return [resource for resource in resources if resource["kind"] == kind]


def pods(resources: list[Resource]) -> list[Resource]:
    """What runs: the server, and with replicas the migration."""
    found = of_kind(resources, "Deployment") + of_kind(resources, "Job")
    return [resource["spec"]["template"] for resource in found]


def test_every_resource_is_as_the_cluster_wants_it(resources: list[Resource]) -> None:
    for resource in resources:
        kubernetes_validate.validate(resource, KUBERNETES, strict=True)
        assert resource["metadata"]["namespace"] == "roster"


def test_pods_run_without_rights(resources: list[Resource]) -> None:
    for pod in pods(resources):
        spec = pod["spec"]
        (container,) = spec["containers"]
        assert spec["automountServiceAccountToken"] is False
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["runAsUser"] == 10001
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["image"].startswith("registry.example.com/roster:")
        assert container["args"][:2] == ["python", "manage.py"]
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        assert mounted == {volume["name"] for volume in spec["volumes"]}


def test_every_setting_is_one_that_there_is_and_secrets_are_files(
    resources: list[Resource],
) -> None:
    (settings,) = of_kind(resources, "ConfigMap")
    assert all({name, name.removesuffix("_FILE")} & SETTINGS for name in settings["data"])
    for pod in pods(resources):
        (container,) = pod["spec"]["containers"]
        assert container["envFrom"] == [{"configMapRef": {"name": settings["metadata"]["name"]}}]
        assert {setting["name"] for setting in container.get("env", [])} <= SETTINGS
        (secrets,) = [it["secret"] for it in pod["spec"]["volumes"] if "secret" in it]
        assert secrets == {"secretName": "roster", "defaultMode": 0o440}
    assert not of_kind(resources, "Secret")


def test_the_service_leads_to_the_server_alone(resources: list[Resource]) -> None:
    (service,) = of_kind(resources, "Service")
    selector = service["spec"]["selector"].items()
    (server,) = of_kind(resources, "Deployment")
    assert selector <= server["spec"]["template"]["metadata"]["labels"].items()
    for job in of_kind(resources, "Job"):
        assert not selector <= job["spec"]["template"]["metadata"]["labels"].items()


def test_probes_ask_what_the_server_answers(resources: list[Resource]) -> None:
    (server,) = of_kind(resources, "Deployment")
    (container,) = server["spec"]["template"]["spec"]["containers"]
    asked = {
        kind: container[f"{kind}Probe"]["httpGet"]["path"]
        for kind in ("startup", "liveness", "readiness")
    }
    assert asked == {"startup": "/livez", "liveness": "/livez", "readiness": "/readyz"}
    assert container["ports"] == [{"name": "http", "containerPort": 8000}]


def test_one_server_goes_before_the_next_comes_and_three_do_not(resources: list[Resource]) -> None:
    (server,) = of_kind(resources, "Deployment")
    spec = server["spec"]
    budgets = of_kind(resources, "PodDisruptionBudget")
    if spec["replicas"] == 1:
        assert (spec["strategy"], budgets) == ({"type": "Recreate"}, [])
        return
    assert spec["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    (budget,) = budgets
    labels = spec["template"]["metadata"]["labels"]
    assert budget["spec"]["selector"]["matchLabels"].items() <= labels.items()
    assert budget["spec"]["maxUnavailable"] == 1
