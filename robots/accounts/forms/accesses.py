"""What a robot is to hold itself, place by place: rows of a choice and the ticks that belong to it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django import forms
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT, ManagementForm
from django.utils.functional import cached_property

from console.forms import parse_uuid
from console.models import Organization, Project
from console.models.organizations import ProjectQuerySet
from console.pages.candidates import count_text
from console.paging import capped_count
from console.permissions.decision import Target, Targeted, Viewer, allows
from console.permissions.roles import BUILTIN_ROLES, LEVEL_PREFIX, Scope
from console.permissions.vocabulary import Permission, Permissions, with_implied
from robots.accounts.forms.permissions import Tick, held_of, holds_on, permissions_field, ticks
from robots.accounts.services.robots import GrantRequest
from robots.models import RobotGrant
from teams.models.holding import until

# How many projects one can give something in at once: each is sent anew with every search.
MOST = 50
# How many stand there that nothing was chosen in.
SHOWN = 8
NOTHING, TICKED, KEPT = "", "ticked", "kept"
PREFIX, CHOICE = "access-", "-choice"
NO_PRESETS: Mapping[str, GrantRequest] = MappingProxyType({})
# Where something is chosen the ticks come at once, and without scripts with the next search.
ASKS_FOR_TICKS = {"hx-post": "?search=", "hx-target": "#places", "hx-swap": "outerHTML"}


def request_of(grant: RobotGrant) -> GrantRequest:
    """What asks for `grant` as it is."""
    level = grant.role.removeprefix(LEVEL_PREFIX)
    return GrantRequest(grant.project, grant.permissions, level)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a robot may hold something, a project or all of them, and the grant that it has there."""

    key: str
    label: str
    target: Target
    project: Project | None
    grant: RobotGrant | None

    @property
    def present(self) -> GrantRequest:
        """What asks for what the robot holds there."""
        return request_of(self.grant) if self.grant else GrantRequest(self.project)


def places_of(
    organization: Organization, projects: Iterable[Project], grants: Mapping[int | None, RobotGrant]
) -> Iterator[Place]:
    """All projects, then each; `grants` by the project's id, `None` for all."""
    whole = grants.get(None)
    label = f"All projects, also future ones{_until(whole)}"
    yield Place("all", label, organization.target, None, whole)
    for project in projects:
        grant = grants.get(project.pk)
        label = f"{project.name}{_until(grant)}"
        yield Place(str(project.uuid), label, project.target, project, grant)


def _until(grant: RobotGrant | None) -> str:
    """That what the robot holds there ends by itself, whatever it is changed to."""
    return until(grant.expires_at) if grant else ""


def may_confer_level(actor: Viewer, level: str, place: Targeted) -> bool:
    """Whether the actor holds all that the level gives on the repositories there."""
    gives = BUILTIN_ROLES[Scope.REPOSITORY, level].permissions
    return _holds_all(actor, gives, replace(place.target, on_repository=True))


def _holds_all(actor: Viewer, permissions: Permissions, target: Target) -> bool:
    return all(allows(actor, name, target) for name in with_implied(permissions))


