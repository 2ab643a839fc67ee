"""Two versions of Roster over one database, and HAProxy before them: replicas as an upgrade has them."""

import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.interop.processes import (
    PATIENCE_SECONDS,
    ROOT,
    Installation,
    eventually,
    fetch,
    free_port,
    require_tool,
)

# What a server is made of.
CODE = ("manage.py", "console", "robots", "teams", "static", "templates")
CODE_BEFORE = ROOT / "tests" / "releases" / "code-before.tar.xz"
# What deploy/proxies says of several servers, without TLS, and beside it a port for what asks as proxies do.
# The version before this one does not look for other versions' static files, so HAProxy asks the next server.
HAPROXY = """
global
    maxconn 2000

defaults
    mode http
    timeout connect 5s
    timeout client 120s
    timeout server 120s
    timeout check 60s
    retries 3
    option redispatch 1
    default-server check inter 500ms fall 1 rise 1

frontend people
    bind 127.0.0.1:{people}
    option forwardfor
    use_backend static if {{ path_beg /static/ }}
    default_backend roster

backend roster
    option httpchk GET /readyz
    http-response set-header X-Answered-By %s
{servers}

backend static
    option httpchk GET /readyz
    retry-on conn-failure 404
{servers}

listen proxies
    bind 127.0.0.1:{proxies}
    mode tcp
    option httpchk GET /readyz
{servers}
"""


@dataclass(frozen=True)
class Balancer:
    """Where people and registries come, and where proxies ask."""

    people: int
    proxies: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.people}"

    @property
    def asked_by_proxies(self) -> str:
        return f"http://127.0.0.1:{self.proxies}"

    @property
    def settings(self) -> dict[str, str]:
        """What each server behind it is told."""
        return {
            "ROSTER_ORIGIN": self.origin,
            "ROSTER_HOST": "127.0.0.1",
            "ROSTER_TRUSTED_PROXIES": "127.0.0.1",
            "ROSTER_DRAIN_SECONDS": "15",
        }


def code_before(folder: Path) -> Path:
    """The code of the version before this one, whose tables are older."""
    with tarfile.open(CODE_BEFORE) as archive:
        archive.extractall(folder, filter="data")
    return folder


def with_code(installation: Installation, code: Path) -> Installation:
    installation.code = code
    return installation


@contextmanager
def balancing(balancer: Balancer, folder: Path, **servers: Installation) -> Iterator[None]:
    """HAProxy before servers of these names, of which one runs already."""
    folder.mkdir()
    lines = "\n".join(
        f"    server {name} 127.0.0.1:{server.port}" for name, server in servers.items()
    )
    file = folder / "haproxy.cfg"
    ports = {"people": balancer.people, "proxies": balancer.proxies}
    file.write_text(HAPROXY.format(servers=lines, **ports))
    program = require_tool("haproxy", "/usr/sbin/haproxy")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "-db", "-f", str(file)], stdout=log, stderr=log)
    try:
        eventually(lambda: fetch(f"{balancer.origin}/livez")[0] == 200, "HAProxy answers")
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def new_balancer() -> Balancer:
    return Balancer(free_port(), free_port())
