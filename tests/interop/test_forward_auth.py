"""nginx, Caddy and HAProxy ask Roster before a registry, with the configurations we give away."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.front import basic
from tests.interop.fronts import OTHER, OWN, Front
from tests.interop.images import Skopeo
from tests.interop.processes import eventually, fetch


def test_a_robot_pushes_lists_pulls_and_another_deletes(
    front: Front, image: Path, tmp_path: Path
) -> None:
    skopeo = front.skopeo(tmp_path)
    pusher, cleaner = front.auth(skopeo, "pusher"), front.auth(skopeo, "cleaner")
    pushed = skopeo.push(image, OWN, pusher)
    assert pushed.returncode == 0, pushed.stderr
    listed = skopeo.tags(OWN, front.auth(skopeo, "puller"))
    assert '"latest"' in listed.stdout, listed.stderr
    pulled = skopeo.pull(OWN, front.auth(skopeo, "puller"))
    assert pulled.returncode == 0, pulled.stderr
    assert skopeo.delete(OWN, pusher).returncode != 0
    assert skopeo.pull(OWN, pusher).returncode == 0
    deleted = skopeo.delete(OWN, cleaner)
    assert deleted.returncode == 0, deleted.stderr
    assert skopeo.pull(OWN, pusher).returncode != 0


def test_a_registry_behind_it_tells_what_happens_and_knows_nobody(
    front: Front, image: Path, tmp_path: Path
) -> None:
    """Who somebody is, is for the proxy to know."""
    skopeo, path = front.skopeo(tmp_path), f"acme/payments/told-by-{front.program}"
    pushed = skopeo.push(image, path, front.auth(skopeo, "pusher"))
    assert pushed.returncode == 0, pushed.stderr

    def told() -> dict[str, Any]:
        found: dict[str, Any] = front.server.installation.do("told", of="event_actions", path=path)
        return found

    found = eventually(told, "the push is told of")
    assert (found["public"], found["registered"]) == (False, ["push by unknown"])
    eventually(lambda: told()["uses"] == {"push latest": 1}, "and counted")
    assert list(told()["tags"]) == ["latest"]


@pytest.mark.parametrize(
    ("robot", "name"),
    [("puller", OWN), ("copier", OWN), ("pusher", OTHER), ("pusher", "globex/payments/api")],
)
def test_who_may_not_push_a_tag_is_denied(
    front: Front, image: Path, tmp_path: Path, robot: str, name: str
) -> None:
    """One may push and not make tags: then only the manifest is refused."""
    skopeo = front.skopeo(tmp_path)
    refused = skopeo.push(image, name, front.auth(skopeo, robot))
    assert refused.returncode != 0
    assert "403" in refused.stderr or "denied" in refused.stderr, refused.stderr
    assert fetch(f"http://{front.registry}/v2/{name}/manifests/latest")[0] == 404


def test_what_is_public_is_pulled_by_everybody_and_nothing_else(
    front: Front, image: Path, tmp_path: Path
) -> None:
    skopeo = front.skopeo(tmp_path)
    for name, status in (("acme/payments/public", 0), (f"{OWN}/private", 1)):
        pushed = skopeo.push(image, name, front.auth(skopeo, "pusher"))
        assert pushed.returncode == 0, pushed.stderr
        pulled = skopeo.pull(name, None)
        assert (pulled.returncode != 0) == bool(status), pulled.stderr


def test_an_end_counts_from_the_next_request(front: Front, image: Path, tmp_path: Path) -> None:
    name = f"leaver-{front.program}"
    made = front.server.installation.do("robot_in", project="payments", name=name)
    login = basic(made["login_name"], made["secret"])
    assert front.proxy.get("/v2/", Authorization=login)[0] == 200
    front.server.installation.do("end", login_name=made["login_name"], how="token deleted")
    assert front.proxy.get("/v2/", Authorization=login)[0] == 401


def layer_of(front: Front, image: Path, tmp_path: Path, name: str) -> str:
    """Push past the proxy, and the digest of what the image is made of."""
    straight = Skopeo(tmp_path, front.registry)
    pushed = straight.push(image, name, None)
    assert pushed.returncode == 0, pushed.stderr
    status, body = fetch(f"http://{front.registry}/v2/{name}/manifests/latest", ACCEPT)
    assert status == 200, body
    return str(re.findall(r"sha256:[0-9a-f]{64}", body.decode())[-1])


ACCEPT = {"Accept": "application/vnd.oci.image.manifest.v1+json"}


def test_a_layer_is_mounted_from_where_one_may_pull(
    front: Front, image: Path, tmp_path: Path
) -> None:
    login = front.login("pusher")
    for source, expected in ((f"{OWN}/base", 201), (OTHER, 403)):
        digest = layer_of(front, image, tmp_path, source)
        path = f"/v2/{OWN}/mounted/blobs/uploads/?mount={digest}&from={source}"
        status, _ = front.proxy.ask("POST", path, Authorization=login, Content__Length="0")
        assert status == expected, source


def test_a_layer_that_is_asked_for_in_a_form_is_refused(
    front: Front, image: Path, tmp_path: Path
) -> None:
    """The registry would take it from where one may not pull."""
    digest = layer_of(front, image, tmp_path, OTHER)
    form, kind = f"mount={digest}&from={OTHER}".encode(), "application/x-www-form-urlencoded"
    path = f"/v2/{OWN}/stolen/blobs/uploads/"
    login = front.login("pusher")
    refused, _ = front.proxy.ask("POST", path, form, Authorization=login, Content__Type=kind)
    assert refused == 403
    taken = fetch(f"http://{front.registry}{path}", {"Content-Type": kind}, form)
    assert taken[0] == 201


def test_tags_are_deleted_by_whoever_may(front: Front) -> None:
    path = f"/v2/{OWN}/manifests/latest"
    for robot, status in (("pusher", 403), ("puller", 403), ("cleaner", 200)):
        assert front.recorded.ask("DELETE", path, Authorization=front.login(robot))[0] == status


HARBOR = "/api/v2.0/projects/payments/repositories/api/artifacts"
# As Harbor and ChartMuseum take them, and which robot may.
REQUESTS = f"""
harbor   POST    {HARBOR}/latest/tags
harbor   POST    {HARBOR}/latest/labels
harbor   POST    {HARBOR}/latest/scan
cleaner  DELETE  {HARBOR}/latest/tags/v1
cleaner  DELETE  {HARBOR}/latest
puller   GET     {HARBOR}?page=1&page_size=10
harbor   GET     /acme/payments/index.yaml
harbor   GET     /acme/payments/charts/web-1.0.0.tgz
harbor   POST    /api/acme/payments/charts?force
harbor   POST    /api/acme/payments/prov
harbor   DELETE  /api/acme/payments/charts/web/1.0.0
"""


def test_harbors_and_chartmuseums_requests_pass_for_whoever_may(front: Front) -> None:
    for line in REQUESTS.strip().splitlines():
        robot, method, path = line.split()
        other = "puller" if robot != "puller" else "harbor"
        before = len(front.recorder.seen)
        refused, _ = front.recorded.ask(method, path, Authorization=front.login(other))
        assert (refused, len(front.recorder.seen)) == (403, before), line
        passed, _ = front.recorded.ask(method, path, Authorization=front.login(robot))
        assert passed == 200, line
        seen = front.recorder.seen[-1]
        assert (seen.method, seen.uri) == (method, path)
