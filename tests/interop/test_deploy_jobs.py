"""The examples of deploy/jobs, each read by the program it is for."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.interop.cluster import answering
from tests.interop.processes import PATIENCE_SECONDS, ROOT, Installation, require_tool

FOLDER = ROOT / "deploy" / "jobs"
KINDS = {"cronjob.yaml": ("batch/v1", "cronjobs"), "deployment.yaml": ("apps/v1", "deployments")}


def discovery() -> dict[str, dict[str, Any]]:
    """What a cluster says there is."""
    groups, found = [], {}
    for file, (version, plural) in KINDS.items():
        kind, group = yaml.safe_load((FOLDER / file).read_text())["kind"], version.split("/")[0]
        served = {"groupVersion": version, "version": "v1"}
        groups.append({"name": group, "versions": [served], "preferredVersion": served})
        resource = {"name": plural, "namespaced": True, "kind": kind, "verbs": ["create", "get"]}
        found[f"/apis/{version}"] = {
            "kind": "APIResourceList",
            "groupVersion": version,
            "resources": [resource | {"singularName": kind.lower()}],
        }
    return found | {
        "/api": {"kind": "APIVersions", "versions": []},
        "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups},
    }


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with answering(discovery()) as address:
        yield address


@pytest.fixture(scope="module")
def installation(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return Installation.copied(prepared_data, tmp_path_factory.mktemp("roster"))


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        text=True,
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=False,
        env=environment or None,
    )


@pytest.mark.parametrize("file", KINDS)
def test_kubectl_takes_it(cluster: str, tmp_path: Path, file: str) -> None:
    done = run(
        require_tool("kubectl"),
        "create",
        "--dry-run=client",
        "--validate=false",
        "-o",
        "yaml",
        "-f",
        str(FOLDER / file),
        "--kubeconfig=/dev/null",
        f"--server={cluster}",
        HOME=str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    taken = yaml.safe_load(done.stdout)
    assert taken.pop("metadata") == {"name": "roster-jobs", "namespace": "default"}
    ours = yaml.safe_load((FOLDER / file).read_text())
    del ours["metadata"]
    assert taken == ours


def pod(file: str) -> dict[str, Any]:
    spec: dict[str, Any] = yaml.safe_load((FOLDER / file).read_text())["spec"]
    spec = spec.get("jobTemplate", {}).get("spec", spec)
    template: dict[str, Any] = spec["template"]["spec"]
    return template


@pytest.mark.parametrize("file", KINDS)
def test_the_container_runs_a_command_that_there_is(file: str, installation: Installation) -> None:
    (container,) = pod(file)["containers"]
    assert container["command"][:2] == ["python", "manage.py"]
    done = installation.manage(*container["command"][2:], "--help")
    assert done.returncode == 0, done.stderr
    (volume,) = pod(file)["volumes"]
    assert [mount["name"] for mount in container["volumeMounts"]] == [volume["name"]]


def test_the_cron_line_does_what_is_due(installation: Installation, tmp_path: Path) -> None:
    """As it stands, except for where things are."""
    text = (FOLDER / "roster-jobs.cron").read_text()
    (line,) = [line for line in text.splitlines() if line and not line.startswith("#")]
    schedule = re.fullmatch(r"((?:\S+ ){5})roster (.+)", line)
    assert schedule
    assert schedule[1] == "* * * * * "
    environment = tmp_path / "environment"
    environment.write_text(f"ROSTER_DATA={installation.folder}\n")
    command = (
        schedule[2]
        .replace("/srv/roster", str(ROOT))
        .replace("/etc/roster/environment", str(environment))
        .replace(".venv/bin/python", sys.executable)
    )
    elsewhere = installation.environment | {"ROSTER_DATA": "/nowhere"}
    done = run("/bin/sh", "-c", command, **elsewhere)
    assert done.returncode == 0, done.stderr
    listed = installation.manage("run_jobs", "--list").stdout
    assert "never" not in listed
    assert listed.count("done") == len(listed.splitlines()) - 1


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = require_tool("systemd-analyze")
    for name in ("roster-jobs.service", "roster-jobs.timer"):
        text = (FOLDER / name).read_text()
        text = text.replace("/srv/roster/.venv/bin/python", sys.executable)
        (tmp_path / name).write_text(text.replace("/srv/roster", str(ROOT)))
    done = run(analyze, "verify", "--man=no", *map(str, sorted(tmp_path.glob("roster-jobs.*"))))
    assert (done.returncode, done.stderr) == (0, "")


def test_the_service_runs_a_command_that_there_is(installation: Installation) -> None:
    text = (FOLDER / "roster-jobs.service").read_text()
    start = re.search(r"^ExecStart=(\S+/python) manage.py (.+)$", text, re.MULTILINE)
    assert start
    done = installation.manage(*start[2].split())
    assert done.returncode == 0, done.stderr
