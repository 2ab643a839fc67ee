"""What a robot holds itself on each project: a level, or a ticked list."""

from dataclasses import dataclass
from typing import Any

from django import forms

from console.models import Project
from console.permissions.decision import Decision, Target, Viewer, decide
from console.permissions.roles import BUILTIN_ROLES, LEVEL_PREFIX, REPOSITORY_LEVELS, Scope
from console.permissions.vocabulary import TICKABLE, Permission, Permissions, with_implied
from robots.accounts.forms.permissions import Tick, held_of, permissions_field, ticks
from robots.accounts.forms.robots import ALL_PROJECTS, EVERY_PROJECT, OFFERED_PROJECTS
from robots.accounts.services.editing import editable_grants
from robots.accounts.services.robots import GrantRequest
from robots.models import Robot, RobotGrant

NOTHING, TICKED, KEPT = "", "ticked", "kept"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a robot may hold something: a project, or all of them."""

    key: str
    label: str
    project: Project | None
    target: Target
    grant: RobotGrant | None


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One place for a page: the choice, and the ticks that belong to it."""

    key: str
    choice: forms.BoundField
    ticks: list[Tick]
    is_kept: bool


class AccessFormMixin(forms.Form):
    """Adds a choice and ticks for each place; call `offer_places` once the form is made."""

    actor: Viewer
    places: dict[str, Place]

    def offer_places(self, actor: Viewer, robot: Robot) -> None:
        """Those where the robot holds something, then those where the actor may give something."""
        self.actor, self.robot = actor, robot
        self.grants = editable_grants(robot)
        self.places = {place.key: place for place in self._places()}
        for place in self.places.values():
            self._offer(place)

    def _places(self) -> list[Place]:
        if self.robot.is_role_account:
            return []
        organization, grants = self.robot.organization, self.grants
        every = Place(ALL_PROJECTS, EVERY_PROJECT, None, organization.target, grants.get(None))
        own = [
            Place(str(project.uuid), project.name, project, project.target, grants.get(project.pk))
            for project in self._projects()
        ]
        places = own if self.robot.project else [every, *own]
        offered = [place for place in places if place.grant or self._may_give(place)]
        return sorted(offered, key=lambda place: place.grant is None)

    def _projects(self) -> list[Project]:
        if self.robot.project:
            return [self.robot.project]
        seen = Project.objects.visible_to(self.actor, self.robot.organization)
        held = [key for key in self.grants if key is not None]
        shown = list(seen.filter(pk__in=held).select_related("organization"))
        others = seen.exclude(pk__in=held).select_related("organization")
        return shown + list(others[: max(0, OFFERED_PROJECTS - len(shown))])

    def _allows(self, permission: Permission, target: Target) -> Decision:
        return decide(self.actor.grants_on(target), permission, target, self.actor.limits)

    def _may_give(self, place: Place) -> bool:
        return bool(self._allows(Permission.GRANT_CREATE, place.target))

    def _is_locked(self, place: Place) -> bool:
        """Whether it gives what the actor does not hold, or may not change."""
        if place.grant is None:
            return False
        may_change = self._allows(Permission.GRANT_UPDATE, place.target)
        permissions, is_level = place.grant.conferred
        return not may_change or not self._holds(permissions, place, on_repository=is_level)

    def _holds(self, permissions: Permissions, place: Place, *, on_repository: bool) -> bool:
        target = place.target
        if on_repository:
            target = Target(target.organization_id, target.project_id, on_repository=True)
        return all(self._allows(name, target) for name in with_implied(permissions))

    def _offer(self, place: Place) -> None:
        kept = self._is_locked(place)
        options = self._kept_options(place) if kept else self._options(place)
        self.fields[f"access_{place.key}"] = forms.ChoiceField(
            label=place.label,
            required=False,
            choices=options,
            initial=KEPT if kept else _present(place.grant),
        )
        if not kept:
            self.fields[f"permissions_{place.key}"] = permissions_field("Permissions")

    def _kept_options(self, place: Place) -> list[tuple[str, str]]:
        """What one does not hold oneself can be left or taken back, and not changed."""
        what = place.grant.what if place.grant else ""
        kept = [(KEPT, f"As it is: {what}")]
        may_take = self._allows(Permission.GRANT_DELETE, place.target)
        return [*kept, (NOTHING, "Nothing")] if may_take else kept

    def _options(self, place: Place) -> list[tuple[str, str]]:
        options = [(NOTHING, "Nothing"), (TICKED, "What is ticked")]
        if place.project is None:
            return options
        levels = {
            name: BUILTIN_ROLES[Scope.REPOSITORY, name].permissions for name in REPOSITORY_LEVELS
        }
        return options + [
            (name, name.capitalize())
            for name, permissions in levels.items()
            if self._holds(permissions, place, on_repository=True)
        ]

    def accesses(self) -> list[AccessRow]:
        """The rows of the page."""
        return [self._row(place) for place in self.places.values()]

    def _row(self, place: Place) -> AccessRow:
        is_kept = f"permissions_{place.key}" not in self.fields
        listed = [] if is_kept else self._ticks(place)
        return AccessRow(place.key, self[f"access_{place.key}"], listed, is_kept)

    def _ticks(self, place: Place) -> list[Tick]:
        holds: dict[Permission, Decision] = {
            name: self._allows(name, place.target) for name in TICKABLE
        }
        present: Permissions = place.grant.permissions if place.grant else frozenset()
        if self.is_bound:
            return ticks([str(it) for it in self[f"permissions_{place.key}"].value() or ()], holds)
        return ticks(present or held_of(holds), holds)

    def grant_requests(self) -> list[GrantRequest]:
        """What the robot is to hold itself; what is kept or stands in no row, as it is."""
        offered = {place.project and place.project.pk for place in self.places.values()}
        beside = [grant for key, grant in self.grants.items() if key not in offered]
        return [
            *(self._request(place) for place in self.places.values()),
            *(_same(grant.project, grant) for grant in beside),
        ]

    def _request(self, place: Place) -> GrantRequest:
        name = f"access_{place.key}"
        chosen = self.cleaned_data[name] if name in self.data else KEPT  # not sent is not taken
        if chosen == KEPT:
            return _same(place.project, place.grant) if place.grant else GrantRequest(place.project)
        if chosen == TICKED:
            ticked: Any = self.cleaned_data[f"permissions_{place.key}"]
            return GrantRequest(place.project, frozenset(ticked))
        return GrantRequest(place.project, level=chosen)


def _present(grant: RobotGrant | None) -> str:
    if grant is None:
        return NOTHING
    return grant.role.removeprefix(LEVEL_PREFIX) if grant.role else TICKED


def _same(project: Project | None, grant: RobotGrant) -> GrantRequest:
    return GrantRequest(project, grant.permissions, grant.role.removeprefix(LEVEL_PREFIX))