class AccessForm(forms.Form):
    """One place: nothing, what is ticked, or one of `levels`; where it is locked, as it is."""

    def __init__(
        self,
        *,
        actor: Viewer,
        place: Place,
        levels: Sequence[str],
        is_only: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.is_only = is_only
        self.actor, self.place = actor, place
        self.is_locked = place.grant is not None and self._is_locked(place.grant)
        self.fields["choice"] = forms.ChoiceField(
            label=place.label,
            required=False,
            choices=self._kept_options() if self.is_locked else self._options(levels),
            initial=place.grant and (KEPT if self.is_locked else place.present.level or TICKED),
        )
        if not self.is_locked:
            self.fields["permissions"] = permissions_field("Permissions")
            if not self.shows_ticks:
                self.fields["choice"].widget.attrs |= ASKS_FOR_TICKS

    def _is_locked(self, grant: RobotGrant) -> bool:
        """Whether it gives what the actor does not hold, or may not change."""
        may_change = allows(self.actor, Permission.GRANT_UPDATE, self.place)
        permissions, is_level = grant.conferred
        return not may_change or not self._holds(permissions, on_repository=is_level)

    def _holds(self, permissions: Permissions, *, on_repository: bool) -> bool:
        target = replace(self.place.target, on_repository=on_repository)
        return _holds_all(self.actor, permissions, target)

    def _kept_options(self) -> list[tuple[str, str]]:
        """What one does not hold oneself can be left or taken back, and not changed."""
        what = self.place.grant.what if self.place.grant else ""
        kept = [(KEPT, f"As it is: {what}")]
        may_take = allows(self.actor, Permission.GRANT_DELETE, self.place)
        return [*kept, (NOTHING, "Nothing")] if may_take else kept

    def _options(self, levels: Sequence[str]) -> list[tuple[str, str]]:
        options = [(NOTHING, "Nothing"), (TICKED, "What is ticked")]
        return options + [
            (name, name.capitalize())
            for name in levels
            if self.place.project and may_confer_level(self.actor, name, self.place)
        ]

    @property
    def shown_name(self) -> str:
        """What is sent where the ticks stood: nothing ticked is then what was wanted."""
        return self.add_prefix("shown")

    @property
    def is_ticked(self) -> bool:
        """Whether single permissions are chosen, so that their ticks have to be shown."""
        return bool(self["choice"].value() == TICKED)

    @property
    def shows_ticks(self) -> bool:
        """Whether the ticks stand there: not in every row that something might be chosen in."""
        is_first = self.is_only or self.place.project is None
        return is_first or self.is_ticked or bool(self.is_bound and self["permissions"].errors)

    def ticks(self) -> list[Tick]:
        """What was sent; at first what the robot holds, or all that may be given."""
        holds = holds_on(self.place, self.actor)
        sent = self["permissions"].value() or ()
        if sent or self.shown_name in self.data:
            return ticks(sent, holds)
        return ticks(self.place.present.permissions or held_of(holds), holds)

    def is_changed(self) -> bool:
        """Whether the form that was sent says something else than what the robot holds there."""
        if self["choice"].value() != str(self["choice"].initial or NOTHING):
            return True
        present = {str(name) for name in self.place.present.permissions}
        return self.is_ticked and set(self["permissions"].value() or ()) != present

    def clean(self) -> dict[str, Any]:
        """What stands behind a choice is only seen once it is made, so nobody gives it unseen."""
        cleaned = super().clean() or {}
        is_new = cleaned.get("choice") == TICKED and "permissions" not in self.errors
        if is_new and not cleaned.get("permissions"):
            where = self.place.label
            self.add_error(
                "permissions", f"Tick what it may do in {where}: at least one permission."
            )
        return cleaned

    def clean_choice(self) -> str:
        """What was not sent is not taken."""
        is_sent = self.add_prefix("choice") in self.data
        return str(self.cleaned_data["choice"]) if is_sent else KEPT

    def grant_request(self) -> GrantRequest:
        """What the robot is to hold there."""
        chosen, project = self.cleaned_data["choice"], self.place.project
        if chosen == KEPT:
            return self.place.present
        if chosen == TICKED:
            return GrantRequest(project, frozenset(self.cleaned_data["permissions"]))
        return GrantRequest(project, level=chosen)


class BaseAccessFormSet(forms.BaseFormSet[AccessForm]):
    """A row for each of `places`, sent under its key: they come and go while a page is open."""

    def total_form_count(self) -> int:
        return len(self.form_kwargs["places"])

    @cached_property
    def management_form(self) -> ManagementForm:
        """Counts what is offered now; what was shown once is of no use."""
        counts = dict.fromkeys((TOTAL_FORM_COUNT, INITIAL_FORM_COUNT), self.total_form_count())
        form = ManagementForm(counts)
        form.full_clean()
        return form

    def add_prefix(self, index: int | str) -> str:
        return super().add_prefix(self.form_kwargs["places"][index].key)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        kwargs = super().get_form_kwargs(index)
        places = kwargs.pop("places")
        kwargs |= {"place": places[index], "is_only": len(places) == 1}
        return kwargs


AccessFormSet = forms.formset_factory(AccessForm, BaseAccessFormSet)


def _chosen(request: GrantRequest | None) -> dict[str, object]:
    """What of a row's fields says the same as `request`."""
    if request is None:
        return {}
    return {"choice": request.level or TICKED, "permissions": request.permissions}


class AccessFormMixin(forms.Form):
    """A form that owns rows, with their fields and errors: those sent or held, some that match a search."""

    rows: forms.BaseFormSet[AccessForm]
    matching: ProjectQuerySet
    offered: ProjectQuerySet

    def offer(
        self,
        actor: Viewer,
        places: Sequence[Place],
        levels: Sequence[str],
        preset: Mapping[str, GrantRequest] = NO_PRESETS,
    ) -> None:
        """Make the rows, once the form is made. `preset` is chosen at first, by a place's key."""
        self.rows = AccessFormSet(
            self.data if self.is_bound else None,
            prefix=PREFIX.rstrip("-"),
            initial=[_chosen(preset.get(place.key)) for place in places],
            form_kwargs={"actor": actor, "places": places, "levels": levels},
        )

    def sent_keys(self) -> list[str]:
        """The keys of the places that something was sent for."""
        named = (name for name in self.data if name.startswith(PREFIX) and name.endswith(CHOICE))
        return [name.removeprefix(PREFIX).removesuffix(CHOICE) for name in named]

    def sent_projects(self) -> list[UUID]:
        """The projects that something was sent for, as far as a form can hold them."""
        parsed = (parse_uuid(key) for key in self.sent_keys())
        return [found for found in parsed if found][: 2 * MOST]

    @property
    def hides_some(self) -> bool:
        """Whether there are projects that no row is about."""
        return capped_count(self.offered) > sum(1 for row in self.rows if row.place.project)

    def _are_offered(self, keys: Sequence[str]) -> bool:
        projects = {uuid for uuid in map(parse_uuid, keys) if uuid}
        others = set(keys) - {str(uuid) for uuid in projects} - {row.place.key for row in self.rows}
        return not others and self.offered.filter(uuid__in=projects).count() == len(projects)

    @property
    def count_text(self) -> str:
        """How many projects match what is searched, and how to find those that do not stand there."""
        return count_text(capped_count(self.matching), SHOWN)

    def __iter__(self) -> Iterator[forms.BoundField]:
        return chain(super().__iter__(), *self.rows)

    def full_clean(self) -> None:
        super().full_clean()
        for error in self.rows.non_form_errors():
            self.add_error(None, error)
        for row in self.rows:
            self.errors.update({row.add_prefix(name): why for name, why in row.errors.items()})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if sum(row.is_changed() for row in self.rows) > MOST:
            self.add_error(None, f"Choose at most {MOST} projects at once, and the others later.")
        elif not self._are_offered(self.sent_keys()):
            self.add_error(None, "Select a valid choice. A project that was ticked is not offered.")
        return cleaned

    def grant_requests(self) -> list[GrantRequest]:
        """What the robot is to hold itself, by the rows."""
        return [row.grant_request() for row in self.rows]
