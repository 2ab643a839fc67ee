"""How the filters of a list of robots name things, read as rows show it: `Payments`, `Ann`, `Tier=1`.

Each function answers with the one name that the filter looks for, or says why there is none.
"""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db.models import Q

from console import names
from console.http import Visit
from console.organizations.queries import NOT_FOUND, only_one, project_slug
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from robots.models import Robot, RobotLabel
from robots.models.labels import read_label
from robots.queries.filters import NOBODY
from teams.models import Membership, Team

Reads = Callable[[Visit, str], str]


def team_name(request: Visit, text: str) -> str:
    """A team by its name, in any case."""
    seen = Team.objects.visible_to(request.viewer, request.organization)
    if not seen.filter(name=text.lower()).exists():
        raise ValidationError(NOT_FOUND)
    return text.lower()


def responsible_email(request: Visit, text: str) -> str:
    """A member by address, else by name; or nobody.

    Who may not read members knows those alone who stand beside the robots that they see.
    """
    if text.lower() == NOBODY:
        return NOBODY
    members = Membership.objects.filter(organization=request.organization)
    if not allows(request.viewer, Permission.MEMBER_READ, request.organization):
        seen = Robot.objects.visible_to(request.viewer, request.organization)
        members = members.filter(pk__in=seen.values("responsible"))
    called = Q(user__email=text.lower()) | Q(user__name__reads=text)
    return only_one(members.filter(called), "user__email", text)


def label_text(request: Visit, text: str) -> str:
    """`key` or `key=value`, as robots have it: in any case."""
    key, value = read_label(text)
    key = key.lower()
    try:
        names.validate_name(key)
    except ValidationError as error:
        raise ValidationError("Write a label as key or as key=value.") from error
    if "=" not in text:
        return key
    found = RobotLabel.objects.filter(organization=request.organization, key=key)
    spelled = set(found.filter(value__reads=value).values_list("value", flat=True)[:3])
    return f"{key}={value if value in spelled or not spelled else min(spelled)}"


NAMED: dict[str, Reads] = {
    "project": project_slug,
    "team": team_name,
    "responsible": responsible_email,
    "label": label_text,
}
