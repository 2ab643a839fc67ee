"""`roster-credential-provider`: what a kubelet asks it, what it answers, and what pods come to by that."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.jobs import REGISTRY, Workplace
from tests.cli.shells import PATIENCE_SECONDS, Ran, Shell
from tests.cli.standins import Reply, StandIn
from tests.cli.test_oidc_login import exchanges, puller
from tests.conftest import Cast
from tests.kubelets import V1, Kubelet, Pod, Refused
from tests.robots.trusts.foreign import trusting

NAME = "roster-credential-provider"
IMAGE = f"{REGISTRY}/acme/payments/api"
AUDIENCE = "https://cluster.example.com"
POD = Pod("builder-1")
# As it stands in the reference of the protocol, field by field.
REQUEST = {
    "apiVersion": V1,
    "kind": "CredentialProviderRequest",
    "image": IMAGE,
    "serviceAccountToken": "eyJ.e30.x",
    "serviceAccountAnnotations": {},
}
HERE = ("--server", "http://127.0.0.1:1", "--registry", REGISTRY)
NONE = {
    "apiVersion": V1,
    "kind": "CredentialProviderResponse",
    "cacheKeyType": "Registry",
    "cacheDuration": "0s",
    "auth": None,
}


def ask(shell: Shell, given: object, *arguments: str, **environment: str) -> Ran:
    """Run it as a kubelet does, which has no home and no profile."""
    done = subprocess.run(
        [sys.executable, "-m", "roster.credential_provider", *arguments],
        env=shell.environment | environment,
        text=True,
        input=given if isinstance(given, str) else json.dumps(given),
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def complaint(ran: Ran) -> str:
    """The one line of a failure."""
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1), ran
    assert ran.err.startswith(f"{NAME}: error: "), ran
    return ran.err.removeprefix(f"{NAME}: error: ").rstrip("\n")


def configuration(server: str, *more: str, **attributes: object) -> str:
    """A CredentialProviderConfig for the registry."""
    provider = {
        "name": NAME,
        "apiVersion": V1,
        "matchImages": [REGISTRY],
        "defaultCacheDuration": "0s",
        "args": [f"--server={server}", f"--registry={REGISTRY}", *more],
        "tokenAttributes": {
            "serviceAccountTokenAudience": AUDIENCE,
            "cacheType": "ServiceAccount",
            "requireServiceAccount": True,
            "optionalServiceAccountAnnotationKeys": ["roster/robot"],
        }
        | attributes,
    }
    content = {"apiVersion": "kubelet.config.k8s.io/v1", "kind": "CredentialProviderConfig"}
    return yaml.safe_dump(content | {"providers": [provider]})


def install(shell: Shell) -> Path:
    """The folder of the node's plugins."""
    folder = shell.home / "plugins"
    folder.mkdir()
    file = folder / NAME
    file.write_text(f'#!/bin/sh\nexec {sys.executable} -m roster.credential_provider "$@"\n')
    file.chmod(0o755)
    return folder


@pytest.fixture
def cluster(shell: Shell, job: Workplace, cast: Cast) -> Workplace:
    """Whose service account `builder` the robot trusts for an hour at a time."""
    trust = trusting(cast, job.issuer, name="pods", audience=AUDIENCE, lifetime_seconds=3600)
    return Workplace(job.url, trust, job.issuer)


def kubelet_of(shell: Shell, cluster: Workplace, *more: str, **attributes: object) -> Kubelet:
    def issue(pod: Pod, audience: str) -> str:
        return cluster.issuer.token(audience, pod=pod.name)

    given = configuration(cluster.url, *more, **attributes)
    return Kubelet(given, install(shell), issue, **shell.environment)


def test_a_pod_pulls_by_its_service_account(shell: Shell, cluster: Workplace) -> None:
    kubelet = kubelet_of(shell, cluster)
    login = kubelet.login(IMAGE, POD)
    assert login is not None
    assert login.username == cluster.trust.robot.login_name
    assert cluster.gets_in(login.username, login.password)
    assert kubelet.login("docker.io/library/busybox", POD) is None
    assert kubelet.login(f"{REGISTRY}/acme/payments/worker", POD) == login
    assert kubelet.login(IMAGE, Pod("builder-2")) == login
    assert kubelet.runs == 1


@pytest.mark.parametrize("kind", ["ServiceAccount", "Token"])
def test_no_token_is_sent_twice(shell: Shell, cluster: Workplace, kind: str) -> None:
    """However often pods pull: the login is kept for longer than a pod keeps its token."""
    kubelet = kubelet_of(shell, cluster, cacheType=kind)
    for minute in (0, 30, 47, 48, 54, 55, 56, 95, 96, 103, 110, 111, 150):
        kubelet.now = minute * 60.0
        for pod in (POD, Pod("builder-2")):
            login = kubelet.login(IMAGE, pod)
            assert login is not None
            assert cluster.gets_in(login.username, login.password)
    assert kubelet.runs == exchanges()


