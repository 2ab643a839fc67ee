"""Fills an empty database: `python -m bench.inside.fill ANSWER ROBOTS TOKENS ORGANIZATIONS`."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from bench.data import KNOWN
from bench.inside import bulk, known, rows
from bench.inside.plan import PROJECTS, REPOSITORIES, Place, Plan
from console.audit import search as event_search
from console.models import AuditHead, Event, JobLock, Organization, Project, Repository
from robots.models import Robot, Secret, Token
from robots.queries import search as robot_search
from robots.server.preparation import prepare
from teams.models import Membership, User


def _places(organizations: int) -> list[Place]:
    """Projects and repositories, one after the other over the organizations; at least one each."""
    made = Organization.objects.bulk_create(
        _organization(n, organizations) for n in range(organizations)
    )
    owners = [made[n % organizations] for n in range(max(PROJECTS, organizations))]
    projects = Project.objects.bulk_create(
        Project(organization=owner, slug=f"project-{n:04d}", name=f"Project {n:04d}")
        for n, owner in enumerate(owners)
    )
    repositories = Repository.objects.bulk_create(
        Repository(project=projects[n], name=f"images/app-{n:04d}")
        for n in range(max(REPOSITORIES, organizations))
    )
    return [
        Place(organization, projects[n::organizations], repositories[n::organizations])
        for n, organization in enumerate(made)
    ]


def _organization(number: int, of: int) -> Organization:
    slug = "acme" if of == 1 else f"org-{number:04d}"
    return Organization(slug=slug, name=slug.title())


def _owner(organization: Organization) -> User:
    user = User(email=rows.CREATOR, name="Mika Karhu")
    user.set_unusable_password()
    user.save()
    Membership.objects.create(organization=organization, user=user, role=Membership.Role.OWNER)
    return user


def _heads(plan: Plan) -> None:
    """The end of every chain, so that the next event follows."""
    share, rest = divmod(plan.tokens, len(plan.places))
    AuditHead.objects.bulk_create(
        AuditHead(chain=place.organization.uuid.hex, number=share + (number < rest), link=bytes(32))
        for number, place in enumerate(plan.places)
    )


def _search() -> None:
    event_search.rebuild()
    robot_search.rebuild()


def _jobs_ran() -> None:
    """So that none begins in the middle of a measurement; the events' links would not verify."""
    now = timezone.now()
    JobLock.objects.bulk_create(JobLock(name=name, until=now, ran_at=now) for name in settings.JOBS)


def fill(robots: int, tokens: int, organizations: int) -> dict[str, Any]:
    """Every row; what a run has to know of them."""
    prepare()
    bulk.hurry()
    plan = Plan(_places(organizations), robots, tokens)
    user = _owner(plan.places[0].organization)
    secrets = known.make_secrets(plan)
    steps: dict[str, Callable[[], None]] = {
        "robots": lambda: rows.robots(plan),
        "grants": lambda: rows.grants(plan),
        "tokens": lambda: rows.tokens(plan),
        "secrets": lambda: rows.secrets(plan, secrets),
        "usage": lambda: rows.usage(plan),
        "events": lambda: rows.events(plan, user.uuid.hex),
        "audit heads": lambda: _heads(plan),
        "search": _search,
        "jobs": _jobs_ran,
        "statistics": lambda: bulk.finish(Robot, Token, Secret, Event),
    }
    for name, step in steps.items():
        _timed(name, step)
    return known.describe(plan, secrets, user)


def _timed(name: str, step: Callable[[], None]) -> None:
    started = time.monotonic()
    step()
    print(f"{name}: {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    written = fill(*(int(number) for number in sys.argv[2:5]))
    connection.close()
    Path(sys.argv[1]).with_name(KNOWN).write_text(json.dumps(written))
    Path(sys.argv[1]).write_text("{}")
