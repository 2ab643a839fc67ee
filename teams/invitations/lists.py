"""Reading a list of people to invite: CSV, a person on each line."""

import csv
from collections.abc import Iterator
from io import StringIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from console.http import Visit
from console.models import Project
from teams.invitations.roles import place_by_name
from teams.invitations.services import AT_ONCE, Wish
from teams.models import InvitedPlace, Membership, Team

MORE = "more than columns"
COLUMNS = {"email", "role", "teams", "project"}
NO_HEADS = "The first line names the columns: email, role, teams, project."


def wishes_in(visit: Visit, text: str) -> list[Wish]:
    """Whom the list invites. What cannot be read is a `ValidationError` that names each line."""
    rows = csv.DictReader(StringIO(text), restval="", restkey=MORE, skipinitialspace=True)
    heads = [head.strip().lower() for head in rows.fieldnames or ()]
    if "email" not in heads or not set(heads) <= COLUMNS:
        raise ValidationError({"email": NO_HEADS})
    rows.fieldnames = heads
    wishes, errors = [], []
    for row in rows:
        try:
            wishes.append(_wish(visit, row, f"Line {rows.line_num}"))
        except ValidationError as error:
            errors += [f"Line {rows.line_num}: {words}" for words in error.messages]
    if len(wishes) + len(errors) > AT_ONCE:
        errors = [f"At most {AT_ONCE} people are invited at a time."]
    if errors or not wishes:
        raise ValidationError({"email": errors or "Nobody stands in this list."})
    return wishes


def _wish(visit: Visit, row: dict[str, str], called: str) -> Wish:
    if MORE in row:
        raise ValidationError("There is more in this line than columns.")
    email = row["email"].strip().lower()
    validate_email(email)
    role = row.get("role", "").strip().lower() or Membership.Role.MEMBER.value
    if role not in Membership.Role.values:
        raise ValidationError(f"{role} is no role: write member or owner.")
    teams = [_team(visit, text) for text in _parts(row.get("teams", ""))]
    projects = [_project(visit, text) for text in _parts(row.get("project", ""))]
    if len(projects) > 1:
        raise ValidationError("Name one project.")
    return Wish(email, role, [*teams, *projects], called)


def _parts(cell: str) -> Iterator[str]:
    """What stands between semicolons."""
    return filter(None, (part.strip() for part in cell.split(";")))


def _team(visit: Visit, text: str) -> InvitedPlace:
    """`build`, or `build:owner`."""
    name, _, role = text.partition(":")
    team = Team.objects.visible_to(visit.viewer, visit.organization).filter(name=name).first()
    if team is None:
        raise ValidationError(f"There is no team {name}.")
    return InvitedPlace.in_team(team, role or "member")


def _project(visit: Visit, text: str) -> InvitedPlace:
    """`payments`, or `payments:write`: a role, a level or a custom role by its name."""
    slug, _, wanted = text.partition(":")
    seen = Project.objects.visible_to(visit.viewer, visit.organization)
    project = seen.select_related("organization").filter(slug=slug).first()
    if project is None:
        raise ValidationError(f"There is no project {slug}.")
    return place_by_name(visit, project, wanted or "developer")
