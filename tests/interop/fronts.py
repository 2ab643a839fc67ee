"""Proxies that ask Roster before what stands behind them, as deploy/proxies sets them up."""

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.front import basic
from tests.interop.images import Skopeo
from tests.interop.processes import Installation, Serving, serving
from tests.interop.proxies import Proxy, deployed, proxy
from tests.interop.recording import Recorder, open_registry, recording

Made = dict[str, Any]
FILES = {
    "nginx": "nginx-registry.conf",
    "caddy": "Caddyfile-registry",
    "haproxy": "haproxy-registry.cfg",
}
OWN, OTHER = "acme/payments/api", "acme/other/secret"
NAME = "localhost"


@dataclass(frozen=True)
class Front:
    """A proxy before a registry, and one before what records."""

    program: str
    server: Serving
    robots: Made
    registry: str
    proxy: Proxy
    recorded: Proxy
    recorder: Recorder
    reports: Recorder

    def login(self, robot: str) -> str:
        return basic(self.robots[robot]["login_name"], self.robots[robot]["secret"])

    def skopeo(self, folder: Path) -> Skopeo:
        return Skopeo(folder, f"{NAME}:{self.proxy.port}")

    def auth(self, skopeo: Skopeo, robot: str) -> Path:
        return skopeo.auth(self.robots[robot]["login_name"], self.robots[robot]["secret"])

    def limit(self, robot: str, addresses: str) -> None:
        login_name = self.robots[robot]["login_name"]
        self.server.installation.do("limit", login_name=login_name, addresses=addresses)


@pytest.fixture(scope="session")
def asked(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("roster")
    own = Installation.copied(prepared_data, folder, ROSTER_TRUSTED_PROXIES="127.0.0.1")
    with serving(own) as running:
        yield running


@pytest.fixture(scope="session")
def robots(asked: Serving) -> Made:
    made: Made = asked.installation.do("furnish", of="front_actions")
    return made


@contextmanager
def before(
    program: str, upstreams: dict[str, str], roster: str, folder: Path, status: int = 401
) -> Iterator[Proxy]:
    """A proxy as deploy/proxies sets it up, before other addresses than stand there.

    `status` is what it answers who does not log in.
    """
    folder.mkdir(parents=True)
    changes = upstreams | {"acme/front": f"acme/{program}"}
    if program == "haproxy":
        script = folder / "roster.lua"
        script.write_text(deployed("roster.lua", **{"127.0.0.1:8000": roster}))
        changes["/etc/haproxy/roster.lua"] = str(script)
    else:
        changes["registry.example.com"] = NAME
    configuration = deployed(FILES[program], **changes)
    with proxy(program, configuration, roster, folder, NAME, ("/v2/", status)) as running:
        yield running


@contextmanager
def standing(program: str, asked: Serving, robots: Made, folder: Path) -> Iterator[Front]:
    """Everything that a `Front` is."""
    roster = f"127.0.0.1:{asked.installation.port}"
    with ExitStack() as running:
        registry = running.enter_context(open_registry(folder / "registry", asked.installation))
        recorder, reports = (running.enter_context(recording()) for _ in range(2))
        first = {"127.0.0.1:5000": registry, "127.0.0.1:9000": reports.host}
        second = first | {"127.0.0.1:5000": recorder.host}
        proxied = running.enter_context(before(program, first, roster, folder / "first"))
        recorded = running.enter_context(before(program, second, roster, folder / "second"))
        yield Front(program, asked, robots, registry, proxied, recorded, recorder, reports)


@pytest.fixture(scope="session")
def fronts(
    asked: Serving, robots: Made, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Front]]:
    """Each is started when it is first wanted, and stands until the end."""
    with ExitStack() as running:

        @functools.cache
        def front_of(program: str) -> Front:
            folder = tmp_path_factory.mktemp(program)
            return running.enter_context(standing(program, asked, robots, folder))

        yield front_of


@pytest.fixture(params=FILES)
def front(request: pytest.FixtureRequest, fronts: Callable[[str], Front]) -> Front:
    return fronts(request.param)
