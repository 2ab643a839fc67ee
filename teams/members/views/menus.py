"""What can be done with the people and invitations of a list: the entries of each row's menu."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from console.http import Request
from console.pages.actions import Action
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from teams.grants.scopes import gives_somewhere
from teams.members.rights import is_over_owners
from teams.models import Invitation, Membership, Team


class MemberMenus:
    """What whoever looks at an organization's people can do with each of them."""

    def __init__(self, request: Request) -> None:
        viewer, organization = request.viewer, request.organization
        self.slug, self.user_id = organization.slug, request.user.pk
        self.can_update = allows(viewer, Permission.MEMBER_UPDATE, organization)
        self.can_remove = allows(viewer, Permission.MEMBER_DELETE, organization)
        self.can_give = gives_somewhere(viewer, organization)
        self.is_over_owners = is_over_owners(viewer, organization)

    def of(self, membership: Membership) -> list[Action]:
        """One's own place ends by leaving, whatever one may do to others."""
        menu = []
        is_over = self.is_over_owners or membership.role != Membership.Role.OWNER
        if self.can_update and is_over:
            role = reverse("teams:member-role", args=[self.slug, membership.uuid])
            menu.append(Action("Change Role", role, "user-cog", method="dialog"))
        if self.can_give:
            add = reverse("robots:member-access-add", args=[self.slug, membership.uuid])
            menu.append(Action("Add Access", add, "plus"))
        if membership.user_id == self.user_id:
            leave = reverse("teams:member-leave", args=[self.slug])
            menu.append(Action("Leave Organization", leave, "log-out", "danger", "dialog"))
        elif self.can_remove and is_over:
            end = reverse("teams:member-remove", args=[self.slug, membership.uuid])
            menu.append(Action("Remove from Organization", end, "user-minus", "danger", "dialog"))
        return menu


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A pending invitation, what it gives besides, and what whoever looks can do with it."""

    invitation: Invitation
    gives: list[str]
    menu: list[Action]


def invitation_rows(request: Request, invitations: Iterable[Invitation]) -> list[InvitationRow]:
    """The rows of invitations that the viewer may see, with their `places`."""
    organization = request.organization
    hidden = Team.objects.hidden_from(request.viewer, organization)
    return [
        InvitationRow(
            each,
            [place.shown_label(hidden) for place in each.places.all()],
            _invitation_menu(organization.slug, each, can_withdraw=_ends(request, each)),
        )
        for each in invitations
    ]


def _ends(request: Request, invitation: Invitation) -> bool:
    """Whoever invites people also ends that, if they may remove people; others their own."""
    is_own = invitation.inviter_uuid == request.viewer.actor_uuid
    over_all = allows(request.viewer, Permission.MEMBER_DELETE, request.organization)
    return over_all or (
        is_own and not allows(request.viewer, Permission.MEMBER_CREATE, request.organization)
    )


def _invitation_menu(slug: str, invitation: Invitation, *, can_withdraw: bool) -> list[Action]:
    """What can be done with an invitation to the organization of that name."""
    again = reverse("teams:invitation-resend", args=[slug, invitation.uuid])
    menu = [Action("Send Again", again, "send", method="post")]
    if can_withdraw:
        withdraw = reverse("teams:invitation-withdraw", args=[slug, invitation.uuid])
        menu.append(Action("Withdraw", withdraw, "undo-2", "danger", "dialog"))
    return menu
