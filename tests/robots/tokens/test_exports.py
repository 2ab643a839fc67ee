"""Every form a token is taken away in, byte for byte."""

import base64
import dataclasses
import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from robots.tokens.export_shapes import Export
from robots.tokens.exports import BY_KEY, LOGINS
from robots.tokens.forms.downloads import DownloadForm
from tests.robots.tokens.handed import OWN, TOKEN, changed

AUTH = "cm9ib3RfYWNtZS5wYXltZW50cytjaV9idWlsZDp0aHJvdy1hd2F5LmZvci10ZXN0cw=="
CONFIG = f'{{"auths":{{"registry.example.com":{{"auth":"{AUTH}"}}}}}}'
LOGIN = "login --username robot_acme.payments+ci_build --password-stdin registry.example.com"
PIPED = f'printf %s "$ROSTER_TOKEN" | docker {LOGIN}'

KUBERNETES = (
    '{"auths":{"registry.example.com":{"username":"robot_acme.payments+ci_build",'
    f'"password":"throw-away.for-tests","auth":"{AUTH}"}}}}}}'
)
LINES = (
    "ROSTER_ACCESS_ID=0f8fad5b-d9cb-469f-a165-70867728950e\n"
    "ROSTER_LOGIN_NAME=robot_acme.payments+ci_build\n"
    "ROSTER_TOKEN=throw-away.for-tests\n"
    "ROSTER_REGISTRY_HOST=registry.example.com\n"
)

# key -> file and text
GOLDEN = {
    "json": (
        "payments.ci_build-nightly.json",
        '{"accessId":"0f8fad5b-d9cb-469f-a165-70867728950e","token":"throw-away.for-tests"}',
    ),
    "secret": ("secret.txt", "throw-away.for-tests"),
    "docker": ("docker-login.sh", f"docker {LOGIN}"),
    "podman": ("podman-login.sh", f"podman {LOGIN}"),
    "skopeo": ("skopeo-login.sh", f"skopeo {LOGIN}"),
    "helm": ("helm-login.sh", f"helm registry {LOGIN}"),
    "docker-config": ("config.json", CONFIG),
    "kubernetes": (
        "payments.ci-build-8c82a2-pull-secret.yaml",
        (
            "apiVersion: v1\n"
            "kind: Secret\n"
            "metadata:\n"
            "  name: payments.ci-build-8c82a2-pull-secret\n"
            "  namespace: default\n"
            "type: kubernetes.io/dockerconfigjson\n"
            "data:\n"
            f"  .dockerconfigjson: {base64.b64encode(KUBERNETES.encode()).decode()}\n"
        ),
    ),
    "env": ("payments.ci_build-nightly.env", LINES),
    "env-docker": ("payments.ci_build-nightly-docker.env", LINES),
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
    "roster": (
        "roster-login.sh",
        "roster login --profile ci_build --server https://roster.example.com --token -",
    ),
    "curl": (
        "roster-curl.sh",
        (
            "printf '%s\\n' 'user = \"robot_acme.payments+ci_build:throw-away.for-tests\"'"
            " | curl --fail --silent --show-error --config -"
            " 'https://roster.example.com/service/token?service=registry'\n"
        ),
    ),
    "harbor": (
        "robot_acme.payments+ci_build.json",
        (
            '{"creation_time":"2026-11-22T14:05:06Z","expires_at":1798859045,"id":7,'
            '"name":"robot_acme.payments+ci_build","secret":"throw-away.for-tests"}'
        ),
    ),
}
HOLDS_NO_SECRET = {*LOGINS, "roster", "github", "gitlab"}


def test_every_form_is_written_down_here() -> None:
    assert list(BY_KEY) == list(GOLDEN)


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
    assert re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9._+-]*\.(json|sh|ya?ml|env|txt)", name)


# key -> the commands that come next; a form without any says in words how it is used.
NEXT = {
    "docker-config": [
        'export DOCKER_CONFIG="$PWD"',
        'export REGISTRY_AUTH_FILE="$PWD/config.json"',
    ],
    "kubernetes": [
        "kubectl apply -f payments.ci-build-8c82a2-pull-secret.yaml",
        "imagePullSecrets: [{name: payments.ci-build-8c82a2-pull-secret}]",
    ],
    "env": ["set -a; . ./payments.ci_build-nightly.env; set +a"],
    "github": ["gh secret set ROSTER_TOKEN"],
    "curl": ["sh roster-curl.sh"],
}


@pytest.mark.parametrize("key", [it for it in GOLDEN if it not in {"json", "secret"}])
def test_a_form_says_what_to_do_next(key: str) -> None:
    export = BY_KEY[key](TOKEN)
    assert [command for _, command in export.steps] == NEXT.get(key, [])
    assert export.note or export.steps
    assert all(words for words, _ in export.steps)


def test_the_step_after_the_environment_file_gives_it_to_programs(tmp_path: Path) -> None:
    export = BY_KEY["env"](changed(secret=OWN))
    (tmp_path / export.filename).write_text(export.text)
    ((_, command),) = export.steps
    assert run(f"cd {tmp_path}; {command}; printenv ROSTER_TOKEN") == f"{OWN}\n"


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


@pytest.mark.parametrize("key", ["json", "env", "harbor", "kubernetes"])
def test_files_of_two_projects_are_called_otherwise(key: str) -> None:
    made = {
        BY_KEY[key](
            dataclasses.replace(TOKEN, project=it, login_name=f"robot_acme.{it}+ci")
        ).filename
        for it in ("web", "api")
    }
    assert len(made) == 2


def test_the_download_takes_every_form() -> None:
    for key in BY_KEY:
        form = DownloadForm({"form": key, "secret": "x"})
        assert form.is_valid(), form.errors


def test_several_registries_stand_in_one_file_and_beside_one_login() -> None:
    token = changed(other_hosts=("mirror.example.com:5000",))
    config = json.loads(BY_KEY["docker-config"](token).text)
    assert [*config["auths"]] == ["registry.example.com", "mirror.example.com:5000"]
    assert len({login["auth"] for login in config["auths"].values()}) == 1
    login = BY_KEY["docker"](token)
    assert login.text.endswith(" registry.example.com")
    assert "The same login works at mirror.example.com:5000." in login.note
