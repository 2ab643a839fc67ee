"""Every form a token is taken away in, byte for byte."""

import base64
import dataclasses
import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

from robots.tokens.exports import BY_KEY, FORMS, LOGINS, Export, Handover, kubernetes_secret
from robots.tokens.forms.downloads import DownloadForm

TOKEN = Handover(
    access_id=UUID("0f8fad5b-d9cb-469f-a165-70867728950e"),
    secret="throw-away.for-tests",
    robot_id=7,
    robot_name="ci_build",
    token_name="nightly",
    login_name="robot_acme.payments+ci_build",
    organization="acme",
    registry_host="registry.example.com",
    registry_service="registry",
    origin="https://roster.example.com",
    created_at=datetime(2026, 11, 22, 14, 5, 6, 123456, UTC),
    ends_at=datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC),
)
# What an admin may type: every printable sign but white space.
OWN = "Aa1!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
AUTH = "cm9ib3RfYWNtZS5wYXltZW50cytjaV9idWlsZDp0aHJvdy1hd2F5LmZvci10ZXN0cw=="
CONFIG = f'{{"auths":{{"registry.example.com":{{"auth":"{AUTH}"}}}}}}'
LOGIN = "login --username robot_acme.payments+ci_build --password-stdin registry.example.com"
PIPED = f'printf %s "$ROSTER_TOKEN" | docker {LOGIN}'

# key -> file and text
GOLDEN = {
    "json": (
        "ci_build-nightly.json",
        '{"accessId":"0f8fad5b-d9cb-469f-a165-70867728950e","token":"throw-away.for-tests"}',
    ),
    "harbor": (
        "robot_acme.payments+ci_build.json",
        (
            '{"creation_time":"2026-11-22T14:05:06Z","expires_at":1798859045,"id":7,'
            '"name":"robot_acme.payments+ci_build","secret":"throw-away.for-tests"}'
        ),
    ),
    "docker": ("docker-login.sh", f"docker {LOGIN}"),
    "podman": ("podman-login.sh", f"podman {LOGIN}"),
    "skopeo": ("skopeo-login.sh", f"skopeo {LOGIN}"),
    "helm": ("helm-login.sh", f"helm registry {LOGIN}"),
    "docker-config": ("config.json", CONFIG),
    "kubernetes": (
        "ci-build-pull-secret.yaml",
        (
            "apiVersion: v1\n"
            "kind: Secret\n"
            "metadata:\n"
            "  name: ci-build-pull-secret\n"
            "  namespace: default\n"
            "type: kubernetes.io/dockerconfigjson\n"
            "data:\n"
            f"  .dockerconfigjson: {base64.b64encode(CONFIG.encode()).decode()}\n"
        ),
    ),
    "env": (
        "ci_build-nightly.env",
        (
            "ROSTER_ACCESS_ID=0f8fad5b-d9cb-469f-a165-70867728950e\n"
            "ROSTER_LOGIN_NAME=robot_acme.payments+ci_build\n"
            "ROSTER_TOKEN=throw-away.for-tests\n"
            "ROSTER_REGISTRY_HOST=registry.example.com\n"
        ),
    ),
    "github": (
        "github-actions.yml",
        (
            "# Save the token as the secret ROSTER_TOKEN: gh secret set ROSTER_TOKEN\n"
            "- name: Log in to registry.example.com\n"
            "  env:\n"
            "    ROSTER_TOKEN: ${{ secrets.ROSTER_TOKEN }}\n"
            f"  run: {PIPED}\n"
        ),
    ),
    "gitlab": (
        "gitlab-ci.yml",
        (
            "# Save the token as the CI/CD variable ROSTER_TOKEN, masked and protected.\n"
            "before_script:\n"
            f"- {PIPED}\n"
        ),
    ),
    "curl": (
        "roster-curl.sh",
        (
            "curl --fail --silent --show-error --config -"
            " 'https://roster.example.com/service/token?service=registry' <<'ROSTER'\n"
            'user = "robot_acme.payments+ci_build:throw-away.for-tests"\n'
            "ROSTER\n"
        ),
    ),
}
HOLDS_NO_SECRET = {*LOGINS, "github", "gitlab"}


def changed(**fields: Any) -> Handover:
    return dataclasses.replace(TOKEN, **fields)


def test_every_form_is_written_down_here() -> None:
    assert list(BY_KEY) == list(GOLDEN)
    assert [make(TOKEN).key for make in FORMS] == [key for key in GOLDEN if key != "json"]


@pytest.mark.parametrize("key", GOLDEN)
def test_a_form_byte_for_byte(key: str) -> None:
    export = BY_KEY[key](TOKEN)
    assert (export.key, (export.filename, export.text)) == (key, GOLDEN[key])


@pytest.mark.parametrize("key", GOLDEN)
def test_a_form_says_whether_the_secret_is_in_it(key: str) -> None:
    export, other = BY_KEY[key](TOKEN), BY_KEY[key](changed(secret="another"))
    assert export.holds_secret is (export.text != other.text)
    assert export.holds_secret is (key not in HOLDS_NO_SECRET)


