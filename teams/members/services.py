"""Changes to who belongs to an organization."""

from collections.abc import Iterable, Sequence
from typing import Any, TypedDict, Unpack

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from console import keyring
from console.actors import acting
from console.audit.recording import Chain, EventActor, changing, record
from console.errors import Conflict
from console.mail import outbox
from console.models import Organization
from console.permissions.decision import Actor, MissingPermission
from console.permissions.vocabulary import Permission
from console.updates import assign
from teams.members.alone import held_alone
from teams.members.letters import invitation_letter, tell_of_departure
from teams.members.rights import (
    require_over_invitation,
    require_over_member,
    require_role,
    require_to_invite,
    require_to_withdraw,
)
from teams.members.sending import require_pause
from teams.models import (
    Departure,
    Invitation,
    InvitedPlace,
    Membership,
    TeamMember,
    User,
    UserGrant,
)

# What changes each time an invitation is sent.
SENDING = ("sent_at", "sent_count", "root_number", "inviter_kind", "inviter_uuid")


class LastOwner(Conflict):
    """An organization always has an owner who can sign in."""

    title = "The last owner stays"


class LinkEnded(Conflict):
    """Used, withdrawn, too old, or not the link that was sent last."""

    title = "This invitation no longer works"


def invite(
    *,
    actor: Actor,
    organization: Organization,
    email: str,
    role: str,
    places: Sequence[InvitedPlace] = (),
) -> Invitation:
    """Invite an address; the link goes out by e-mail and ends after seven days.

    Whether the actor may give the `places`, who makes them has asked, and is asked again when they are given.
    Raises `TooMany` when too many letters went lately.
    """
    invitation = _invitation(actor, organization, email, role)
    project = next((place.project for place in places if place.project), None)
    with changing(organization) as chain:
        require_to_invite(actor, organization, role, project)
        invitation.full_clean(validate_constraints=False)
        require_role(actor, role, organization)
        _refuse_known(invitation)
        require_pause(organization, invitation.email)
        invitation.save()
        gives = _save_places(invitation, places)
        outbox.put(invitation_letter(invitation))
        after = {"email": invitation.email, "role": role} | ({"gives": gives} if gives else {})
        record(chain, actor=actor, action="member:invited", target=invitation, after=after)
    return invitation


def _save_places(invitation: Invitation, places: Iterable[InvitedPlace]) -> list[str]:
    """What it gives besides, in words."""
    for place in places:
        place.pk, place.invitation = None, invitation
        place.full_clean()
        place.save()
    return [place.label for place in places]


def _invitation(actor: Actor, organization: Organization, email: str, role: str) -> Invitation:
    invitation = Invitation(
        organization=organization,
        email=email.strip().lower(),
        role=role,
        created_by=actor.actor_label,
        sent_at=timezone.now(),
        root_number=keyring.current(),
    )
    invitation.note_inviter(actor)
    return invitation


def _refuse_known(invitation: Invitation) -> None:
    organization, email = invitation.organization, invitation.email
    if Membership.objects.filter(organization=organization, user__email=email).exists():
        _refuse_duplicate("This person is a member already.")
    if Invitation.objects.pending().filter(organization=organization, email=email).exists():
        _refuse_duplicate("There is a pending invitation for this address. Send it again instead.")


def _refuse_duplicate(words: str) -> None:
    raise ValidationError({"email": ValidationError(words, code="unique")})


def _pending(invitation: Invitation) -> Invitation:
    found = Invitation.objects.pending().select_related("organization")
    try:
        return found.get(pk=invitation.pk)
    except Invitation.DoesNotExist as error:
        raise Conflict("The invitation was accepted or withdrawn meanwhile.") from error


def resend_invitation(*, actor: Actor, invitation: Invitation) -> Invitation:
    """Send a new link; the old one ends. Raises `TooMany` when the last letter is minutes old."""
    with changing(invitation.organization) as chain:
        invitation = _pending(invitation)
        require_over_invitation(actor, invitation)
        require_role(actor, invitation.role, invitation.organization)
        require_pause(invitation.organization, invitation.email)
        invitation.sent_at = timezone.now()
        invitation.sent_count += 1
        invitation.root_number = keyring.current()
        invitation.note_inviter(actor)
        invitation.save(update_fields=SENDING)
        outbox.put(invitation_letter(invitation))
        record(chain, actor=actor, action="invitation:sent", target=invitation)
    return invitation


def withdraw_invitation(*, actor: Actor, invitation: Invitation) -> None:
    """End an invitation; its link is dead at once."""
    with changing(invitation.organization) as chain:
        invitation = _pending(invitation)
        require_to_withdraw(actor, invitation)
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
        record(chain, actor=actor, action="invitation:withdrawn", target=invitation)


