"""What an older version left behind, with this one: it verifies, logs in, signs in and lists, here and
in every version to come.

`tests/releases/` has an archive for each version, made by that version's own code.
"""

import base64
import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.interop.console import Console
from tests.interop.postgresql import PROGRAMS, PostgreSQL, on_postgresql, postgresql
from tests.interop.processes import ROOT, Installation, fetch, serving

RELEASES = ("0.1.0",)
DATABASES = ("sqlite", "postgresql")
ROBOT = "upgraded"
PAGES = (
    *("", "projects/", "repositories/", "robots/", f"robots/?q={ROBOT}", "users/", "teams/"),
    *("roles/", "audit-log/", "audit-log/?who=all", "settings/", "settings/policy/"),
)
LISTS = (
    *("projects", "repositories", "robots", "members", "invitations", "teams", "roles", "grants"),
    *("role-tokens", "events"),
)


@dataclass
class Upgraded:
    """An installation of this version over the database of an older one, and what is known of it."""

    installation: Installation
    known: dict[str, Any]

    def registry_answers(self, secret: str) -> int:
        """The status of a registry's question for a token, with the robot's login name."""
        scope = "repository:acme/payments/api:pull"
        both = base64.b64encode(f"{self.known['login_name']}:{secret}".encode()).decode()
        url = f"{self.installation.origin}/service/token?service=registry&scope={scope}"
        return fetch(url, {"Authorization": f"Basic {both}"})[0]

    def api(self, path: str) -> tuple[int, dict[str, Any]]:
        bearer = {"Authorization": f"Bearer {self.known['personal']}"}
        status, body = fetch(f"{self.installation.origin}/api/v1/{path}", bearer)
        return status, json.loads(body)


def unpacked(version: str, database: str, folder: Path) -> Path:
    with tarfile.open(ROOT / "tests" / "releases" / f"{version}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder / database


def load(server: PostgreSQL, dump: Path) -> None:
    arguments = ["--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={server.url}", f"--file={dump}"]
    subprocess.run([f"{PROGRAMS}/psql", *arguments], check=True, stdout=subprocess.DEVNULL)


def installed(files: Path, folder: Path) -> Installation:
    """A data folder with what a backup of the older version holds."""
    folder.mkdir()
    for name in ("keyring.json", "audit-checkpoints.jsonl", "roster.sqlite3"):
        if (files / name).exists():
            shutil.copy(files / name, folder)
    return Installation(folder)


@pytest.fixture(
    scope="module",
    params=[(version, database) for version in RELEASES for database in DATABASES],
    ids="-".join,
)
def upgraded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Upgraded]:
    version, database = request.param
    folder: Path = tmp_path_factory.mktemp(database)
    files = unpacked(version, database, folder)
    known = json.loads((files / "known.json").read_text())
    installation = installed(files, folder / "roster")
    if database == "sqlite":
        with serving(installation):
            yield Upgraded(installation, known)
        return
    with postgresql(folder) as server:
        load(server, files / "dump.sql")
        installation = on_postgresql(server, folder / "roster")
        with serving(installation):
            yield Upgraded(installation, known)


def test_its_audit_log_verifies_and_goes_on(upgraded: Upgraded) -> None:
    Console(upgraded.installation.origin, "acme", "nobody@example.com", "a wrong phrase")
    verified = upgraded.installation.manage("verify_audit", "--json")
    assert verified.returncode == 0, verified.stdout
    found = json.loads(verified.stdout.splitlines()[-1])
    assert (found["ok"], found["checkpoints"]["faults"]) == (True, [])
    assert found["checkpoints"]["lines"] >= 3
    assert {chain["name"] for chain in found["chains"]} == {"acme", "site"}
    assert min(chain["events"] for chain in found["chains"]) >= 5


def test_its_tokens_log_in_and_what_it_ended_stays_ended(upgraded: Upgraded) -> None:
    works, ended = upgraded.known["works"], upgraded.known["ended"]
    assert set(works) == {"signed", "compact", "own"}
    assert {upgraded.registry_answers(secret) for secret in works.values()} == {200}
    assert {upgraded.registry_answers(secret) for secret in ended.values()} == {401}


def test_its_people_sign_in_and_see_every_list(upgraded: Upgraded) -> None:
    known = upgraded.known
    console = Console(upgraded.installation.origin, "acme", known["email"], known["password"])
    seen = {path: console.page(path) for path in PAGES}
    assert all("Acme Works" in page for page in seen.values())
    assert ROBOT in seen[f"robots/?q={ROBOT}"]
    assert "Acme Works" in console.ask("/account/")[1]


def test_the_api_lists_what_it_listed(upgraded: Upgraded) -> None:
    assert upgraded.api("me/")[1]["email"] == upgraded.known["email"]
    for name in LISTS:
        status, found = upgraded.api(f"organizations/acme/{name}/")
        assert (name, status) == (name, 200)
        assert "results" in found
