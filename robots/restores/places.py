"""Projects, repositories, teams, roles, grants and policies that an older backup brought back."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from console.audit.evidence import Line
from console.models import Organization, Project, Repository
from console.organizations.services import change_repository
from console.permissions.roles import LEVEL_PREFIX, REPOSITORY_LEVELS
from robots.access.services.deletions import delete_project, delete_repository, delete_team
from robots.access.services.matrix import LevelChange, change_levels, highest
from robots.access.services.roles import delete_role
from robots.models import RobotGrant, TokenPolicy, all_grants
from robots.models.policy import DISABLING, LIMITS
from robots.policies.services import PolicyAt, change_policy
from robots.restores.claims import (
    ACTOR,
    Claim,
    Claims,
    Revived,
    claiming,
    is_later,
    moment,
    several,
)
from teams.grants.services import take
from teams.models import AccessGrant, Role, Team, TeamGrant, UserGrant
from teams.roles.services import update_role
from teams.teams.services import update_team

GRANTS: dict[str, type[AccessGrant]] = {
    "teamgrant": TeamGrant,
    "usergrant": UserGrant,
    "robotgrant": RobotGrant,
}


def _project(line: Line) -> Revived | None:
    project = Project.objects.select_related("organization").filter(uuid=line.target).first()
    if project is None:
        return None
    end = partial(delete_project, actor=ACTOR, project=project)
    return Revived("project", str(project), "was deleted, with its robot accounts", end)


def _repository(line: Line) -> Repository | None:
    found = Repository.objects.select_related("project__organization")
    return found.filter(uuid=line.target).first()


def _deleted_repository(line: Line) -> Revived | None:
    repository = _repository(line)
    if repository is None:
        return None
    end = partial(delete_repository, actor=ACTOR, repository=repository)
    return Revived("repository", str(repository), "was deleted", end)


def _private(line: Line) -> Revived | None:
    repository = _repository(line)
    if repository is None or line.after.get("public") is not False or not repository.public:
        return None
    end = partial(change_repository, actor=ACTOR, repository=repository, public=False)
    return Revived("repository", str(repository), "was public no longer", end)


def _levels(line: Line) -> Iterable[Claim]:
    for holder, level in line.after.items():
        key = ("level", line.target, holder)
        yield Claim(key, partial(_higher_level, line, holder, str(level)))


def _higher_level(line: Line, holder: str, level: str) -> Revived | None:
    repository, wanted = _repository(line), "" if level == "none" else level
    found = all_grants(repository=repository, role__startswith=LEVEL_PREFIX) if repository else []
    grants = [grant for grant in found if str(grant.holder) == holder]
    present = highest(grants)
    if repository is None or not grants or _rank(present) <= _rank(wanted):
        return None
    change = LevelChange(grants[0].holder, present, wanted)
    end = partial(change_levels, actor=ACTOR, repository=repository, changes=[change])
    return Revived("grant", f"{holder} on {repository}", f"was lowered to {level}", end)


def _rank(level: str) -> int:
    return REPOSITORY_LEVELS.index(level) if level in REPOSITORY_LEVELS else -1


def _team(line: Line) -> Team | None:
    return Team.objects.select_related("organization").filter(uuid=line.target).first()


def _deleted_team(line: Line) -> Revived | None:
    team = _team(line)
    if team is None:
        return None
    return Revived("team", str(team), "was deleted", partial(delete_team, actor=ACTOR, team=team))


def _secret_team(line: Line) -> Revived | None:
    team = _team(line)
    if team is None or not line.after.get("secret") or team.secret:
        return None
    end = partial(update_team, actor=ACTOR, team=team, secret=True)
    return Revived("team", str(team), "was made secret", end)


def _role(line: Line) -> Role | None:
    found = Role.objects.select_related("organization", "project__organization")
    return found.filter(uuid=line.target).first()


def _deleted_role(line: Line) -> Revived | None:
    role = _role(line)
    if role is None:
        return None
    return Revived("role", str(role), "was deleted", partial(delete_role, actor=ACTOR, role=role))


def _smaller_role(line: Line) -> Revived | None:
    role = _role(line)
    left = frozenset(line.after.get("permissions", ()))
    if role is None or role.permissions <= left:
        return None
    kept = frozenset(each for each in role.permissions if each in left)
    end = partial(update_role, actor=ACTOR, role=role, permissions=kept)
    return Revived("role", str(role), "gave less", end)


def _grant(line: Line) -> AccessGrant | None:
    model = GRANTS.get(str(line.values["target_kind"]))
    if model is None:
        return None
    found: AccessGrant | None = model.objects.with_names().filter(uuid=line.target).first()
    return found


def _taken(line: Line) -> Revived | None:
    return _takeable(_grant(line), "was taken back")


def _lowered(line: Line) -> Revived | None:
    grant, left = _grant(line), set(line.after.get("permissions", ()))
    gives_more = grant is not None and not {*map(str, grant.conferred[0])} <= left
    return _takeable(grant if gives_more else None, "gave less; all of it is taken back")


def _ends_earlier(line: Line) -> Revived | None:
    grant, wanted = _grant(line), moment(line.after.get("expires_at"))
    if grant is None or not is_later(grant.expires_at, wanted):
        return None
    return _takeable(grant, "ended earlier; all of it is taken back")


def _takeable(grant: AccessGrant | None, words: str) -> Revived | None:
    if grant is None:
        return None
    name = f"{grant.what}: {grant}"
    return Revived("grant", name, words, partial(take, actor=ACTOR, grant=grant))


def _policy(line: Line) -> Revived | None:
    policy = _policy_at(line)
    wanted: Any = {name: line.after[name] for name in LIMITS if name in line.after}
    if policy is None or not wanted.keys() >= {*LIMITS} - {*DISABLING}:
        return None
    present = TokenPolicy.objects.own(policy.organization, policy.project).recorded
    if not _allows_more(present, wanted):
        return None
    end = partial(change_policy, actor=ACTOR, policy=policy, **wanted)
    return Revived("token policy", line.label, "allowed less", end)


def _policy_at(line: Line) -> PolicyAt | None:
    organization = Organization.objects.filter(uuid=UUID(line.chain)).first()
    slug = line.label.partition("/")[2]
    if organization is None or not slug:
        return PolicyAt(organization) if organization else None
    project = organization.projects.select_related("organization").filter(slug=slug).first()
    return PolicyAt(organization, project) if project else None


def _allows_more(present: dict[str, Any], wanted: dict[str, Any]) -> bool:
    longest, limit = present["maximum_days"], wanted["maximum_days"]
    switches = ("never_allowed", "own_secrets_allowed")
    return any(present[name] and not wanted[name] for name in switches) or (
        limit is not None and (longest is None or longest > limit)
    )


CLAIMS: dict[str, Claims] = {
    "project:deleted": claiming("project", _project),
    "repository:deleted": claiming("repository", _deleted_repository),
    "repository:updated": claiming("repository public", _private),
    "repository:permissions-changed": _levels,
    "team:deleted": claiming("team", _deleted_team),
    "team:updated": claiming("team secret", _secret_team),
    "role:deleted": claiming("role", _deleted_role),
    "role:updated": claiming("role permissions", _smaller_role),
    "grant:deleted": claiming("grant", _taken),
    "grant:updated": several(claiming("grant", _lowered), claiming("grant end", _ends_earlier)),
    "grant:expiry-changed": claiming("grant end", _ends_earlier),
    "policy:updated": claiming("policy", _policy),
}
