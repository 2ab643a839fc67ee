"""`make cluster`: a whole cluster on this machine until Ctrl-C, and nothing of it afterwards."""

import signal
import sys
import tempfile
from pathlib import Path

import pytest

from tests.drills.cluster.running import Cluster, cluster


def main() -> None:
    """Bring it up, say where everything is, and wait."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    try:
        with tempfile.TemporaryDirectory(prefix="roster-cluster-") as folder:
            show(Path(folder))
    except KeyboardInterrupt:
        say("Stopped.\n")
    except (pytest.skip.Exception, pytest.fail.Exception) as fault:
        sys.exit(str(fault))  # a program that is not installed


def interrupt(number: int, frame: object) -> None:
    """Stop, and let nothing interrupt that."""
    for again in (signal.SIGINT, signal.SIGTERM):
        signal.signal(again, signal.SIG_IGN)
    raise KeyboardInterrupt


def show(folder: Path) -> None:
    say("Starting PostgreSQL with a standby, Redis, three replicas and HAProxy …\n")
    with cluster(folder) as running:
        say(described(running, folder))
        signal.pause()


def described(running: Cluster, folder: Path) -> str:
    replicas = "".join(
        f"  {replica.name:<16}{replica.origin}/    (past the load balancer: /livez, /readyz)\n"
        for replica in running.replicas
    )
    return (
        f"Roster is served at {running.origin}/ with a certificate of its own.\n{replicas}"
        f"  {'primary':<16}{running.primary.url}\n"
        f"  {'standby':<16}{running.standby.url}\n"
        f"  {'redis':<16}{running.redis.url}\n"
        f"  {'logs':<16}{folder}\n"
        f"{link_of(running)}Ctrl-C stops all of it and removes the folder.\n"
    )


def link_of(running: Cluster) -> str:
    """How the first owner signs up, which one of the replicas says."""
    lines = [
        line
        for replica in running.replicas
        if replica.server
        for line in replica.server.output.splitlines()
        if "/setup/" in line
    ]
    return f"The first owner signs up here, once:\n{lines[0]}\n" if lines else ""


def say(words: str) -> None:
    sys.stdout.write(words)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
