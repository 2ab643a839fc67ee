"""A cluster that runs: three replicas over a primary with a standby and Redis, behind HAProxy with TLS."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.drills.cluster.databases import follower, primary
from tests.drills.cluster.doors import Door, secure_door
from tests.drills.cluster.replicas import Replica
from tests.interop.postgresql import PostgreSQL, Standby
from tests.interop.processes import PATIENCE_SECONDS, free_port
from tests.interop.proxies import deployed, proxy
from tests.interop.redis import Redis, redis

CONFIGURATION = "haproxy-replicas.cfg"
# Where the replicas are in the file that we give away.
PLACES = ("10.0.0.11:8000", "10.0.0.12:8000", "10.0.0.13:8000")


@dataclass(frozen=True)
class Prepared:
    """What a first start leaves: the data of a PostgreSQL that was stopped, and what replicas share."""

    database: Path
    shared: Path


@dataclass(frozen=True)
class Cluster:
    """All of it; `port` is the load balancer's."""

    primary: PostgreSQL
    standby: Standby
    redis: Redis
    replicas: list[Replica]
    port: int

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.port}"

    def door(self) -> Door:
        """The way in that clients have."""
        return secure_door(self.port)

    def restart(self, replica: Replica) -> int:
        """Stop a replica as an orchestrator does and start it again; the exit code."""
        code = replica.end(number=signal.SIGTERM)
        replica.begin().wait_until_ready()
        return code


@contextmanager
def cluster(
    folder: Path, prepared: Prepared | None = None, **environment: str
) -> Iterator[Cluster]:
    """A cluster below `folder`, until the block ends; `environment` is for every replica."""
    with ExitStack() as kept:
        leader = kept.enter_context(primary(folder, prepared.database if prepared else None))
        second = kept.enter_context(follower(folder, leader))
        limits, port = kept.enter_context(redis(folder)), free_port()
        common = environment | {
            "ROSTER_ORIGIN": f"https://localhost:{port}",
            "ROSTER_DATABASE_URL": address_of(leader, second),
            "ROSTER_REDIS_URL": limits.url,
        }
        replicas = replicas_of(folder, prepared, common)
        kept.callback(_end_all, replicas)
        _begin_all(replicas)
        kept.enter_context(_balanced(replicas, folder, port))
        yield Cluster(leader, second, limits, replicas, port)


def address_of(*servers: PostgreSQL) -> str:
    """As `ROSTER_DATABASE_URL` names servers of which one is the primary."""
    hosts = ",".join(f"127.0.0.1:{server.port}" for server in servers)
    return f"postgresql://postgres@{hosts}/postgres"


def replicas_of(
    folder: Path, prepared: Prepared | None, environment: dict[str, str]
) -> list[Replica]:
    shared = folder / "shared"
    if prepared is None:
        shared.mkdir(mode=0o700)
    else:
        shutil.copytree(prepared.shared, shared)
    names = [f"replica-{number}" for number, _ in enumerate(PLACES, 1)]
    return [Replica(name, folder, shared, environment) for name in names]


def _begin_all(replicas: list[Replica]) -> None:
    for server in [replica.begin() for replica in replicas]:
        server.wait_until_ready()


def _end_all(replicas: list[Replica]) -> None:
    """At once: nobody is served any longer whom a drain would be for."""
    running = [replica.server for replica in replicas if replica.server]
    for server in running:
        if server.process.poll() is None:
            server.process.send_signal(signal.SIGINT)
    for server in running:
        server.process.wait(PATIENCE_SECONDS)


@contextmanager
def _balanced(replicas: list[Replica], folder: Path, port: int) -> Iterator[None]:
    places = {
        place: f"127.0.0.1:{replica.port}" for place, replica in zip(PLACES, replicas, strict=True)
    }
    text = deployed(CONFIGURATION, **places)
    with proxy("haproxy", text, "", folder / "haproxy", "localhost", port=port):
        yield
