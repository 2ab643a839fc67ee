"""The replicas of a cluster: each a Roster with a data folder of its own, and what all of them share."""

from pathlib import Path
from typing import Any

from tests.drills.cluster.doors import Door, plain_door
from tests.interop.processes import Installation, Serving

# One worker each: three replicas with two would be ten processes that compute on what may be two cores.
WORKERS = 1
METRICS_TOKEN = "only-for-the-drills-" * 2
SHARED = {
    "ROSTER_TRUSTED_PROXIES": "127.0.0.1",
    "ROSTER_HOST": "127.0.0.1",
    "ROSTER_REGISTRY_HOST": "registry.example.com",
    "ROSTER_EMAIL_URL": "none",
    "ROSTER_SECRET_KEY": "only-for-tests-" * 4,
    "ROSTER_METRICS_TOKEN": METRICS_TOKEN,
    "ROSTER_WORKERS": str(WORKERS),
    "ROSTER_DRAIN_SECONDS": "3",
    # Each second of the drills asks more than a person does in a minute.
    "ROSTER_API_REQUESTS_PER_MINUTE": "1000000",
}


class Replica(Installation):
    """One of them; `shared` is the folder that all of them mount."""

    def __init__(self, name: str, folder: Path, shared: Path, environment: dict[str, str]) -> None:
        self.name = name
        files = {
            "ROSTER_KEYRING_FILE": str(shared / "keyring.json"),
            "ROSTER_AUDIT_CHECKPOINTS": str(shared / "audit-checkpoints.jsonl"),
            # By which PostgreSQL tells whose connection is whose.
            "PGAPPNAME": name,
        }
        super().__init__(folder / name, **SHARED | files | environment)
        self.server: Serving | None = None

    def door(self) -> Door:
        """A way in past the load balancer."""
        return plain_door(self.port, self.environment["ROSTER_ORIGIN"])

    def act(self, action: str, **arguments: object) -> Any:
        """Run a function of `actions` beside this file over the cluster's database."""
        return self.do(action, of="tests.drills.cluster.actions", **arguments)

    def begin(self) -> Serving:
        """Start its server, without waiting for it."""
        self.server = Serving(self, wait=False)
        return self.server

    def end(self, *, number: int) -> int:
        """Stop its server by a signal; the exit code."""
        assert self.server is not None
        return self.server.stop(number)