@pytest.mark.parametrize("key", GOLDEN)
def test_a_file_has_a_name_that_every_system_takes(key: str) -> None:
    name = BY_KEY[key](TOKEN).filename
    assert re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9._+-]*\.(json|sh|ya?ml|env)", name)


def test_a_token_that_never_ends_is_minus_one_for_harbor() -> None:
    assert '"expires_at":-1,' in BY_KEY["harbor"](changed(ends_at=None)).text


def of(secret: str) -> Export:
    return BY_KEY["env"](changed(secret=secret))


def run(script: str, *arguments: str, **environment: str) -> str:
    """What a real shell makes of it."""
    done = subprocess.run(
        ["/bin/sh", "-eu", "-c", script, *arguments],
        text=True,
        capture_output=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", **environment},
    )
    return done.stdout


@pytest.mark.parametrize("secret", [TOKEN.secret, OWN])
def test_a_shell_reads_the_environment_file(tmp_path: Path, secret: str) -> None:
    file = tmp_path / "x.env"
    file.write_text(of(secret).text)
    names = ("ROSTER_ACCESS_ID", "ROSTER_LOGIN_NAME", "ROSTER_TOKEN", "ROSTER_REGISTRY_HOST")
    said = run(f'. {file}; printf "%s\\n" ' + " ".join(f'"${name}"' for name in names))
    assert said.splitlines() == [
        str(TOKEN.access_id),
        TOKEN.login_name,
        secret,
        TOKEN.registry_host,
    ]


@pytest.fixture
def programs(tmp_path: Path) -> str:
    """A folder of programs that say what they were called with and what came in."""
    for name in ("docker", "podman", "skopeo", "helm", "curl"):
        program = tmp_path / name
        program.write_text('#!/bin/sh\nprintf "%s|" "${0##*/}" "$@"\ncat\n')
        program.chmod(0o755)
    return f"{tmp_path}:/usr/bin:/bin"


HOSTILE = "$(id)`id`'\"; id #"


@pytest.mark.parametrize("program", LOGINS)
@pytest.mark.parametrize("host", ["registry.example.com:5000", HOSTILE])
def test_a_login_command_gives_the_secret_on_standard_input_alone(
    programs: str, program: str, host: str
) -> None:
    command = BY_KEY[program](changed(registry_host=host)).text
    done = subprocess.run(
        ["/bin/sh", "-euc", command],
        input=OWN,
        text=True,
        capture_output=True,
        check=True,
        env={"PATH": programs},
    )
    words = [*LOGINS[program][1:], "--username", TOKEN.login_name, "--password-stdin", host]
    assert done.stdout == "".join(f"{word}|" for word in words) + OWN


def steps() -> dict[str, str]:
    """The commands that the pipelines run."""
    (github,) = yaml.safe_load(BY_KEY["github"](TOKEN).text)
    assert github["env"] == {"ROSTER_TOKEN": "${{ secrets.ROSTER_TOKEN }}"}
    (gitlab,) = yaml.safe_load(BY_KEY["gitlab"](TOKEN).text)["before_script"]
    return {"github": github["run"], "gitlab": gitlab}


@pytest.mark.parametrize("pipeline", ["github", "gitlab"])
def test_a_pipeline_gives_the_secret_on_standard_input_alone(programs: str, pipeline: str) -> None:
    said = run(steps()[pipeline], PATH=programs, ROSTER_TOKEN=OWN)
    assert said == "docker|" + "".join(f"{word}|" for word in LOGIN.split()) + OWN


@pytest.mark.parametrize("secret", [TOKEN.secret, OWN])
def test_curl_gets_the_secret_on_standard_input_alone(programs: str, secret: str) -> None:
    script = BY_KEY["curl"](changed(secret=secret)).text
    arguments, _, given = run(script, PATH=programs).partition("service=registry|")
    assert secret not in arguments
    quoted = re.fullmatch(r'user = "(.*)"\n', given)
    assert quoted
    assert re.sub(r"\\(.)", r"\1", quoted[1]) == f"{TOKEN.login_name}:{secret}"


@pytest.mark.parametrize("scope", ["host", "organization"])
@pytest.mark.parametrize("name", ["ci", "a_b.c-d", "1", "role.project-admin", "x" * 100, "null"])
@pytest.mark.parametrize("namespace", ["default", "prod-eu", "1", "on", "1e3", "x" * 63])
def test_the_kubernetes_secret_fits_its_schema(scope: str, name: str, namespace: str) -> None:
    token = changed(robot_name=name, secret=OWN)
    export = kubernetes_secret(token, namespace, scope)
    config = checked(yaml.safe_load(export.text), namespace)
    host = "registry.example.com" + ("/acme" if scope == "organization" else "")
    auth = base64.b64decode(config["auths"].pop(host).pop("auth"), validate=True).decode()
    assert auth == f"{TOKEN.login_name}:{OWN}"
    assert config == {"auths": {}}


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


def test_the_download_takes_every_form() -> None:
    for key in BY_KEY:
        form = DownloadForm({"form": key, "secret": "x"})
        assert form.is_valid(), form.errors
