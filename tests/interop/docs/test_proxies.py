"""docs/ about proxies: nginx, Caddy and HAProxy for real, Traefik and Envoy as far as they go."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shells import Shell
from tests.front import basic
from tests.interop.docs.machines import FILES, SITE, listens, set_up, system_proxy, values
from tests.interop.docs.pages import Guide, Typist, typist_of, walks
from tests.interop.processes import Serving, eventually, free_port
from tests.interop.proxies import NAME, deployed, proxy
from tests.interop.recording import Recorder, open_registry, recording

Made = dict[str, Any]


@pytest.fixture(scope="module")
def personal_token(asked: Serving, robots: Made) -> str:
    """The personal token of acme's owner."""
    return str(asked.installation.do("personal_token")["secret"])


@pytest.fixture(scope="module")
def console(asked: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Roster as people reach it, behind a proxy too: who asks from where proxies are is none of them."""
    folder, upstream = tmp_path_factory.mktemp("console"), f"127.0.0.1:{asked.installation.port}"
    configuration = deployed("nginx.conf", **{NAME: "localhost"})
    with proxy("nginx", configuration, upstream, folder, "localhost") as running:
        server = f"https://localhost:{running.port}"
        yield {"ROSTER_SERVER": server, "ROSTER_CA_BUNDLE": f"{folder}/roster.pem"}


@pytest.fixture(scope="module")
def registry(asked: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One without auth of its own, for the proxies alone."""
    with open_registry(tmp_path_factory.mktemp("registry"), asked.installation) as host:
        yield host


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """What stands where a Harbor would."""
    with recording() as running:
        yield running


@pytest.fixture
def port() -> int:
    """Where the proxy is to serve."""
    return free_port()


@pytest.fixture
def typist(
    guide: Guide,
    asked: Serving,
    console: dict[str, str],
    personal_token: str,
    port: int,
    registry: str,
    recorder: Recorder,
    tmp_path: Path,
) -> Iterator[Typist]:
    """At a machine for the page's proxy; the service and the robot account of the page end with it."""
    home, program = tmp_path / "home", guide.name.removesuffix(".md")
    upstreams = {
        "127.0.0.1:8000": f"127.0.0.1:{asked.installation.port}",
        "127.0.0.1:5000": recorder.host if program == "harbor" else registry,
    }
    places = {SITE: f"localhost:{port}", "/etc/": f"{home}/etc/", "/run/": f"{home}/run/"}
    made = typist_of(asked.installation, personal_token, home, **places, **upstreams)
    made.known |= console
    set_up(made, program, values(made, program, port, upstreams))
    yield made
    made.types("roster service delete front --force; roster robot delete ci --force")


def login_of(typist: Typist) -> dict[str, str]:
    found = json.loads((typist.home / "ci.json").read_text())
    return {"ACCESS_ID": found["accessId"], "SECRET": found["token"]}


@walks("nginx.md", "caddy.md", "haproxy.md")
def test_a_proxy_asks(guide: Guide, typist: Typist, port: int) -> None:
    typist.follows(guide)
    with system_proxy(typist, guide.name.removesuffix(".md")):
        typist.follows(guide)
        eventually(lambda: listens(port), "the proxy serves what was put in place")
        typist.follows(guide)
        for _ in range(2):
            typist.follows(guide, **login_of(typist))


@walks("traefik.md", "envoy.md")
def test_a_proxy_is_answered(guide: Guide, typist: Typist) -> None:
    """Neither runs here: what it asks is asked, and what it is given is ours."""
    typist.follows(guide)
    typist.follows(guide)
    (file,) = FILES[guide.name.removesuffix(".md")]
    (placed,) = (typist.home / "etc").rglob("*.yaml")
    assert placed.read_bytes() == (typist.home / "deploy" / "proxies" / file).read_bytes()
    typist.follows(guide)
    for _ in range(2):
        typist.follows(guide, **login_of(typist))
    assert guide.take("yaml") == deployed(file)


HARBOR = {"HARBOR_LOGIN": "robot$front", "HARBOR_SECRET": "Old-enough-2-keep"}


@walks("harbor.md")
def test_roster_stands_before_a_harbor(
    guide: Guide, typist: Typist, port: int, recorder: Recorder
) -> None:
    typist.follows(guide)
    keeps_the_secret(typist, guide.take("sh"))
    assert login_of(typist)["SECRET"] == HARBOR["HARBOR_SECRET"]
    typist.follows(guide)
    typist.follows(guide, **HARBOR)
    changes(
        typist.home / "deploy/proxies/nginx-registry.conf", typist.translated(guide.take("nginx"))
    )
    with system_proxy(typist, "nginx"):
        typist.follows(guide)
        eventually(lambda: listens(port), "nginx serves what was put in place")
        typist.follows(guide, **login_of(typist))
    (seen,) = recorder.seen
    assert seen.values("Authorization") == [basic("robot$front", HARBOR["HARBOR_SECRET"])]
    assert seen.values("X-Roster-Robot") == ["robot_acme.payments+ci"]


def keeps_the_secret(typist: Typist, text: str) -> None:
    """As somebody at a terminal, who is asked for it twice."""
    shell = Shell(typist.home)
    shell.environment |= typist.environment()
    answers = f"{HARBOR['HARBOR_SECRET']}\n" * 2
    ran = shell.at_terminal(*shlex.split(text)[1:], answers=answers, until=b": ")
    assert ran.code == 0, ran


def changes(file: Path, line: str) -> None:
    """As the page says, in the first location that sends nobody's login on."""
    before, _, after = file.read_text().partition('proxy_set_header Authorization "";')
    assert before.rpartition("location ")[2].startswith("/ {")
    file.write_text(before + line + after)