def test_a_shorter_life_would_send_it_twice(shell: Shell, cluster: Workplace, cast: Cast) -> None:
    """Why the trust has to last an hour."""
    trusting(cast, cluster.issuer, name="short", audience="short", lifetime_seconds=900)
    kubelet = kubelet_of(shell, cluster, serviceAccountTokenAudience="short")
    assert kubelet.login(IMAGE, POD)
    kubelet.now = 14 * 60.0
    with pytest.raises(Refused, match="exchanged before"):
        kubelet.login(IMAGE, POD)


def test_of_several_robot_accounts_the_service_account_says_which(
    shell: Shell, cluster: Workplace, cast: Cast
) -> None:
    other = puller(cast)
    trusting(cast, cluster.issuer, other, name="pods", audience=AUDIENCE)
    kubelet = kubelet_of(shell, cluster)
    with pytest.raises(Refused, match="several robot accounts trust this token"):
        kubelet.login(IMAGE, POD)
    for robot in (other, cluster.trust.robot):
        pod = Pod(robot.name, annotations={"roster/robot": robot.login_name})
        login = kubelet.login(IMAGE, pod)
        assert login is not None
        assert login.username == robot.login_name


def test_the_robot_account_and_its_annotation_can_be_arguments(
    shell: Shell, cluster: Workplace, cast: Cast
) -> None:
    other = puller(cast)
    trusting(cast, cluster.issuer, other, name="pods", audience=AUDIENCE)
    more = ("--robot", other.login_name, "--robot-annotation", "example.com/who")
    said = {"optionalServiceAccountAnnotationKeys": ["example.com/who"]}
    kubelet = kubelet_of(shell, cluster, *more, **said)
    login = kubelet.login(IMAGE, POD)
    assert login is not None
    assert login.username == other.login_name
    own = cluster.trust.robot.login_name
    login = kubelet.login(IMAGE, Pod("a", annotations={"example.com/who": own}))
    assert login is not None
    assert login.username == own


def test_a_registry_may_be_called_otherwise(
    shell: Shell, cluster: Workplace, settings: Any
) -> None:
    settings.ROSTER_REGISTRY_HOST = "registry.internal:5000"
    with pytest.raises(Refused, match="there is no such service"):
        kubelet_of(shell, cluster).login(IMAGE, POD)
    arguments = ("--server", cluster.url, "--registry", REGISTRY, "--service", "registry")
    given = REQUEST | {"serviceAccountToken": cluster.token()}
    assert json.loads(ask(shell, given, *arguments).out)["auth"].keys() == {REGISTRY}


def test_the_environment_says_what_arguments_do_not(shell: Shell, cluster: Workplace) -> None:
    known = {"ROSTER_SERVER": cluster.url, "ROSTER_REGISTRIES": f"a.example.com {REGISTRY}"}
    given = REQUEST | {"serviceAccountToken": cluster.token()}
    answer = json.loads(ask(shell, given, **known).out)
    assert answer["cacheDuration"] == "3300s"
    assert answer["auth"].keys() == {REGISTRY}


@pytest.mark.parametrize(
    "image",
    [
        "docker.io/library/busybox",
        "busybox",
        f"{REGISTRY}:5000/app",
        f"{REGISTRY}.evil.example.com/app",
        f"evil.example.com/{REGISTRY}/app",
        f"evil.example.com@{REGISTRY}/app",
        "",
    ],
)
def test_other_registries_get_nothing_and_nobody_is_asked(shell: Shell, image: str) -> None:
    for more in ({}, {"serviceAccountToken": ""}):
        ran = ask(shell, REQUEST | {"image": image} | more, *HERE)
        assert (ran.code, ran.err) == (0, "")
        assert json.loads(ran.out) == NONE


def test_a_refusal_is_one_line_without_the_token(shell: Shell, cluster: Workplace) -> None:
    token = cluster.issuer.token(AUDIENCE, sub="somebody else")
    given = REQUEST | {"serviceAccountToken": token}
    said = complaint(ask(shell, given, "--server", cluster.url, "--registry", REGISTRY))
    assert said.startswith(f"{cluster.url} gives no login for {REGISTRY}: a trust knows")
    assert token.split(".")[1] not in said


def test_a_server_that_is_starting_is_asked_again(shell: Shell, standin: StandIn) -> None:
    """While it asks an issuer for its keys for the first time, it says so."""
    later = Reply(503, {"error": "temporarily_unavailable"}, {"Retry-After": "0"})
    standin.will(later, Reply(400, {"error_description": "line one\nline two \x1b[31m"}))
    ran = ask(shell, REQUEST, "--server", standin.url, "--registry", REGISTRY)
    assert complaint(ran).endswith(r": line one line two \x1b[31m")
    assert len(standin.asked) == 2


def test_what_it_loads_for_other_registries_is_little(shell: Shell) -> None:
    code = "import roster.credential_provider, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=shell.environment,
        text=True,
        capture_output=True,
        check=True,
    )
    assert not {"httpx", "rich", "keyring", "yaml", "platformdirs"} & set(done.stdout.split())


def test_its_version_and_help(shell: Shell) -> None:
    assert ask(shell, "", "--version").out == f"{NAME} (roster-cli) 0.1.0\n"
    assert "--registry" in ask(shell, "", "--help").out
