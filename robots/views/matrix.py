"""The permission matrix of a repository: teams, robots and people, and their levels."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from console.http import Request
from console.models import Organization, Project, Repository
from console.permissions import Permission, allows, require
from console.views.frame import find_repository, in_organization
from robots.explain import covering, who_reaches
from robots.models import Robot, RobotGrant
from robots.models.robots import RESERVED_PREFIX
from robots.services.access import LEVELS, PREFIX, LevelChange, MatrixConflict, change_levels
from robots.views.finding import repository_page
from teams.models import AccessGrant, Membership, Team, TeamGrant, User, UserGrant

KINDS = ("team", "robot", "person")
CHOICES = (("", "None"), *((level, level.title()) for level in LEVELS))
ORDER = [value for value, _ in CHOICES]
FOUND = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio button of a row."""

    value: str
    label: str
    checked: bool
    disabled: bool = False


@dataclass(slots=True)
class MatrixRow:
    """A holder with its own level here and what it inherits."""

    kind: str
    holder: Any
    name: str
    level: str
    inherited: list[str]
    can_change: bool

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.holder.uuid}"

    @property
    def choices(self) -> list[Choice]:
        return [
            Choice(value, label, value == self.level, not self.can_change)
            for value, label in CHOICES
        ]


@require_http_methods(["GET", "POST"])
@in_organization("repositories")
def repository_permissions(
    request: Request, organization: Organization, repository: UUID
) -> HttpResponse:
    """The matrix; its POST saves every changed row or none."""
    found = find_repository(request, organization, repository)
    require(request.viewer, Permission.GRANT_READ, found)
    conflict = None
    if request.method == "POST":
        try:
            saved = change_levels(
                actor=request.user, repository=found, changes=_changes(request, found.project)
            )
        except MatrixConflict as error:
            conflict = error
        else:
            messages.success(request, f"{saved} permission{'s' if saved != 1 else ''} saved.")
            return redirect("robots:repository-permissions", organization.slug, found.uuid)
    context = repository_page(request, found, "permissions") | _matrix(request, found)
    context["conflict"] = conflict
    return render(
        request, "robots/repository_permissions.html", context, status=409 if conflict else 200
    )


def _matrix(request: Request, repository: Repository) -> dict[str, object]:
    can_change = allows(request.viewer, Permission.GRANT_CREATE, repository)
    rows = _rows(repository, can_change)
    for holder, kind, name in _added(request, repository.project):
        if f"{kind}-{holder.uuid}" not in rows:
            rows[f"{kind}-{holder.uuid}"] = MatrixRow(kind, holder, name, "", [], can_change)
    text = request.GET.get("q", "").strip()[:100]
    return {
        "rows": list(rows.values()),
        "can_change": can_change,
        "q": text,
        "found": _search(repository.project, text) if text and can_change else [],
        "added": request.GET.getlist("add"),
    }


def _grants(repository: Repository) -> list[tuple[str, Any, str, AccessGrant]]:
    scope = covering(repository)
    teams = TeamGrant.objects.filter(scope).with_names().select_related("team", "custom_role")
    robots = RobotGrant.objects.filter(scope, robot__deleted_at=None).with_names()
    people = UserGrant.objects.filter(scope).with_names().select_related("user", "custom_role")
    return [
        *(("team", grant.team, grant.team.name, grant) for grant in teams),
        *(
            ("robot", grant.robot, grant.robot.login_name, grant)
            for grant in robots.select_related("robot", "custom_role")
        ),
        *(("person", grant.user, grant.user.display_name, grant) for grant in people),
    ]


def _rows(repository: Repository, can_change: bool) -> dict[str, MatrixRow]:
    rows: dict[str, MatrixRow] = {}
    for kind, holder, name, grant in _grants(repository):
        key = f"{kind}-{holder.uuid}"
        row = rows.setdefault(key, MatrixRow(kind, holder, name, "", [], can_change))
        if grant.repository_id and grant.role.startswith(PREFIX):
            row.level = max(row.level, grant.role.removeprefix(PREFIX), key=ORDER.index)
        else:
            row.inherited.append(f"{grant.what} on {grant.scope_label}")
    return rows


def _holders(project: Project) -> dict[str, Any]:
    """What a row may be about: teams, robots that may hold a grant here, members."""
    organization = project.organization_id
    members = Membership.objects.filter(organization=organization).values("user")
    robots = Robot.objects.living().filter(Q(project=None) | Q(project=project))
    return {
        "team": Team.objects.filter(organization=organization),
        "robot": robots.filter(organization=organization).exclude(name__startswith=RESERVED_PREFIX),
        "person": User.objects.filter(pk__in=members),
    }


def _find(project: Project, key: str) -> tuple[Any, str]:
    """The holder of a row's key, `team-<uuid>`; of another organization is a 400 like unknown."""
    kind, _, text = key.partition("-")
    try:
        holder = _holders(project)[kind].filter(uuid=UUID(text)).first()
    except (KeyError, ValueError) as error:
        raise BadRequest("This form names something that is no team, robot or person.") from error
    if holder is None:
        raise BadRequest("Somebody in this form is not of this organization. Nothing was saved.")
    return holder, kind


def _changes(request: Request, project: Project) -> list[LevelChange]:
    changes = []
    for name in request.POST:
        key = name.removeprefix("level-")
        seen, wanted = request.POST.get(f"seen-{key}", ""), request.POST.get(name, "")
        if key == name or seen == wanted:
            continue
        if not {seen, wanted} <= {"", *LEVELS}:
            raise BadRequest("This form names a level that does not exist. Nothing was saved.")
        changes.append(LevelChange(_find(project, key)[0], seen, wanted))
    return changes


def _added(request: Request, project: Project) -> list[tuple[Any, str, str]]:
    found = [_find(project, key) for key in request.GET.getlist("add")[:FOUND]]
    return [(holder, kind, _name(holder)) for holder, kind in found]


def _name(holder: Any) -> str:  # noqa: ANN401 - a team, robot or person
    names = ("display_name", "login_name", "name")
    return str(next(getattr(holder, name) for name in names if hasattr(holder, name)))


def _search(project: Project, text: str) -> list[tuple[str, str, str]]:
    """Teams, robots and people that `text` finds: key, kind, name."""
    conditions = {
        "team": Q(name__icontains=text),
        "robot": Q(login_name__icontains=text),
        "person": Q(name__icontains=text) | Q(email__icontains=text),
    }
    return [
        (f"{kind}-{holder.uuid}", kind, _name(holder))
        for kind, holders in _holders(project).items()
        for holder in holders.filter(conditions[kind])[:FOUND]
    ]


@require_GET
@in_organization("repositories")
def repository_reach(
    request: Request, organization: Organization, repository: UUID
) -> HttpResponse:
    """Who can reach this, and through which grants."""
    found = find_repository(request, organization, repository)
    require(request.viewer, Permission.GRANT_READ, found)
    context = repository_page(request, found, "reach") | {"reachers": who_reaches(found)}
    return render(request, "robots/repository_reach.html", context)
