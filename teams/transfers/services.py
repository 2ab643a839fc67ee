"""Handing an organization over to another member: in one change, at once."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.urls import reverse

from console.audit.recording import changing, record
from console.entry import unmet_requirement
from console.models import Organization
from console.models.events import MACHINES
from console.models.sign_in_rules import RequiredFactor
from console.notices.kinds import ORGANIZATION_TRANSFERRED
from console.notices.letters import tell_by_letter
from console.notices.telling import News, people_of
from console.permissions.decision import Actor, require
from console.permissions.vocabulary import Permission
from teams.members.rights import require_role
from teams.members.services import change_member_role, leave
from teams.models import Membership, User

OWNER = Membership.Role.OWNER
NOBODY = "Choose a member of this organization by their e-mail address."
ITSELF = "You own it already. Choose another member."
DISABLED = "This account is disabled: its owner could not sign in."
LACKING = {
    RequiredFactor.FACTOR: "The organization requires a second factor, and {who} has none. "
    "Ask them to add an authenticator app or a passkey first.",
    RequiredFactor.PASSKEY: "The organization requires a passkey, and {who} has none. "
    "Ask them to add one first.",
}


class Afterwards(StrEnum):
    """What becomes of whoever hands over."""

    MEMBER = "member"
    LEAVE = "leave"


def require_to_transfer(actor: Actor, organization: Organization) -> None:
    """Raise `PermissionDenied` unless the actor is a person who holds all that owners do."""
    require(actor, Permission.MEMBER_UPDATE, organization)
    if actor.actor_kind in MACHINES:
        raise PermissionDenied("An owner hands over an organization, and not a robot account.")
    require_role(actor, OWNER, organization)
    if not _memberships(organization).filter(user__uuid=actor.actor_uuid, role=OWNER).exists():
        raise PermissionDenied("Only an owner hands over the organization.")


def transfer_organization(
    *, actor: User, organization: Organization, email: str, afterwards: str
) -> Membership:
    """Make the member with that address an owner, and the actor a member, or nothing, from now on.

    Raises `ValidationError` that names `email` where that person cannot be one.
    """
    with changing(organization) as chain:
        organization = Organization.objects.get(pk=organization.pk)
        require_to_transfer(actor, organization)
        own = _memberships(organization).get(user=actor.pk)
        new = _new_owner(own, email)
        actor.prove_presence()
        record(
            chain,
            actor=actor,
            action="organization:transferred",
            target=organization,
            before={"owner": own.user.email},
            after={"owner": new.user.email, "afterwards": Afterwards(afterwards).value},
        )
        new = change_member_role(actor=actor, membership=new, role=OWNER)
        _step_back(actor, own, Afterwards(afterwards))
        _tell(organization, own.user, new.user)
    return new


def _memberships(organization: Organization) -> QuerySet[Membership]:
    return Membership.objects.filter(organization=organization).select_related(
        "organization", "user"
    )


def _new_owner(own: Membership, email: str) -> Membership:
    found = _memberships(own.organization).filter(user__email=email.strip().lower()).first()
    if found is None:
        raise ValidationError({"email": NOBODY})
    if fault := _fault(own, found):
        raise ValidationError({"email": fault})
    return found


def _fault(own: Membership, new: Membership) -> str:
    """Why this member cannot be the new owner, in words."""
    required = own.organization.required_factor
    if new.pk == own.pk:
        return ITSELF
    if not new.user.is_active:
        return DISABLED
    if new.role == OWNER:
        return f"{new.user.display_name} is an owner already. Change your own role, or leave."
    if unmet_requirement(required, new.user.factors(), used_passkey=True):
        return LACKING[RequiredFactor(required)].format(who=new.user.display_name)
    return ""


def _step_back(actor: User, own: Membership, afterwards: Afterwards) -> None:
    if afterwards == Afterwards.LEAVE:
        leave(actor=actor, membership=own)
    else:
        change_member_role(actor=actor, membership=own, role=Membership.Role.MEMBER)


def _tell(organization: Organization, former: User, new: User) -> None:
    """Tell everybody who owns it now, the new owner among them."""
    news = News(
        organization,
        f"{former.display_name} has handed {organization.name} over to {new.display_name}",
        reverse("teams:member-list", args=[organization.slug]),
        people_of(organization),
        {"former_owner": former.email, "new_owner": new.email},
    )
    tell_by_letter(ORGANIZATION_TRANSFERRED, organization, news)
