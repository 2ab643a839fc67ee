"""The permission matrix as a form: its rows, what was chosen in them, and whom it may be about."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import BadRequest

from console.forms import find_row
from console.http import Request
from console.models import Repository
from console.pages.search import search_text
from console.paging import Page, Reading, capped_count, page_of_gathered
from console.permissions.decision import Target
from console.permissions.roles import (
    ABILITIES,
    BUILTIN_ROLES,
    LEVEL_PREFIX,
    REPOSITORY_LEVELS,
    Scope,
)
from console.permissions.vocabulary import Permissions
from robots.access.forms.holders import holders_for, matching
from robots.access.services.matrix import LevelChange, highest
from robots.queries.explain import Holding
from robots.queries.reaching import Reacher, holders_at
from teams.models import AccessGrant, Team

# How many of a kind a search shows, and how many can be added before one saves.
FOUND, MOST = 10, 50
HOLDERS = ("holder", "holders")


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio button of a row."""

    value: str
    label: str
    checked: bool
    disabled: bool
    inherited: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody whom a search found: the key, and what is done to have a row."""

    key: str
    kind: str
    name: str
    verb: str


@dataclass(slots=True)
class MatrixRow:
    """A holder with its own level here, the one chosen for it, and what it may do here by everything."""

    reacher: Reacher
    can_change: bool
    target: Target
    chosen: str | None = None
    own: list[AccessGrant] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.own = [grant for grant in self.reacher.grants if _is_level_here(grant)]

    @property
    def key(self) -> str:
        return self.reacher.key

    @property
    def order(self) -> str:
        return self.reacher.order

    @property
    def kind(self) -> str:
        return self.reacher.kind

    @property
    def name(self) -> str:
        return self.reacher.name

    @property
    def level(self) -> str:
        return highest(self.own)

    @property
    def holding(self) -> Holding:
        """What it may do here now."""
        return Holding(self.target, tuple(self.reacher.held), self.reacher.limits)

    @property
    def _inherited(self) -> str:
        """The level that is held without an own one here."""
        own = {grant.uuid for grant in self.own}
        others = tuple(grant for grant in self.reacher.held if grant.uuid not in own)
        rest = Holding(self.target, others, self.reacher.limits)
        return level_of(frozenset(rest.permissions))

    @property
    def choices(self) -> list[Choice]:
        chosen = self.level if self.chosen is None else self.chosen
        inherited, is_fixed = self._inherited, not self.can_change
        none = Choice("", "Inherited" if inherited else "None", chosen == "", is_fixed, False)
        return [
            none,
            *(
                Choice(level, level.title(), level == chosen, is_fixed, level == inherited)
                for level in REPOSITORY_LEVELS
            ),
        ]


def _is_level_here(grant: AccessGrant) -> bool:
    return grant.repository_id is not None and grant.role.startswith(LEVEL_PREFIX)


def level_of(permissions: Permissions) -> str:
    """The highest level that `permissions` amount to on a repository; "" for none."""
    reached = (
        level
        for level in REPOSITORY_LEVELS
        if BUILTIN_ROLES[Scope.REPOSITORY, level].permissions <= permissions
    )
    return max(reached, key=REPOSITORY_LEVELS.index, default="")


class Matrix:
    """The matrix of one repository as one viewer may see and change it, a page of holders at a time."""

    def __init__(self, request: Request, repository: Repository, *, can_change: bool) -> None:
        self.request, self.repository, self.can_change = request, repository, can_change
        hidden = Team.objects.hidden_from(request.viewer, repository.project.organization)
        self.present = holders_at(repository, hidden)
        self.rows = {key: self._row(it) for key, it in self.present.items() if it.grants}
        self.named = list(dict.fromkeys([*_added(request), *_posted(request)]))
        for key in self.named:
            if key not in self.rows:
                self.rows[key] = self._row(self._find(key))
        for key, wanted in _posted(request).items():
            self.rows[key].chosen = wanted

    def _row(self, reacher: Reacher) -> MatrixRow:
        is_fixed = any(grant.is_fixed for grant in reacher.grants)
        return MatrixRow(reacher, self.can_change and not is_fixed, self.repository.target)

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
                changes.append(LevelChange(self.rows[key].reacher.holder, seen, wanted))
        return changes

    def context(self) -> dict[str, object]:
        """What the page shows: the rows that were asked for or sent, then a page of all others."""
        text = search_text(self.request.GET)
        page = self._page()
        named = [] if self.request.GET.get("cursor") else [self.rows[key] for key in self.named]
        shown = {row.key: row for row in (*named, *page.rows)}
        found, more = self._search(text, shown) if text and self.can_change else ([], 0)
        return {
            "rows": list(shown.values()),
            "page": page,
            "ability_names": list(ABILITIES),
            "can_change": self.can_change,
            "q": text,
            "found": found,
            "more": more,
            "added": _added(self.request),
        }

    def _page(self) -> Page[Any]:
        holding = [row for row in self.rows.values() if row.reacher.grants]
        return page_of_gathered(holding, lambda row: row.order, Reading(self.request.GET), HOLDERS)

    def _find(self, key: str) -> Reacher:
        """The holder of a row's key, `team-<uuid>`; unknown, unseen and foreign are the same 400."""
        holders = holders_for(self.request.viewer, self.repository.project)
        holder = find_row(key, {f"{kind}-": rows for kind, rows in holders.items()})
        if holder is None:
            raise BadRequest(
                "Somebody in this form is not of this organization. Nothing was saved."
            )
        new = Reacher(key.partition("-")[0], holder, holder.shown_name)
        return self.present.get(key, new)

    def _search(self, text: str, shown: dict[str, MatrixRow]) -> tuple[list[Found], int]:
        """Teams, robots and people that `text` finds, but for those who stand there, and how many more."""
        found, more = [], 0
        for kind, holders in holders_for(self.request.viewer, self.repository.project).items():
            named = [row.reacher.holder.pk for row in shown.values() if row.kind == kind]
            those = matching(kind, holders, text).exclude(pk__in=named)
            found += [self._found(kind, holder) for holder in those[:FOUND]]
            more += max(0, capped_count(those) - FOUND)
        return found, more

    def _found(self, kind: str, holder: Any) -> Found:  # noqa: ANN401 - a team, robot or person
        key = f"{kind}-{holder.uuid}"
        return Found(key, kind, holder.shown_name, "Show" if key in self.rows else "Add")


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
