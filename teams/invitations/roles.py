"""Which roles an invitation may give in a project, by how forms, lists and the API name them."""

from django.core.exceptions import ValidationError
from django.db.models import F, Q

from console.forms import parse_uuid
from console.http import Visit
from console.models import Project
from teams.models import InvitedPlace, Role
from teams.models.invited import PROJECT_ROLES
from teams.models.roles import RoleQuerySet

CUSTOM = "custom:"


def custom_roles(visit: Visit) -> RoleQuerySet:
    """Those that the viewer sees: the organization's, and of single projects."""
    return Role.objects.visible_to(visit.viewer, visit.organization).select_related("project")


def place_by_value(visit: Visit, project: Project, value: str) -> InvitedPlace:
    """The project with `project:developer`, `repository:write` or `custom:<uuid>`."""
    if value in PROJECT_ROLES:
        return InvitedPlace.in_project(project, value)
    if not value.startswith(CUSTOM):
        return _with_custom(project, None, value)
    uuid = parse_uuid(value.removeprefix(CUSTOM))
    return _with_custom(project, custom_roles(visit).filter(Q(uuid=uuid)).first(), value)


def place_by_name(visit: Visit, project: Project, name: str) -> InvitedPlace:
    """The project with a role, level or custom role of that name.

    `admin` is the project's role, and not the level of that name; of custom roles the project's own goes
    before the organization's.
    """
    for role in PROJECT_ROLES:
        if name in (role, role.partition(":")[2]):
            return InvitedPlace.in_project(project, role)
    fitting = custom_roles(visit).filter(Q(project=project) | Q(project=None), name=name)
    found = fitting.order_by(F("project").desc(nulls_last=True)).first()
    return _with_custom(project, found, name)


def _with_custom(project: Project, role: Role | None, name: str) -> InvitedPlace:
    if role is None:
        words = f"{name[:60]} is neither a role nor a level of the project {project.slug}."
        raise ValidationError({"project_role": words})
    return InvitedPlace.with_custom_role(project, role)
