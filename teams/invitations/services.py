"""Inviting people with what they are to get, and giving it when they accept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError

from console.actors import acting
from console.audit.recording import changing
from console.errors import Conflict, TooMany
from console.models import Organization
from console.permissions.decision import Actor, MissingPermission, require
from console.permissions.vocabulary import Permission
from teams.grants.services import GrantSpec, give, require_to_hold
from teams.invitations.letters import tell_of_refused
from teams.members.services import accept_invitation, invite
from teams.models import Invitation, InvitedPlace, Membership, User, UserGrant
from teams.teams.services import add_team_members, require_to_hold_place

AT_ONCE = 50
INVITED_TO = ("team__organization", "project__organization", "custom_role")


@dataclass(frozen=True, slots=True)
class Joined:
    """A new member, and what of the invitation could not be given any more."""

    membership: Membership
    refused: list[InvitedPlace]


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to invite, as what, with what besides; `called` is how errors name it among others."""

    email: str
    role: str
    places: Sequence[InvitedPlace] = ()
    called: str = ""


def invite_people(
    *,
    actor: Actor,
    organization: Organization,
    emails: Sequence[str],
    role: str,
    places: Sequence[InvitedPlace] = (),
) -> list[Invitation]:
    """Invite each address with the same places. One that cannot be invited refuses all, and is named."""
    wishes = [Wish(email, role, places, email if len(emails) > 1 else "") for email in emails]
    with changing(organization):
        for place in places:
            _require_to_give(actor, organization, place)
        return _invite_each(actor, organization, wishes)


def invite_listed(
    *, actor: Actor, organization: Organization, wishes: Sequence[Wish]
) -> list[Invitation]:
    """Invite each with their own places, all or nobody: every line that cannot be done is named."""
    with changing(organization):
        return _invite_each(actor, organization, wishes, asks=True)


def _invite_each(
    actor: Actor, organization: Organization, wishes: Iterable[Wish], *, asks: bool = False
) -> list[Invitation]:
    """`asks` whether the actor may give the places of each."""
    invited, errors = [], []
    for wish in wishes:
        try:
            for place in wish.places if asks else ():
                _require_to_give(actor, organization, place)
            invited.append(_invite(actor, organization, wish))
        except (MissingPermission, TooMany, ValidationError) as error:
            if not wish.called:
                raise
            errors += _named(wish, error)
    if errors:
        raise ValidationError({"email": errors})
    return invited


def _invite(actor: Actor, organization: Organization, wish: Wish) -> Invitation:
    return invite(
        actor=actor,
        organization=organization,
        email=wish.email,
        role=wish.role,
        places=wish.places,
    )


def _named(wish: Wish, error: Exception) -> list[str]:
    if isinstance(error, MissingPermission):
        return [f"{wish.called}: you do not hold {error.permission} there."]
    messages = error.messages if isinstance(error, ValidationError) else [str(error)]
    return [f"{wish.called}: {words}" for words in messages]


def _require_to_give(actor: Actor, organization: Organization, place: InvitedPlace) -> None:
    """Nobody invites to what they could not give themselves."""
    if place.team:
        require(actor, Permission.TEAM_UPDATE, place.team)
        require_to_hold_place(actor, place.team, place.role)
    elif place.project:
        grant = UserGrant(**_spec(organization, place).values())
        require(actor, Permission.GRANT_CREATE, place.project)
        require_to_hold(actor, grant)


def _spec(organization: Organization, place: InvitedPlace) -> GrantSpec:
    return GrantSpec(organization, place.project, role=place.role, custom_role=place.custom_role)


def join(*, actor: User, invitation: Invitation, key: str) -> Joined:
    """Accept an invitation; whoever sent it gives what it offers, as far as they still may.

    What they may not give any more, or what is gone, is told to them; nothing else is lost by it.
    """
    with changing(invitation.organization):
        membership = accept_invitation(actor=actor, invitation=invitation, key=key)
        places = invitation.places.select_related(*INVITED_TO)
        refused = _give_all(invitation, actor, places)
        if refused:
            tell_of_refused(invitation, refused)
    return Joined(membership, refused)


def _give_all(
    invitation: Invitation, user: User, places: Iterable[InvitedPlace]
) -> list[InvitedPlace]:
    """Those that could not be given."""
    inviter = acting(invitation.inviter_kind, invitation.inviter_uuid)
    if inviter is None:
        return list(places)
    return [place for place in places if not _is_given(inviter, invitation, user, place)]


def _is_given(inviter: Actor, invitation: Invitation, user: User, place: InvitedPlace) -> bool:
    try:
        if place.team:
            add_team_members(actor=inviter, team=place.team, users=[user], role=place.role)
        elif place.project:
            give(actor=inviter, holder=user, spec=_spec(invitation.organization, place))
    except (Conflict, PermissionDenied, ValidationError):
        return False
    return bool(place.team or place.project)
