"""What a member alone is in charge of, and what of it is still nobody's after they have left."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.module_loading import import_string

from console.models import Organization, Project
from console.models.grants import role_key
from console.permissions.roles import Scope
from teams.models import Membership, Team, TeamGrant, TeamMember, User, UserGrant

PROJECT_ADMIN = role_key((Scope.PROJECT, "admin"))


class Behind(Protocol):
    """What a member leaves behind that has to do with robots, which stand above people."""

    def robots_of(self, membership: Membership) -> QuerySet[Any]: ...
    def robots_of_nobody(self, organization: Organization) -> QuerySet[Any]: ...
    def tokens_seen(self, membership: Membership) -> int: ...
    def personal_tokens(self, membership: Membership) -> int: ...


@dataclass(frozen=True, slots=True)
class Alone:
    """What one person, and nobody else, is in charge of."""

    teams: QuerySet[Team]
    projects: QuerySet[Project]
    robots: QuerySet[Any]

    def kinds(self) -> Iterable[tuple[str, QuerySet[Any]]]:
        yield from (("teams", self.teams), ("projects", self.projects), ("robots", self.robots))

    def recorded(self) -> dict[str, list[str]]:
        """The UUIDs of each kind that there is."""
        ids = {kind: rows.values_list("uuid", flat=True) for kind, rows in self.kinds()}
        return {kind: [str(uuid) for uuid in own] for kind, own in ids.items() if own}

    def only(self, recorded: dict[str, list[str]]) -> "Alone":
        """Those of it whose UUIDs were recorded."""
        kept = {kind: rows.filter(uuid__in=recorded.get(kind, [])) for kind, rows in self.kinds()}
        return Alone(**kept)


def behind() -> Behind:
    """Asked by a dotted path: `settings.LEFT_BEHIND`."""
    found: Callable[[], Behind] = import_string(settings.LEFT_BEHIND)
    return found()


def held_alone(membership: Membership) -> Alone:
    """What nobody would be in charge of without this member."""
    organization, user = membership.organization, membership.user
    return Alone(
        _teams_without_owner(organization, user).filter(members__user=user, members__role="owner"),
        _projects_without_admin(organization, user).filter(pk__in=_administered(user)),
        behind().robots_of(membership),
    )


def nobodys(organization: Organization) -> Alone:
    """What nobody is in charge of now."""
    return Alone(
        _teams_without_owner(organization),
        _projects_without_admin(organization),
        behind().robots_of_nobody(organization),
    )


def _teams_without_owner(organization: Organization, besides: User | None = None) -> QuerySet[Team]:
    owners = TeamMember.objects.filter(team=OuterRef("pk"), role="owner", user__is_active=True)
    teams = Team.objects.filter(organization=organization).select_related("organization")
    return teams.exclude(Exists(owners.exclude(user=besides))).order_by("name")


def _projects_without_admin(
    organization: Organization, besides: User | None = None
) -> QuerySet[Project]:
    on = {"project": OuterRef("pk"), "repository": None, "role": PROJECT_ADMIN}
    people = UserGrant.objects.filter(**on, user__is_active=True).exclude(user=besides)
    projects = Project.objects.filter(organization=organization).select_related("organization")
    teams = TeamGrant.objects.filter(**on)
    return projects.exclude(Exists(people)).exclude(Exists(teams)).order_by("slug")


def _administered(user: User) -> QuerySet[Any]:
    own = UserGrant.objects.filter(user=user, repository=None, role=PROJECT_ADMIN)
    return own.exclude(project=None).values("project")
