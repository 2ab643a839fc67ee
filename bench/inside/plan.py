"""Which row holds what: everything follows from its number, so that every run has the same data."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import product

from django.db import connection
from django.utils import timezone

from console.models import Organization, Project, Repository
from robots.base.periods import NEVER_ENDS, NEVER_USED
from robots.base.robot_names import login_name

PROJECTS = REPOSITORIES = GRANTS = 1_000
# Robots whose first two secrets are known: the first signed, the second compact.
KNOWN_ROBOTS = 1_000
# Holds a grant on each of the repositories; only where one organization has them all.
WIDE = 1
JOBS = (
    "backup",
    "build",
    "deploy",
    "lint",
    "mirror",
    "nightly",
    "preview",
    "publish",
    "scan",
    "sync",
)
PLACES = ("api", "billing", "checkout", "docs", "ledger", "mobile", "platform", "search", "web")
ABOUT = "Runs the {job} job of {place} and reports to its team"
RARE = "zeppelin"
AGENTS = ("docker/28.2.2", "skopeo/1.9.3", "containerd/2.1.0")
NAMES = list(product(JOBS, PLACES))
NOW = timezone.now()
# The same span in any year, so that the figures can be compared.
SPAN = timedelta(days=690).total_seconds()
FIRST = NOW - timedelta(hours=1, seconds=SPAN)


def identity(kind: str, number: int) -> str:
    """The UUID of a row, in hexadecimal as both databases take it."""
    return hashlib.blake2b(f"{kind} {number}".encode(), digest_size=16).hexdigest()


def moment(value: datetime | None) -> object:
    """A moment as the database takes it."""
    return connection.ops.adapt_datetimefield_value(value)


@lru_cache(maxsize=200_000)
def since(thousandths: int) -> object:
    """The moment so far into the time from the first row to now."""
    return moment(FIRST + timedelta(seconds=SPAN * thousandths / 100_000))


@dataclass(frozen=True, slots=True)
class Place:
    """An organization with its projects and each project's repository."""

    organization: Organization
    projects: list[Project]
    repositories: list[Repository]


@dataclass(frozen=True, slots=True)
class RobotPlan:
    """One robot, and the project its grant is on (the repositories of all, for every fourth)."""

    number: int
    place: Place
    project: Project | None
    granted: Project | None
    repository: Repository

    @property
    def name(self) -> str:
        if self.number == WIDE:
            return "wide-reach"
        job, place = NAMES[self.number * 7 % len(NAMES)]
        return f"{job}-{place}-{self.number:06d}"

    @property
    def login_name(self) -> str:
        return login_name(
            self.place.organization.slug, self.project.slug if self.project else "", self.name
        )

    @property
    def description(self) -> str:
        if self.number == 77:
            return f"Counts the {RARE} parts each quarter"
        job, place = NAMES[self.number * 7 % len(NAMES)]
        return ABOUT.format(job=job, place=place)

    @property
    def is_disabled(self) -> bool:
        return self.number % 20 == 7

    @property
    def expires_at(self) -> datetime | None:
        """One in twenty is over, one in five will be."""
        if self.number % 20 == 13:
            return NOW - timedelta(days=self.number % 90 + 1)
        return NOW + timedelta(days=self.number % 365 + 1) if self.number % 5 == 0 else None

    @property
    def next_expiry_at(self) -> datetime:
        return self.expires_at or NEVER_ENDS

    @property
    def last_used_at(self) -> datetime:
        return NEVER_USED if self.number % 4 == 0 else NOW - timedelta(minutes=self.number % 90_000)

    @property
    def is_usable(self) -> bool:
        return not self.is_disabled and self.number % 20 != 13

    @property
    def is_known(self) -> bool:
        return self.is_usable and self.number <= KNOWN_ROBOTS * 10 // 9


@dataclass(frozen=True, slots=True)
class Plan:
    """So many robots and tokens over these places, one after the other."""

    places: list[Place]
    robots: int
    tokens: int

    @property
    def has_wide(self) -> bool:
        return len(self.places) == 1

    def robot(self, number: int) -> RobotPlan:
        turn, which = divmod(number - 1, len(self.places))
        place = self.places[which]
        chosen = turn % len(place.projects)
        project = place.projects[chosen]
        own = project if number % 2 == 0 else None
        granted = None if number % 4 == 1 else project
        return RobotPlan(number, place, own, granted, place.repositories[chosen])

    def owner(self, token: int) -> tuple[int, int]:
        """The number of a token's robot, and which of its tokens it is."""
        ordinal, robot = divmod(token - 1, self.robots)
        return robot + 1, ordinal
