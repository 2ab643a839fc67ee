"""docs/github-actions.md and docs/gitlab.md, with a real registry, and stand-ins for GitHub and GitLab."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.https import answer, authority
from tests.interop.docs.jobs import (
    AUTH,
    COMMAND,
    HOST,
    at_github,
    commands,
    lasting,
    machine_of_job,
    owner_of_registry,
    paste_keys,
)
from tests.interop.docs.pages import Guide, Typist, walks
from tests.interop.docs.test_registry import registry
from tests.interop.processes import Installation, Serving, require_tool, serving
from tests.issuers import Issuer as Published
from tests.robots.trusts.foreign import Issuer

GITHUB = "https://token.actions.githubusercontent.com"
OF_GITHUB = {
    "sub": "repo:acme/api:ref:refs/heads/main",
    "repository_id": "1296269",
    "ref": "refs/heads/main",
}
OF_GITLAB = {
    "sub": "project_path:acme/api:ref_type:branch:ref:main",
    "project_id": "42",
    "ref_protected": "true",
}


@pytest.fixture(autouse=True)
def _tools() -> None:
    for program in ("docker-registry", "skopeo", "jq", "curl"):
        require_tool(program)


@pytest.fixture
def github(server: Serving, personal_token: str, tmp_path: Path) -> Typist:
    return owner_of_registry(server.installation, personal_token, tmp_path / "owner", "github")


@walks("github-actions.md")
def test_workflows_push(guide: Guide, github: Typist) -> None:
    issuer = Issuer(GITHUB)
    github.follows(guide)
    paste_keys(github, "ci github", issuer)
    login, push, ask, logout = commands(guide.take("yaml"))
    without = commands(guide.take("yaml"))

    def issue(audience: str) -> str:
        return issuer.token(audience, **OF_GITHUB)

    with registry(github, HOST, AUTH.format(name="github"), COMMAND), at_github(issue) as known:
        job = machine_of_job(github, "job", **known)
        assert job.types(login).startswith("robot_acme.payments+ci logged in until ")
        job.types(push)
        assert job.types(ask).startswith("yes\n")
        job.types(logout)
        assert "eyJ" not in (job.home / ".config" / "roster" / "config").read_text()
        other = machine_of_job(github, "another", **known)
        assert [other.types(command) for command in without] == ["Login Succeeded!\n", ""]


@pytest.fixture
def published() -> Iterator[Published]:
    """GitLab, as far as Roster asks it."""
    running = Published()
    running.answers["/oauth/discovery/keys"] = answer(200, json.dumps(running.key_set))
    yield running
    running.server.close()


@pytest.fixture
def gitlab(prepared_data: Path, published: Published, tmp_path: Path) -> Iterator[Typist]:
    """Somebody of acme, at a Roster that may ask this machine for keys."""
    allowed = {"ROSTER_OUTGOING_NETWORKS": "127.0.0.1"}
    allowed["ROSTER_OUTGOING_CA_FILE"] = str(authority().file)
    installation = Installation.copied(prepared_data, tmp_path / "roster", **allowed)
    with serving(installation):
        installation.do("furnish")
        secret = str(installation.do("personal_token")["secret"])
        places = {"https://gitlab.example.com": published.url}
        owner = owner_of_registry(installation, secret, tmp_path / "owner", "gitlab", **places)
        owner.known["CURL_CA_BUNDLE"] = str(authority().file)
        yield owner


def run_gitlab_job(owner: Typist, published: Published, text: str, name: str) -> list[str]:
    """What each command of the job prints; GitLab gives it its tokens and variables."""
    (said,) = yaml.safe_load(owner.translated(text)).values()
    tokens = {
        variable: published.sign(lasting(asked["aud"], **OF_GITLAB))
        for variable, asked in said["id_tokens"].items()
    }
    job = machine_of_job(owner, name, **tokens, **said.get("variables", {}))
    return [job.types(command) for command in commands(text)]


@walks("gitlab.md")
def test_pipelines_push(guide: Guide, gitlab: Typist, published: Published) -> None:
    gitlab.follows(guide)
    with registry(gitlab, HOST, AUTH.format(name="gitlab"), COMMAND):
        login, *_, ask = run_gitlab_job(gitlab, published, guide.take("yaml"), "both")
        assert login.startswith("robot_acme.payments+gitlab logged in until ")
        assert ask.startswith("yes\n")
        short = guide.take("yaml")
        run_gitlab_job(gitlab, published, short, "one")
        without = run_gitlab_job(gitlab, published, guide.take("yaml"), "neither")
        assert without == ["Login Succeeded!\n", ""]
        gitlab.follows(guide)
        asked = len(published.asked)
        run_gitlab_job(gitlab, published, short, "pasted")
        assert len(published.asked) == asked
