"""A real registry tells a real Roster what happens there."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.interop.images import Skopeo
from tests.interop.processes import (
    Installation,
    Serving,
    eventually,
    fetch,
    free_port,
    registry_at,
    serving,
)

Made = dict[str, Any]
Told = Callable[[str], Made]


@pytest.fixture(scope="module")
def worker(server: Serving, builder: Made) -> Made:
    """A robot that may do all in acme/open, where new repositories are public."""
    made: Made = server.installation.do("open_project", of="event_actions", slug="open")
    return made


def teller(installation: Installation) -> Told:
    """What an installation knows of a repository."""
    return lambda path: installation.do("told", of="event_actions", path=path)


@pytest.fixture
def told(server: Serving) -> Told:
    return teller(server.installation)


def until(told: Told, path: str, use: str, count: int) -> Made:
    """What is known of the repository once something was counted so often."""
    found: Made = {}

    def is_counted() -> bool:
        found.update(told(path))
        return bool(found.get("uses", {}).get(use) == count)

    eventually(is_counted, f"{use} in {path} is counted: {found}")
    return found


def test_what_is_pushed_is_registered_private_with_its_tag_and_who_it_was(
    skopeo: Skopeo, image: Path, worker: Made, told: Told
) -> None:
    path, who = "acme/open/app", worker["login_name"]
    auth = skopeo.auth(who, worker["secret"])
    assert told(path) == {}
    assert skopeo.push(image, path, auth).returncode == 0
    found = until(told, path, f"{who} push latest", 1)
    assert found["public"] is False
    assert found["registered"] == [f"push by {who}"]
    name, size = found["tags"]["latest"]
    assert name == who
    assert size > 500
    assert skopeo.pull(path, None).returncode != 0
    assert skopeo.pull(path, auth).returncode == 0
    until(told, path, f"{who} pull latest", 1)
    assert skopeo.delete(path, auth).returncode == 0
    (digest,) = digests(image)
    assert until(told, path, f"{who} delete {digest}", 1)["tags"] == {}


def digests(image: Path) -> list[str]:
    return [it["digest"] for it in json.loads((image / "index.json").read_text())["manifests"]]


def test_who_pulls_what_is_public_is_not_known(
    skopeo: Skopeo, image: Path, builder: Made, told: Told
) -> None:
    path = "acme/payments/public"
    auth = skopeo.auth(builder["login_name"], builder["secret"])
    assert skopeo.push(image, path, auth).returncode == 0
    assert skopeo.pull(path, None).returncode == 0
    assert until(told, path, "pull latest", 1)["registered"] == []


def bearer(origin: str, made: Made, path: str) -> dict[str, str]:
    both = base64.b64encode(f"{made['login_name']}:{made['secret']}".encode()).decode()
    asked = f"{origin}/service/token?service=registry&scope=repository:{path}:pull"
    status, body = fetch(asked, {"Authorization": f"Basic {both}"})
    assert status == 200
    accepted = "application/vnd.oci.image.manifest.v1+json"
    return {"Authorization": f"Bearer {json.loads(body)['token']}", "Accept": accepted}


def test_an_event_that_is_too_long_holds_nothing_up(
    server: Serving, skopeo: Skopeo, image: Path, worker: Made, told: Told
) -> None:
    """Whoever may pull says of their program what they like, and a registry repeats it six times as long."""
    path, who = "acme/open/held-up", worker["login_name"]
    assert skopeo.push(image, path, skopeo.auth(who, worker["secret"])).returncode == 0
    login = bearer(server.installation.origin, worker, path)
    address = f"http://{skopeo.host}/v2/{path}/manifests/latest"
    assert fetch(address, login | {"User-Agent": "<" * 300_000})[0] == 200
    assert fetch(address, login)[0] == 200
    until(told, path, f"{who} pull latest", 1)


def test_a_registry_that_was_restarted_goes_on(
    server: Serving, image: Path, worker: Made, told: Told, tmp_path: Path
) -> None:
    path, who, host = "acme/open/restarted", worker["login_name"], f"127.0.0.1:{free_port()}"
    for name in ("registry", "skopeo"):
        (tmp_path / name).mkdir()
    skopeo = Skopeo(tmp_path / "skopeo", host)
    auth = skopeo.auth(who, worker["secret"])
    with registry_at(server.installation, tmp_path / "registry", host):
        assert skopeo.push(image, path, auth).returncode == 0
        until(told, path, f"{who} push latest", 1)
    with registry_at(server.installation, tmp_path / "registry", host):
        assert skopeo.pull(path, auth).returncode == 0
        found = until(told, path, f"{who} pull latest", 1)
    assert found["tags"].keys() == {"latest"}
    assert found["uses"][f"{who} push latest"] == 1


def test_what_happens_while_roster_is_away_is_told_when_it_is_back(
    prepared_data: Path, image: Path, tmp_path: Path
) -> None:
    for name in ("registry", "skopeo"):
        (tmp_path / name).mkdir()
    installation = Installation.copied(prepared_data, tmp_path / "roster")
    skopeo, path = Skopeo(tmp_path / "skopeo", f"127.0.0.1:{free_port()}"), "acme/payments/away"
    made = installation.do("furnish")
    with registry_at(installation, tmp_path / "registry", skopeo.host):
        with serving(installation):
            auth = skopeo.auth(made["login_name"], made["secret"])
            assert skopeo.push(image, path, auth).returncode == 0
            login = bearer(installation.origin, made, path)
        for _ in range(3):
            assert fetch(f"http://{skopeo.host}/v2/{path}/manifests/latest", login)[0] == 200
        with serving(installation):
            until(teller(installation), path, f"{made['login_name']} pull latest", 3)
