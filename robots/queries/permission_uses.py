"""Which permissions a robot used lately, and since when that is known."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from console.permissions.vocabulary import Permission, Permissions
from robots.models import PermissionRecording, PermissionUse, Robot
from teams.models import AccessGrant

UNUSED_DAYS = 90
# Uses may be of permissions that are no more.
KNOWN = frozenset(map(str, Permission))
# The id that stands for no project, so for a use without a place.
EVERYWHERE = 0


@dataclass(frozen=True, slots=True)
class Recording:
    """Since when uses have been written down, and the first day whose uses count."""

    began_on: date
    counts_from: date

    @classmethod
    def now(cls) -> "Recording":
        today = timezone.now().date()
        began = PermissionRecording.objects.values_list("began_on", flat=True).order_by("id")
        return cls(began.first() or today, today - timedelta(days=UNUSED_DAYS))

    @property
    def days_to_go(self) -> int:
        """How many days have to be written down yet before anything can be called unused."""
        return max(0, (self.began_on - self.counts_from).days)

    @property
    def log_is_too_short(self) -> bool:
        """Whether the audit log forgets too early since when something is held."""
        return 0 < settings.ROSTER_AUDIT_KEEP_DAYS < UNUSED_DAYS

    @property
    def says_something(self) -> bool:
        return not (self.days_to_go or self.log_is_too_short)


class Uses:
    """The permissions that a robot used, by where."""

    def __init__(self, rows: Iterable[tuple[int, int, str]]) -> None:
        self._all: set[Permission] = set()
        self._of_project: dict[int, set[Permission]] = defaultdict(set)
        self._of_repository: dict[int, set[Permission]] = defaultdict(set)
        for project, repository, name in rows:
            if name in KNOWN:
                permission = Permission(name)
                self._all.add(permission)
                self._of_project[project].add(permission)
                self._of_repository[repository if project else EVERYWHERE].add(permission)

    def of(self, grant: AccessGrant) -> Permissions:
        """What was used where the grant reaches; what was used without a place counts for each."""
        if grant.project_id is None:
            return frozenset(self._all)
        inside = self._of_project[grant.project_id]
        if grant.repository_id is not None:
            inside = self._of_repository[grant.repository_id]
        return frozenset(inside | self._of_project[EVERYWHERE])


def uses_of(robot: Robot, recording: Recording) -> Uses:
    """What the robot used since the recording counts."""
    rows = PermissionUse.objects.filter(robot=robot, last_used_on__gte=recording.counts_from)
    return Uses(rows.values_list("project_id", "repository_id", "permission"))
