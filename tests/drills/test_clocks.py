"""A clock that is set a day ahead and a day back under a running server."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.drills.clocks import Clock
from tests.drills.installations import installed
from tests.drills.traffic import Traffic, ask, require_calm, traffic
from tests.interop.processes import eventually, serving

SETTINGS = ("+1d", "+0", "-1d", "+0")


def short_lived(programs: Traffic) -> str:
    """A secret that works for an hour by the true clock."""
    end = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    wanted = {"name": "hour", "kind": "compact", "expires_at": end}
    status, _, body = ask(programs.installation, programs.tokens, programs.owner, "POST", wanted)
    assert status == 201, body
    return str(json.loads(body)["secret"])


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_clock_that_jumps_lets_nobody_in_and_stops_nothing(
    kind: str, prepared_data: Path, tmp_path: Path
) -> None:
    with installed(kind, prepared_data, tmp_path) as own:
        clock = Clock(own, tmp_path)
        with serving(own) as server:
            with traffic(own) as programs:
                secret = short_lived(programs)
                assert programs.token(secret)[0] == 200
                for offset in SETTINGS:
                    clock.set(offset)
                    wanted = 401 if offset == "+1d" else 200
                    eventually(
                        lambda wanted=wanted: programs.token(secret)[0] == wanted,
                        f"{wanted} at {offset}",
                    )
                    programs.flows()
                    assert own.is_ready()
            programs.require_kept()
            require_calm(server.output)
