"""Tokens made by the service, one after the other: `python -m bench.inside.creation ANSWER SECONDS`."""

import json
import sys
import time
import uuid
from pathlib import Path
from statistics import median

from robots.base.credentials import Kind
from robots.models import Robot
from robots.tokens.services.tokens import create_token
from teams.models import User


def _created(kind: str, seconds: float) -> dict[str, float]:
    """Tokens per second over a few hundred robots, and the milliseconds of one."""
    owner = User.objects.order_by("pk")[0]
    mine = Robot.objects.living().visible_to(owner, owner.memberships.all()[0].organization)
    robots = list(
        mine.select_related("organization", "project__organization").order_by("-pk")[:200]
    )
    taken: list[float] = []
    end = time.perf_counter() + seconds
    while (started := time.perf_counter()) < end:
        robot = robots[len(taken) % len(robots)]
        create_token(actor=owner, robot=robot, name=f"made-{uuid.uuid4().hex}", kind=kind)
        taken.append(time.perf_counter() - started)
    return {"per_second": len(taken) / sum(taken), "milliseconds": median(taken) * 1000}


if __name__ == "__main__":
    found = {kind: _created(kind, float(sys.argv[2])) for kind in (Kind.SIGNED, Kind.COMPACT)}
    Path(sys.argv[1]).write_text(json.dumps(found))