def accept_invitation(*, actor: User, invitation: Invitation, key: str) -> Membership:
    """Join, once, as the person whom the invitation names, with the key of the link sent last."""
    with changing(invitation.organization) as chain:
        invitation = _pending(invitation)
        if not (invitation.opens_with(key) and _inviter_still_may(invitation)):
            raise LinkEnded("Ask for a new one.")
        if actor.email != invitation.email:
            raise PermissionDenied(f"This invitation is for {invitation.email}.")
        membership, is_new = Membership.objects.get_or_create(
            organization=invitation.organization, user=actor, defaults={"role": invitation.role}
        )
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
        if is_new:
            record(
                chain,
                actor=actor,
                action="member:joined",
                target=membership,
                after={"role": membership.role},
            )
    return membership


def _inviter_still_may(invitation: Invitation) -> bool:
    """Whether whoever sent the link, a person or a robot, could invite like this today."""
    inviter = acting(invitation.inviter_kind, invitation.inviter_uuid)
    if inviter is None:
        return False
    try:
        require_over_invitation(inviter, invitation)
        require_role(inviter, invitation.role, invitation.organization)
    except MissingPermission:
        return False
    return True


def _present(membership: Membership) -> Membership:
    found = Membership.objects.select_related("organization", "user")
    try:
        return found.get(pk=membership.pk)
    except Membership.DoesNotExist as error:
        raise Conflict("This person has left meanwhile.") from error


def is_last_owner(membership: Membership) -> bool:
    """Whether this owner is the only one who can sign in."""
    others = Membership.objects.owners(membership.organization_id).exclude(pk=membership.pk)
    return membership.role == Membership.Role.OWNER and not others.exists()


def _keep_an_owner(membership: Membership) -> None:
    if is_last_owner(membership):
        raise LastOwner(
            "The organization needs at least one owner. Make somebody else an owner first."
        )


class MemberChanges(TypedDict, total=False):
    """What of a membership may change."""

    role: str


def change_member_role(
    *, actor: Actor, membership: Membership, **changes: Unpack[MemberChanges]
) -> Membership:
    """Make a member an owner or an owner a member. The last owner stays one."""
    with changing(membership.organization) as chain:
        membership = _present(membership)
        require_over_member(actor, Permission.MEMBER_UPDATE, membership)
        before = {"role": membership.role}
        if changes.get("role", membership.role) != membership.role:
            _keep_an_owner(membership)
        if changed := assign(membership, changes, MemberChanges):
            require_role(actor, membership.role, membership.organization)
            membership.save(update_fields=changed)
            record(
                chain,
                actor=actor,
                action="member:updated",
                target=membership,
                before=before,
                after={"role": membership.role},
            )
    return membership


def remove_member(*, actor: Actor, membership: Membership) -> None:
    """End a membership with the person's places in teams and own grants."""
    with changing(membership.organization) as chain:
        membership = _present(membership)
        require_over_member(actor, Permission.MEMBER_DELETE, membership)
        _end(chain, actor, membership, "member:removed")


def leave(*, actor: User, membership: Membership) -> None:
    """Leave an organization oneself; the last owner cannot. The owners are told what stays behind."""
    with changing(membership.organization) as chain:
        membership = _present(membership)
        if membership.user_id != actor.pk:
            raise PermissionDenied("Only the person themselves leaves.")
        _end(chain, actor, membership, "member:left")
        tell_of_departure(membership)


def _end(chain: Chain, actor: Actor, membership: Membership, action: str) -> None:
    _keep_an_owner(membership)
    places = TeamMember.objects.filter(
        user=membership.user, team__organization=membership.organization
    )
    grants = UserGrant.objects.filter(user=membership.user, organization=membership.organization)
    before: dict[str, Any] = {
        "role": membership.role,
        "teams": sorted(places.values_list("team__name", flat=True)),
        "grants": [f"{grant.what} on {grant.scope_label}" for grant in grants.with_names()],
    }
    if alone := held_alone(membership).recorded():
        before["alone"] = {kind: len(own) for kind, own in alone.items()}
    _note_departure(actor, membership, alone)
    places.delete()
    grants.delete()
    Membership.objects.filter(pk=membership.pk).delete()
    record(chain, actor=actor, action=action, target=membership, before=before)


def _note_departure(actor: EventActor, membership: Membership, alone: dict[str, list[str]]) -> None:
    """Keep who has left and what nobody looks after since."""
    person = membership.user
    kept = {
        "email": person.email,
        "name": person.name,
        "left_at": timezone.now(),
        "ended_by": actor.actor_label,
        "left_alone": alone,
    }
    Departure.objects.update_or_create(
        organization=membership.organization, person_uuid=person.uuid, defaults=kept
    )
