"""Upgrade without a stop: what 0.1.0 made, with the version before this one and this one side by side."""

import json
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.drills.load import STATIC, Known, Load, basic
from tests.drills.versions import CODE, Balancer, balancing, code_before, new_balancer, with_code
from tests.interop.console import Console
from tests.interop.postgresql import on_postgresql, postgresql
from tests.interop.processes import ROOT, Installation, eventually, fetch, serving
from tests.interop.test_releases import LISTS, PAGES, installed, load, unpacked

# As a proxy says it.
CAME_FROM = {"X-Forwarded-For": "192.0.2.7"}
PUSH_AND_PULL = ("artifact:push", "artifact:pull")
# The last migrations that the version before this one knows.
KNOWN_BEFORE = {"robots": "0021", "console": "0022"}


@dataclass
class Fleet:
    """Two servers of different versions, of which the older one runs first, and what 0.1.0 left behind."""

    balancer: Balancer
    before: Installation
    now: Installation
    known: dict[str, Any]

    def console(self, origin: str) -> Console:
        """Somebody who signs in there, past HAProxy if it is a server's own address."""
        console = Console(origin, "acme")
        console.opener.addheaders += CAME_FROM.items()
        console.sign_in(self.known["email"], self.known["password"])
        return console

    def log_in(self, secret: str, login_name: str = "") -> int:
        """The status of a registry's question for a token, asked of either server."""
        url = (
            f"{self.balancer.origin}/service/token?service=registry&scope=repository:acme/x/y:pull"
        )
        login = basic(login_name or self.known["login_name"], secret)
        return fetch(url, {"Authorization": login})[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def fleet(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fleet]:
    files = unpacked("0.1.0", request.param, tmp_path)
    known = json.loads((files / "known.json").read_text())
    code, balancer = code_before(tmp_path / "code"), new_balancer()
    old = new = installed(files, tmp_path / "old").folder
    settings = balancer.settings
    with ExitStack() as running:
        if request.param == "postgresql":
            server = running.enter_context(postgresql(tmp_path))
            load(server, files / "dump.sql")
            new = tmp_path / "new"
            settings |= {
                "ROSTER_DATABASE_URL": server.url,
                "ROSTER_KEYRING_FILE": str(old / "keyring.json"),
                "ROSTER_AUDIT_CHECKPOINTS": str(old / "audit-checkpoints.jsonl"),
                "ROSTER_SECRET_KEY": "only-for-tests-" * 4,
            }
        before = with_code(Installation(old, **settings), code)
        yield Fleet(balancer, before, Installation(new, **settings), known)


def furnished(fleet: Fleet, console: Console) -> Known:
    """What is asked during the upgrade, made by the older version."""
    every = {"personal_tokens": "none"}
    console.make(
        "settings/services/new/proxy/", name="front", proxy="nginx", host="r.example.com", **every
    )
    service = console.make("settings/services/new/resource/", name="api", **every)
    path = f"settings/services/{service}/secrets/new/"
    _, page = console.send(path, overlap="0", request_key=str(uuid.uuid4()))
    secret = re.search(r'id="secret"[^>]*>([^<]+)<', page)
    assert secret, page
    robot = console.robot("made-before")
    login = fleet.known["login_name"], fleet.known["works"]["compact"]
    return Known(*login, robot["uuid"], robot["login_name"], service, secret[1])


def walk(fleet: Fleet, origin: str, mark: str) -> None:
    """Everything that people and programs do most, at one server: it lists, makes, verifies and ends."""
    console = fleet.console(origin)
    for path in PAGES:
        assert "Acme Works" in console.page(path), path
    bearer = {"Authorization": f"Bearer {fleet.known['personal']}"} | CAME_FROM
    for name in LISTS:
        assert fetch(f"{origin}/api/v1/organizations/acme/{name}/", bearer)[0] == 200, name
    project = console.project(f"project-{mark}")
    places = {"level": "project", "project": project, "permissions": PUSH_AND_PULL}
    robot = console.robot(f"robot-{mark}", **places)
    assert fleet.log_in(robot["secret"], robot["login_name"]) == 200
    console.send("users/invitations/new/", email=f"{mark}@example.com", role="member")
    console.send(f"robots/{robot['uuid']}/suspension/")
    assert fleet.log_in(robot["secret"], robot["login_name"]) == 401


def stand_by_what_was_said(fleet: Fleet, asked: Load) -> None:
    """What was acknowledged is there and works, what was refused is not, and the audit log is whole."""
    console = fleet.console(fleet.now.origin)
    page = console.page(f"robots/{asked.known.robot}/")
    assert {name for name in asked.refused if re.search(rf"\b{name}\b", page)} == set()
    wrong = {
        name
        for name, secret in asked.created.items()
        if fleet.log_in(secret, asked.known.robot_login) != 200
    }
    assert wrong == set()
    assert {fleet.log_in(secret) for secret in fleet.known["works"].values()} == {200}
    assert {fleet.log_in(secret) for secret in fleet.known["ended"].values()} == {401}
    verified = fleet.now.manage("verify_audit", "--json")
    assert verified.returncode == 0, verified.stdout


def test_nobody_notices_an_upgrade_or_the_way_back(fleet: Fleet, tmp_path: Path) -> None:
    with ExitStack() as running:
        old = running.enter_context(serving(fleet.before))
        both = {"before": fleet.before, "now": fleet.now}
        running.enter_context(balancing(fleet.balancer, tmp_path / "haproxy", **both))
        console = fleet.console(fleet.balancer.origin)
        asked = Load(fleet.balancer, console, furnished(fleet, console))
        with asked.going_on():
            asked.goes_on()
            assert asked.answered_by == {"before"}
            new = running.enter_context(serving(fleet.now))
            asked.goes_on()
            assert asked.answered_by == {"before", "now"}
            walk(fleet, fleet.before.origin, "before")
            walk(fleet, fleet.now.origin, "now")
            assert old.stop() == 0
            asked.goes_on()
        assert asked.faults == []
        stand_by_what_was_said(fleet, asked)
        assert new.stop() == 0
        go_back(fleet, asked)


def go_back(fleet: Fleet, asked: Load) -> None:
    """The new version takes its tables back, the one before serves again; whatever both know is there."""
    for app, name in KNOWN_BEFORE.items():
        undone = fleet.now.manage("migrate", app, name)
        assert undone.returncode == 0, undone.stderr
    with serving(fleet.before):
        eventually(lambda: fetch(f"{fleet.balancer.origin}/livez")[0] == 200, "it is sent requests")
        fleet.console(fleet.balancer.origin)
        name, secret = asked.created.popitem()
        assert fleet.log_in(secret, asked.known.robot_login) == 200, name
        walk(fleet, fleet.before.origin, "again")


def assets_of(installation: Installation) -> set[str]:
    return set(STATIC.findall(fetch(f"{installation.origin}/sign-in/")[1].decode()))


def test_each_version_has_the_static_files_of_the_other(tmp_path: Path) -> None:
    """They share a database and no folder; the next version's styles and scripts are others."""
    code = tmp_path / "code"
    code.mkdir()
    for part in CODE:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, code / part)
    for kind in ("css", "js"):
        with (code / "static/console" / kind / f"console.{kind}").open("a") as whole:
            whole.write("\n/* next */\n")
    with ExitStack() as running:
        server = running.enter_context(postgresql(tmp_path))
        now = on_postgresql(server, tmp_path / "now")
        later = with_code(on_postgresql(server, tmp_path / "later"), code)
        later.environment["ROSTER_KEYRING_FILE"] = now.environment["ROSTER_KEYRING_FILE"]
        for installation in (now, later):
            running.enter_context(serving(installation))
        assert not assets_of(now) & assets_of(later)
        for asset in assets_of(now) | assets_of(later):
            answers = {fetch(f"{installation.origin}{asset}") for installation in (now, later)}
            assert len(answers) == 1, asset
            assert {status for status, _ in answers} == {200}, asset
        assert fetch(f"{now.origin}/static/console/css/console.000000000000.css")[0] == 404
