"""deploy/container: built and run with podman, on a base of Debian's packages."""

import json
from collections.abc import Iterator

import pytest

from tests.interop.processes import eventually, fetch, free_port
from tests.packages.containers import IMAGE, LIMITS, Podman, is_root, require_containers

# What the product is, and nothing of tests, bench or a developer's data.
CONTENT = {
    *(".venv", "LICENSE", "manage.py", "requirements.txt", "sbom.cdx.json"),
    *("console", "robots", "static", "teams", "templates"),
    *("README.md", "SECURITY.md", "CHANGELOG.md", "cli", "docs", "deploy"),
}


@pytest.fixture(scope="module")
def podman(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Podman]:
    if not is_root():
        pytest.skip("building the base needs root")
    podman = Podman(tmp_path_factory.mktemp("containers"))
    podman.make_base()
    require_containers(podman)
    podman.build()
    yield podman
    podman.run("system", "reset", "--force", check=False)


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def volume(podman: Podman) -> str:
    return podman.run("volume", "create").stdout.strip()


def _over(volume: str, port: int) -> list[str]:
    settings = {"PORT": port, "ROSTER_HOST": "127.0.0.1", "ROSTER_WORKERS": 1}
    return [
        f"--volume={volume}:/var/lib/roster",
        *(f"--env={it}={settings[it]}" for it in settings),
    ]


def _await(port: int) -> None:
    eventually(lambda: fetch(f"http://127.0.0.1:{port}/readyz")[0] == 200, "ready")


@pytest.fixture(scope="module")
def container(podman: Podman, port: int, volume: str) -> Iterator[str]:
    with podman.running(*_over(volume, port)) as name:
        _await(port)
        yield name


def test_what_the_image_says_of_itself(podman: Podman) -> None:
    image = podman.inspect(IMAGE)
    labels = image["Labels"]
    assert labels["org.opencontainers.image.version"] == "1.2.3"
    assert labels["org.opencontainers.image.licenses"] == "Apache-2.0"
    settings = image["Config"]
    assert (settings["User"], settings["WorkingDir"]) == ("10001:10001", "/srv/roster")
    assert settings["Volumes"] == {"/var/lib/roster": {}}
    assert "healthcheck" in {name.lower() for name in settings | image}


def test_it_serves_as_an_account_without_rights(podman: Podman, container: str, port: int) -> None:
    status, page = fetch(f"http://127.0.0.1:{port}/sign-in/")
    assert (status, b"Roster" in page) == (200, True)
    assert podman.run("exec", container, "id", "-u").stdout.strip() == "10001"
    held = podman.run("exec", container, "cat", "/proc/1/status").stdout
    assert "CapEff:\t0000000000000000" in held
    assert "NoNewPrivs:\t1" in held


@pytest.mark.parametrize("place", ["/srv/roster/new", "/etc/new", "/srv/roster/console/new.py"])
def test_nothing_of_it_can_be_written(podman: Podman, container: str, place: str) -> None:
    done = podman.run("exec", container, "touch", place, check=False)
    assert done.returncode != 0
    assert "Read-only file system" in done.stderr


def test_it_says_that_it_is_healthy(podman: Podman, container: str) -> None:
    assert podman.run("healthcheck", "run", container, check=False).returncode == 0


def test_the_doctor_finds_nothing_wrong(podman: Podman, container: str) -> None:
    """Once the jobs beside the server have run for the first time."""
    words = ["exec", container, "python", "manage.py", "doctor"]
    eventually(lambda: podman.run(*words, check=False).returncode == 0, "all is well")


def test_the_sbom_names_every_package_with_its_licence(podman: Podman, container: str) -> None:
    bill = json.loads(podman.run("exec", container, "cat", "sbom.cdx.json").stdout)
    found = {component["name"].lower(): component for component in bill["components"]}
    assert {"django", "djangorestframework", "granian", "cryptography"} <= set(found)
    assert all("version" in component for component in found.values())
    listed = podman.run(
        "exec",
        container,
        "python",
        "-c",
        "import importlib.metadata as m; print(*{d.name.lower() for d in m.distributions()})",
    ).stdout.split()
    assert set(listed) == set(found)


def test_what_is_stopped_ends_by_itself_and_what_it_kept_is_there_again(
    podman: Podman, volume: str
) -> None:
    port = free_port()
    with podman.running(*_over(volume, port)) as first:
        _await(port)
        keys = fetch(f"http://127.0.0.1:{port}/.well-known/jwks.json")[1]
        podman.run("stop", "--time=60", first)
        assert podman.inspect(first)["State"]["ExitCode"] == 0
    with podman.running(*_over(volume, port)):
        _await(port)
        assert fetch(f"http://127.0.0.1:{port}/.well-known/jwks.json")[1] == keys


def test_no_file_of_a_developer_is_in_it(podman: Podman) -> None:
    done = podman.run("run", "--rm", "--network=host", *LIMITS, IMAGE, "ls", "-A")
    assert set(done.stdout.split()) == CONTENT
