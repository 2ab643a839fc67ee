"""Whom a registry means by the name of an actor: what its token's `sub` says, among an organization's own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from console.models import Organization
from robots.models import Robot
from robots.models.artifacts import NOBODY, ActorKind
from teams.models import Membership

# The registry's clock may be so much behind ours.
LEEWAY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ArtifactActor:
    """A robot or a person of the organization, or somebody who is not known."""

    kind: ActorKind = ActorKind.UNKNOWN
    uuid: UUID = NOBODY
    # A robot's login name; people are not named where their account may go.
    label: str = ""


UNKNOWN = ArtifactActor()


def find_actor(organization: Organization, name: str, at: datetime) -> ArtifactActor:
    """Whom the organization's own registry means, or the site's: only somebody of this organization.

    Everybody else is unknown here: a robot of another organization that pulled what is public, too.
    """
    if not name:
        return UNKNOWN
    return _robot(organization, name, at) or _person(organization, name) or UNKNOWN


def _robot(organization: Organization, name: str, at: datetime) -> ArtifactActor | None:
    """A login name may have been used before; the last that was made before that moment is meant."""
    called = Robot.objects.filter(organization=organization, login_name=name)
    made = called.filter(created_at__lte=at + LEEWAY).order_by("-created_at", "-id")
    uuid = made.values_list("uuid", flat=True).first()
    return ArtifactActor(ActorKind.ROBOT, uuid, name) if uuid else None


def _person(organization: Organization, name: str) -> ArtifactActor | None:
    members = Membership.objects.filter(organization=organization, user__email=name)
    uuid = members.values_list("user__uuid", flat=True).first()
    return ArtifactActor(ActorKind.USER, uuid) if uuid else None
