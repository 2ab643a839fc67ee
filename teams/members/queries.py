"""Finding the people of an organization."""

from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.shortcuts import get_object_or_404

from console.models import Organization
from console.permissions.decision import allows, require
from console.permissions.snapshots import AccessSnapshot
from console.permissions.vocabulary import Permission
from teams.models import Invitation, Membership, User

# What a person is sorted by: the name, or the address of those who have none.
LABEL = Lower(
    Coalesce(NullIf("user__name", Value("")), "user__email", output_field=models.CharField())
)


def people_of(organization: Organization, text: str = "") -> QuerySet[Membership]:
    """The members whose name or address contains `text`, each with a `label` to sort by."""
    found = Membership.objects.filter(organization=organization)
    if text:
        found = found.filter(Q(user__name__has_text=text) | Q(user__email__has_text=text))
    return found.select_related("user", "organization").annotate(label=LABEL).order_by("label")


def may_invite(viewer: AccessSnapshot, organization: Organization) -> bool:
    """Whether they invite to the organization, or to a project at least."""
    to_all = allows(viewer, Permission.MEMBER_CREATE, organization)
    return to_all or viewer.projects_with(Permission.GRANT_CREATE) != set()


def require_to_invite_somewhere(viewer: AccessSnapshot, organization: Organization) -> None:
    """Raise `MissingPermission` for who may invite neither to the organization nor to a project."""
    if not may_invite(viewer, organization):
        require(viewer, Permission.MEMBER_CREATE, organization)


def visible_invitations(viewer: AccessSnapshot, organization: Organization) -> QuerySet[Invitation]:
    """The pending ones; of those who invite to projects alone, the ones that they sent."""
    require_to_invite_somewhere(viewer, organization)
    pending = Invitation.objects.pending().filter(organization=organization)
    if allows(viewer, Permission.MEMBER_CREATE, organization):
        return pending
    return pending.filter(inviter_kind=viewer.actor_kind, inviter_uuid=viewer.actor_uuid)


def pending_invitations(
    viewer: AccessSnapshot, organization: Organization, text: str = ""
) -> QuerySet[Invitation]:
    """Those where `text` is in the address or in who invited."""
    pending = visible_invitations(viewer, organization).prefetch_related("places")
    if not text:
        return pending
    return pending.filter(Q(email__has_text=text) | Q(created_by__has_text=text))


def find_member(organization: Organization, member: UUID) -> Membership:
    """The membership of that UUID."""
    found = Membership.objects.select_related("user", "organization")
    return get_object_or_404(found, organization=organization, uuid=member)


def people_to_tell(organization: Organization | None) -> list[User]:
    """Whom notices about an organization go to, its owners; those about the installation to operators."""
    if organization is None:
        return list(User.objects.filter(is_superuser=True, is_active=True).order_by("email"))
    owners = Membership.objects.owners(organization.pk).order_by("user__email")
    return [membership.user for membership in owners]
