"""Jobs as CI systems run them: on a machine where nobody is logged in, with a token of their issuer's."""

import itertools
import shlex
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

from tests.cli.standins import Reply, StandIn, standing_in
from tests.interop.docs.pages import Typist, typist_of
from tests.interop.docs.test_registry import installs_manage
from tests.interop.processes import Installation, free_port
from tests.interop.proxies import make_certificate
from tests.robots.trusts.foreign import Issuer

HOST = "registry.example.com"
COMMAND = "docker-registry serve /etc/docker/registry/config.yml"
AUTH = """
auth:
  token:
    realm: https://roster.example.com/service/token
    service: acme/{name}
    issuer: https://roster.example.com
    rootcertbundle: /etc/docker/registry/roster.pem
"""
PREPARE = f"""
manage.py registry_bundle --output /etc/docker/registry/roster.pem
roster service create {{name}} --host {HOST}
"""
OF_NOBODY = ("ROSTER_TOKEN", "ROSTER_ORGANIZATION", "ROSTER_SERVER", "ROSTER")
# A token for an audience.
Issue = Callable[[str], str]


def owner_of_registry(
    installation: Installation, secret: str, home: Path, name: str, **places: str
) -> Typist:
    """An owner of acme at a machine with a registry of acme's, which Roster knows by this name."""
    known = {HOST: f"localhost:{free_port()}", "/etc/docker/": f"{home}/etc/"}
    known["https://roster.example.com"] = installation.origin
    made = typist_of(installation, secret, home, **places, **known)
    (home / "etc" / "registry").mkdir(parents=True)
    make_certificate(home)
    made.known["SSL_CERT_FILE"] = str(home / "roster.pem")
    installs_manage(made, installation)
    made.types(PREPARE.format(name=name))
    return made


def paste_keys(owner: Typist, trust: str, issuer: Issuer) -> None:
    """Let a trust take keys of the tests for those that only its issuer has."""
    (owner.home / "keys.json").write_text(issuer.jwks)
    owner.types(f"roster robot trust update {trust} --keys-file keys.json")


def machine_of_job(owner: Typist, name: str, **environment: str) -> Typist:
    """Where a job runs: the owner's network, and nothing that the owner has."""
    known = {key: text for key, text in owner.known.items() if key not in OF_NOBODY}
    made = Typist(owner.home.parent / name, owner.places, **known, **environment)
    made.installs("docker-credential-roster", f"{sys.executable} -m roster.docker_credential")
    return made


def commands(text: str) -> list[str]:
    """What a configuration of GitHub, GitLab, Buildkite or CircleCI makes a job run, in its order."""
    return list(_commands(yaml.safe_load(text)))


def _commands(content: Any) -> Iterator[str]:
    if isinstance(content, list):
        yield from itertools.chain.from_iterable(map(_commands, content))
    elif isinstance(content, dict):
        for name, value in content.items():
            yield from _said(name, value)


def _said(name: str, value: Any) -> Iterable[str]:
    if name == "script":
        return list(value)
    return [value] if name in ("run", "command") else _commands(value)


def lasting(audience: str, **claims: str) -> dict[str, Any]:
    """What is in a job's token for an audience, beside who issued it."""
    now = int(time.time())
    lasts = {"iat": now, "exp": now + 600, "jti": str(uuid.uuid4())}
    return {"aud": audience, **lasts, **claims}


class GitHub(StandIn):
    """GitHub's address for tokens, for one job."""

    def __init__(self, issue: Issue) -> None:
        super().__init__()
        self.issue = issue

    def next(self) -> Reply:
        asked = self.asked[-1]
        if asked.headers.get("Authorization") != "Bearer of-the-job":
            return Reply(401)
        (audience,) = parse_qs(urlsplit(asked.path).query)["audience"]
        return Reply(body={"count": 1, "value": self.issue(audience)})


@contextmanager
def at_github(issue: Issue) -> Iterator[dict[str, str]]:
    """What a job with `id-token: write` has in its environment."""
    with standing_in(GitHub(issue)) as github:
        yield {
            "GITHUB_ACTIONS": "true",
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{github.url}/token?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "of-the-job",
        }


def installs_giver(job: Typist, name: str, tokens: list[str]) -> None:
    """A program of the CI system's that prints one token after the other."""
    place = job.home / f"{name}-tokens"
    place.write_text("".join(f"{token}\n" for token in tokens))
    quoted = shlex.quote(str(place))
    script = shlex.quote(f"head -n 1 {quoted}; sed -i 1d {quoted}")
    job.installs(name, f"sh -c {script}")
