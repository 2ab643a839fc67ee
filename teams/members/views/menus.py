"""What can be done with the people and invitations of a list: the entries of each row's menu."""

from django.urls import reverse

from console.http import Request
from console.pages.actions import Action
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from teams.members.services import is_over_owners
from teams.models import Invitation, Membership


class MemberMenus:
    """What whoever looks at an organization's people can do with each of them."""

    def __init__(self, request: Request) -> None:
        viewer, organization = request.viewer, request.organization
        self.slug, self.user_id = organization.slug, request.user.pk
        self.can_update = allows(viewer, Permission.MEMBER_UPDATE, organization)
        self.can_remove = allows(viewer, Permission.MEMBER_DELETE, organization)
        self.is_over_owners = is_over_owners(viewer, organization)

    def of(self, membership: Membership) -> list[Action]:
        """One's own place ends by leaving, whatever one may do to others."""
        menu = []
        is_over = self.is_over_owners or membership.role != Membership.Role.OWNER
        if self.can_update and is_over:
            role = reverse("teams:member-role", args=[self.slug, membership.uuid])
            menu.append(Action("Change Role", role, "user-cog", method="dialog"))
        if membership.user_id == self.user_id:
            leave = reverse("teams:member-leave", args=[self.slug])
            menu.append(Action("Leave Organization", leave, "log-out", "danger", "dialog"))
        elif self.can_remove and is_over:
            end = reverse("teams:member-remove", args=[self.slug, membership.uuid])
            menu.append(Action("Remove from Organization", end, "user-minus", "danger", "dialog"))
        return menu


def invitation_menu(slug: str, invitation: Invitation, *, can_withdraw: bool) -> list[Action]:
    """What whoever may invite can do with an invitation to the organization of that name."""
    again = reverse("teams:invitation-resend", args=[slug, invitation.uuid])
    menu = [Action("Send Again", again, "send", method="post")]
    if can_withdraw:
        withdraw = reverse("teams:invitation-withdraw", args=[slug, invitation.uuid])
        menu.append(Action("Withdraw", withdraw, "undo-2", "danger", "dialog"))
    return menu
