"""Organizations that were deleted and that an older backup brought back."""

from functools import partial

from console.audit.evidence import Line
from console.models import Organization
from robots.access.services.organization_deletion import delete_organization
from robots.restores.claims import ACTOR, Claims, Revived, claiming


def _deleted(line: Line) -> Revived | None:
    organization = Organization.objects.filter(uuid=line.target).first()
    if organization is None:
        return None
    end = partial(delete_organization, actor=ACTOR, organization=organization)
    return Revived("organization", str(organization), "was deleted, with all that is in it", end)


CLAIMS: dict[str, Claims] = {"organization:deleted": claiming("organization", _deleted)}
