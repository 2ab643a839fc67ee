"""docs/other-jobs.md, with a real registry, and stand-ins for what gives jobs their tokens."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from tests.cli.standins import Reply, standing_in
from tests.interop.docs.jobs import (
    AUTH,
    COMMAND,
    HOST,
    commands,
    installs_giver,
    machine_of_job,
    owner_of_registry,
    paste_keys,
)
from tests.interop.docs.pages import Guide, Typist, walks
from tests.interop.docs.test_registry import registry
from tests.interop.processes import Serving, require_tool
from tests.robots.trusts.foreign import Issuer

PROJECT = "7f3a2b1c-0d9e-4f8a-b7c6-5d4e3f2a1b0c"
BUILDKITE = Issuer("https://agent.buildkite.com")
CIRCLECI = Issuer("https://oidc.circleci.com/org/0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d")
GOOGLE = Issuer("https://accounts.google.com")
CLUSTER = Issuer("https://cluster.example.com")
CLAIMS = {
    BUILDKITE: {
        "sub": "organization:acme:pipeline:api:ref:refs/heads/main:commit:1f0c:step:image",
        "pipeline_id": "0192a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
        "build_branch": "main",
    },
    CIRCLECI: {
        "sub": f"org/0a1b/project/{PROJECT}/user/5e6f",
        "oidc.circleci.com/project-id": PROJECT,
        "oidc.circleci.com/vcs-ref": "refs/heads/main",
    },
    GOOGLE: {"sub": "104281234567890123456"},
    CLUSTER: {"sub": "system:serviceaccount:ci:builder"},
}
TRUST_OF_POD = """
roster robot trust create jobs pod --preset kubernetes --issuer https://cluster.example.com \\
    --audience https://roster.example.com --condition sub=system:serviceaccount:ci:builder
"""


@pytest.fixture
def owner(server: Serving, personal_token: str, tmp_path: Path) -> Typist:
    for program in ("docker-registry", "skopeo"):
        require_tool(program)
    places = {"/var/run/secrets/": f"{tmp_path}/secrets/"}
    home = tmp_path / "owner"
    return owner_of_registry(server.installation, personal_token, home, "others", **places)


def token(owner: Typist, issuer: Issuer) -> str:
    """A new token of one of these jobs."""
    return issuer.token(owner.translated("https://roster.example.com"), **CLAIMS[issuer])


class Pushing:
    """What each job of the page does when it has logged in."""

    def __init__(self, guide: Guide) -> None:
        self.config, self.push = guide.take("json"), guide.take("sh")

    def follows(self, job: Typist, login: str) -> None:
        assert job.types(login).startswith("robot_acme.payments+jobs logged in until ")
        (job.home / ".docker").mkdir()
        (job.home / ".docker" / "config.json").write_text(job.translated(self.config))
        job.types(self.push)


@walks("other-jobs.md")
def test_other_jobs_push(guide: Guide, owner: Typist) -> None:
    owner.follows(guide)
    pushing = Pushing(guide)
    with registry(owner, HOST, AUTH.format(name="others"), COMMAND):
        pushing.follows(*at_buildkite(owner, guide))
        pushing.follows(*at_circleci(owner, guide))
        pushing.follows(*in_a_pod(owner, guide.take("yaml")))
        owner.follows(guide)
        paste_keys(owner, "jobs google", GOOGLE)
        push_from_google(owner, pushing, guide.take("sh"))
        for variable in ("BITBUCKET_STEP_OIDC_TOKEN", "ID_TOKEN"):
            known = {variable: token(owner, GOOGLE)}
            pushing.follows(machine_of_job(owner, variable, **known), guide.take("sh"))


def at_buildkite(owner: Typist, guide: Guide) -> tuple[Typist, str]:
    owner.follows(guide)
    paste_keys(owner, "jobs buildkite", BUILDKITE)
    job = machine_of_job(owner, "buildkite", BUILDKITE="true")
    installs_giver(job, "buildkite-agent", [token(owner, BUILDKITE) for _ in range(2)])
    (login,) = commands(guide.take("yaml"))
    return job, login


def at_circleci(owner: Typist, guide: Guide) -> tuple[Typist, str]:
    owner.follows(guide)
    paste_keys(owner, "jobs circleci", CIRCLECI)
    job = machine_of_job(owner, "circleci", CIRCLECI="true")
    installs_giver(job, "circleci", [token(owner, CIRCLECI) for _ in range(2)])
    (login,) = commands(guide.take("yaml"))
    return job, login


def in_a_pod(owner: Typist, text: str) -> tuple[Typist, str]:
    """The command of the container, with what the pod says of environment and volume."""
    owner.types(TRUST_OF_POD)
    paste_keys(owner, "jobs pod", CLUSTER)
    spec: dict[str, Any] = yaml.safe_load(owner.translated(text))["spec"]
    (container,) = spec["containers"]
    source = spec["volumes"][0]["projected"]["sources"][0]["serviceAccountToken"]
    assert source["audience"] == owner.translated("https://roster.example.com")
    folder = Path(container["volumeMounts"][0]["mountPath"])
    folder.mkdir(parents=True)
    (folder / source["path"]).write_text(token(owner, CLUSTER))
    known = {one["name"]: one["value"] for one in container["env"]}
    job = machine_of_job(owner, "pod", KUBERNETES_SERVICE_HOST="10.0.0.1", **known)
    job.installs("push", "true")
    *shell, script = container["command"]
    assert shell == ["sh", "-c"]
    return job, script.replace("./push", "push")


def push_from_google(owner: Typist, pushing: Pushing, login: str) -> None:
    with standing_in() as metadata:
        given = token(owner, GOOGLE).encode()
        metadata.will(Reply(body=given, headers={"Metadata-Flavor": "Google"}))
        known = {"GCE_METADATA_HOST": urlsplit(metadata.url).netloc}
        pushing.follows(machine_of_job(owner, "google", **known), login)
