"""The permission matrix as a form: its rows, what was chosen in them, and whom it may be about."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Q

from console.forms import find_row
from console.http import Request
from console.models import Repository
from console.pages.search import search_text
from console.paging import capped_count
from console.permissions.roles import BUILTIN_ROLES, LEVEL_PREFIX, REPOSITORY_LEVELS, Scope
from console.permissions.vocabulary import Permissions, with_implied
from robots.access.services.matrix import LevelChange
from robots.models import Robot, RobotGrant
from robots.queries.explain import covering
from teams.models import AccessGrant, Membership, Team, TeamGrant, User, UserGrant

CHOICES = (("", "None"), *((level, level.title()) for level in REPOSITORY_LEVELS))
ORDER = [value for value, _ in CHOICES]
# How many of a kind a search shows, and how many can be added before one saves.
FOUND, MOST = 10, 50


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio button of a row."""

    value: str
    label: str
    checked: bool
    disabled: bool
    inherited: bool


@dataclass(slots=True)
class MatrixRow:
    """A holder with its own level here, the one chosen for it, and what else gives it something."""

    kind: str
    holder: Any
    name: str
    can_change: bool
    level: str = ""
    chosen: str | None = None
    others: list[str] = field(default_factory=list)
    from_others: Permissions = frozenset()

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.holder.uuid}"

    @property
    def choices(self) -> list[Choice]:
        chosen = self.level if self.chosen is None else self.chosen
        inherited = level_of(self.from_others)
        return [
            Choice(value, label, value == chosen, not self.can_change, value == inherited != "")
            for value, label in CHOICES
        ]

    def add(self, grant: AccessGrant) -> None:
        """Count a grant of the holder that covers the repository."""
        if grant.repository_id and grant.role.startswith(LEVEL_PREFIX):
            self.level = max(self.level, grant.role.removeprefix(LEVEL_PREFIX), key=ORDER.index)
        else:
            self.others.append(f"{grant.what} on {grant.scope_label}")
            self.from_others |= with_implied(grant.conferred[0])


def level_of(permissions: Permissions) -> str:
    """The highest level that `permissions` amount to on a repository; "" for none."""
    reached = (
        level
        for level in REPOSITORY_LEVELS
        if BUILTIN_ROLES[Scope.REPOSITORY, level].permissions <= permissions
    )
    return max(reached, key=REPOSITORY_LEVELS.index, default="")


class Matrix:
    """The matrix of one repository as one viewer may see and change it."""

    def __init__(self, request: Request, repository: Repository, *, can_change: bool) -> None:
        self.request, self.repository, self.can_change = request, repository, can_change
        organization = repository.project.organization
        self.hidden = Team.objects.hidden_from(request.viewer, organization)
        self.rows = self._held()
        for key in [*_added(request), *_posted(request)]:
            if key not in self.rows:
                kind, holder = self._find(key)
                self.rows[key] = MatrixRow(kind, holder, holder.shown_name, can_change)
        for key, wanted in _posted(request).items():
            self.rows[key].chosen = wanted

    def _held(self) -> dict[str, MatrixRow]:
        """A row for everybody who holds something here."""
        rows: dict[str, MatrixRow] = {}
        for kind, holder, grant in self._grants():
            can_change = self.can_change and not grant.is_fixed
            row = MatrixRow(kind, holder, holder.shown_name, can_change)
            rows.setdefault(row.key, row).add(grant)
        return rows

    def _grants(self) -> list[tuple[str, Any, AccessGrant]]:
        scope = covering(self.repository)
        robots = RobotGrant.objects.filter(scope, robot__deleted_at=None).with_names()
        people = UserGrant.objects.filter(scope).with_names().select_related("user")
        teams = TeamGrant.objects.filter(scope).shown(self.hidden)
        return [
            *(("team", grant.team, grant) for grant in teams),
            *(("robot", grant.robot, grant) for grant in robots.select_related("robot")),
            *(("person", grant.user, grant) for grant in people),
        ]

    def changes(self) -> list[LevelChange]:
        """What was changed in the form. Raises `BadRequest` for a form that is not ours."""
        if not any(name.startswith("seen-") for name in self.request.POST):
            raise BadRequest("The form came without its fields. Nothing was changed.")
        changes = []
        for key, wanted in _posted(self.request).items():
            seen = self.request.POST.get(f"seen-{key}", "")
            if not {seen, wanted} <= {"", *REPOSITORY_LEVELS}:
                raise BadRequest("This form names a level that does not exist. Nothing was saved.")
            if seen != wanted:
                changes.append(LevelChange(self.rows[key].holder, seen, wanted))
        return changes

    def context(self) -> dict[str, object]:
        """What the page shows."""
        text = search_text(self.request.GET)
        found, more = self._search(text) if text and self.can_change else ([], 0)
        return {
            "rows": list(self.rows.values()),
            "can_change": self.can_change,
            "q": text,
            "found": found,
            "more": more,
            "added": _added(self.request),
        }

    def _candidates(self) -> dict[str, Any]:
        """Whom the viewer may add: visible teams and robots that may hold a grant here, and members."""
        project, viewer = self.repository.project, self.request.viewer
        robots = Robot.objects.visible_to(viewer, project.organization)
        members = Membership.objects.filter(organization=project.organization).values("user")
        return {
            "team": Team.objects.visible_to(viewer, project.organization),
            "robot": robots.without_role_accounts().filter(Q(project=None) | Q(project=project)),
            "person": User.objects.filter(pk__in=members),
        }

    def _find(self, key: str) -> tuple[str, Any]:
        """The holder of a row's key, `team-<uuid>`; unknown, unseen and foreign are the same 400."""
        candidates = {f"{kind}-": holders for kind, holders in self._candidates().items()}
        if (holder := find_row(key, candidates)) is None:
            raise BadRequest(
                "Somebody in this form is not of this organization. Nothing was saved."
            )
        return key.partition("-")[0], holder

    def _search(self, text: str) -> tuple[list[tuple[str, str, str]], int]:
        """Teams, robots and people that `text` finds, key, kind, name, and how many more there are."""
        conditions = {
            "team": Q(name__has_text=text),
            "robot": Q(login_name__has_text=text),
            "person": Q(name__has_text=text) | Q(email__has_text=text),
        }
        shown, more = [], 0
        for kind, holders in self._candidates().items():
            named = [row.holder.pk for row in self.rows.values() if row.kind == kind]
            matching = holders.filter(conditions[kind]).exclude(pk__in=named)
            shown += [(f"{kind}-{it.uuid}", kind, it.shown_name) for it in matching[:FOUND]]
            more += max(0, capped_count(matching) - FOUND)
        return shown, more


def _added(request: Request) -> list[str]:
    """The keys of the rows that the address adds."""
    keys = request.GET.getlist("add")
    if len(keys) > MOST:
        raise BadRequest(f"Add at most {MOST} at once, and save them before the others.")
    return keys


def _posted(request: Request) -> dict[str, str]:
    """The chosen level of each row of the form that was sent."""
    return {
        name.removeprefix("level-"): request.POST.get(name, "")
        for name in request.POST
        if name.startswith("level-")
    }
