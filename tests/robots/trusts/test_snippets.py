"""What a job runs to log in: each snippet as a shell runs it, with a real curl, up to the registry."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import yaml
from django.conf import settings

from robots.base.trust_presets import OTHER, PRESETS
from robots.trusts.snippets import BY_PRESET, VOLUME, Way, snippets_of
from tests.cli.standins import Reply, StandIn, standing_in
from tests.conftest import Cast
from tests.front import ask, basic
from tests.robots.trusts.foreign import SCOPE, Issuer, trusting
from tests.robots.verifiers.oauth.asking import FORM

GIVEN = {"access_token": "given-by-roster", "token_type": "Bearer"}
HOSTILE = "$(id)`id`'\";id;#${x}"


@pytest.fixture
def roster() -> Iterator[StandIn]:
    """Takes what is asked of Roster and of an issuer."""
    with standing_in() as server:
        yield server


@pytest.fixture
def programs(tmp_path: Path) -> str:
    """What jobs have, which say what they were called with; the CI's own give the token of `jwt`."""
    scripts = {
        "docker": 'printf "%s|" docker "$@"; cat',
        "buildkite-agent": 'printf "%s\\n" "$@" >>asked; cat jwt',
        "circleci": 'printf "%s\\n" "$@" >>asked; cat jwt',
    }
    for name, script in scripts.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    return f"{tmp_path}:/usr/bin:/bin"


def way(origin: str, audience: str = "https://roster.example.com/robots/1") -> Way:
    return Way(origin, audience, "robot_acme.payments+ci", settings.ROSTER_REGISTRY_HOST)


def github(text: str) -> str:
    job = yaml.safe_load(text)
    assert job["permissions"] == {"id-token": "write"}
    [step] = job["steps"]
    run: str = step["run"]
    return run


def gitlab(text: str) -> str:
    [script] = yaml.safe_load(text)[".roster"]["before_script"]
    return str(script)


def kubernetes(text: str) -> str:
    [container] = yaml.safe_load(text)["spec"]["containers"]
    shell, flags, script = container["command"]
    assert (shell, flags) == ("/bin/sh", "-euc")
    return str(script)


def buildkite(text: str) -> str:
    """As the agent leaves it, which takes one of two `$`."""
    [step] = yaml.safe_load(text)["steps"]
    assert "$" not in step["command"].replace("$$", "")
    return str(step["command"].replace("$$", "$"))


def circleci(text: str) -> str:
    [step] = yaml.safe_load(text)
    return str(step["run"]["command"])


SCRIPTS: dict[str, Callable[[str], str]] = {
    "github": github,
    "gitlab": gitlab,
    "kubernetes": kubernetes,
    "buildkite": buildkite,
    "circleci": circleci,
    "google": str,
    "azure": str,
    OTHER: str,
}
# How an issuer that is asked by HTTP answers with the token `{}`.
ANSWERS = {
    "github": '{{"count":3,"value":"{}"}}',
    "google": "{}",
    "azure": '{{"access_token":"{}"}}',
}
HOSTS = ("http://metadata.google.internal", "http://169.254.169.254")


def run(
    preset: str, to: Way, folder: Path, path: str, token: str
) -> subprocess.CompletedProcess[str]:
    """The snippet as the preset's CI would run it."""
    script = SCRIPTS[preset](snippets_of(preset, to)[0].text).replace(VOLUME, str(folder))
    for host in HOSTS:
        script = script.replace(host, to.origin)
    for name in ("jwt", "token", "token.jwt"):
        (folder / name).write_text(f"{token}\n")
    given = {"ID_TOKEN": token if preset == "gitlab" else ""}
    asked = {
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{to.origin}/request?api=2",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "of-the-job",
    }
    return subprocess.run(
        ["/bin/sh", "-eu", "-c", script],
        cwd=folder,
        env={"PATH": path, **given, **asked},
        text=True,
        capture_output=True,
        check=False,
    )


def will(server: StandIn, preset: str, token: str, last: Reply) -> None:
    answers = [Reply(body=ANSWERS[preset].format(token).encode())] if preset in ANSWERS else []
    server.will(*answers, last)


def test_every_issuer_has_its_way() -> None:
    assert [*BY_PRESET, OTHER] == list(PRESETS) == list(SCRIPTS)
    for preset in PRESETS:
        keys = [snippet.key for snippet in snippets_of(preset, way("https://a.example"))]
        assert keys[-1] == "shell"


@pytest.mark.parametrize("preset", SCRIPTS)
def test_a_job_logs_in_without_a_secret(
    cast: Cast, signer: Issuer, roster: StandIn, tmp_path: Path, programs: str, preset: str
) -> None:
    trust = trusting(cast, signer)
    token = signer.token(trust.audience)
    will(roster, preset, token, Reply(body=json.dumps(GIVEN, separators=(",", ":")).encode()))
    done = run(preset, way(roster.url, trust.audience), tmp_path, programs, token)
    assert done.stderr == ""
    login = f"docker|login|--username|{cast.robot.login_name}|--password-stdin|"
    assert done.stdout == f"{login}{settings.ROSTER_REGISTRY_HOST}|given-by-roster"
    asked = roster.asked[-1]
    assert (asked.method, asked.path) == ("POST", "/oauth/token")
    answer = ask("/oauth/token", "POST", body=asked.body, **FORM)
    assert answer.status == 200, answer.body
    password = basic(cast.robot.login_name, answer.json["access_token"])
    assert ask(SCOPE, authorization=password).status == 200


@pytest.mark.parametrize("preset", SCRIPTS)
def test_a_refusal_is_shown_and_ends_the_job(
    roster: StandIn, tmp_path: Path, programs: str, preset: str
) -> None:
    refusal = {"error": "invalid_request", "error_description": "nobody trusts this"}
    will(roster, preset, "a.b.c", Reply(400, refusal))
    done = run(preset, way(roster.url), tmp_path, programs, "a.b.c")
    assert done.returncode == 1
    assert "nobody trusts this" in done.stderr
    assert done.stdout == ""


def audiences(asked: Any) -> list[str]:
    """Whom the CI was asked for a token for."""
    query = parse_qs(asked.path.partition("?")[2])
    return query.get("audience") or query.get("resource") or []


@pytest.mark.parametrize("preset", ["github", "buildkite", "circleci", "google", "azure"])
def test_an_audience_is_asked_for_to_the_letter(
    roster: StandIn, tmp_path: Path, programs: str, preset: str
) -> None:
    will(roster, preset, "a.b.c", Reply(body=GIVEN))
    done = run(preset, way(roster.url, HOSTILE), tmp_path, programs, "a.b.c")
    assert done.returncode == 0, done.stderr
    if preset in ANSWERS:
        assert audiences(roster.asked[0]) == [HOSTILE]
    else:
        said = (tmp_path / "asked").read_text()
        assert (HOSTILE if preset == "buildkite" else json.dumps({"aud": HOSTILE})) in said


def test_a_pipelines_files_say_it_to_the_letter() -> None:
    job = yaml.safe_load(snippets_of("gitlab", way("https://a.example", HOSTILE))[0].text)
    assert job[".roster"]["id_tokens"]["ID_TOKEN"]["aud"] == HOSTILE
    pod = yaml.safe_load(snippets_of("kubernetes", way("https://a.example", HOSTILE))[0].text)
    [source] = pod["spec"]["volumes"][0]["projected"]["sources"]
    assert source["serviceAccountToken"]["audience"] == HOSTILE
