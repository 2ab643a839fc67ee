"""What can be done with the people and invitations of a list: the entries of each row's menu."""

from django.urls import reverse

from console.pages.actions import Action
from teams.models import Invitation, Membership


def member_menu(
    membership: Membership, *, is_self: bool, can_update: bool, can_remove: bool
) -> list[Action]:
    """One's own place ends by leaving, whatever one may do to others."""
    slug = membership.organization.slug
    menu = []
    if can_update:
        role = reverse("teams:member-role", args=[slug, membership.uuid])
        menu.append(Action("Change Role", role, "user-cog", method="dialog"))
    if is_self:
        leave = reverse("teams:member-leave", args=[slug])
        menu.append(Action("Leave Organization", leave, "log-out", "danger", "dialog"))
    elif can_remove:
        remove = reverse("teams:member-remove", args=[slug, membership.uuid])
        menu.append(Action("Remove from Organization", remove, "user-minus", "danger", "dialog"))
    return menu


def invitation_menu(slug: str, invitation: Invitation, *, can_withdraw: bool) -> list[Action]:
    """What whoever may invite can do with an invitation to the organization of that name."""
    again = reverse("teams:invitation-resend", args=[slug, invitation.uuid])
    menu = [Action("Send Again", again, "send", method="post")]
    if can_withdraw:
        withdraw = reverse("teams:invitation-withdraw", args=[slug, invitation.uuid])
        menu.append(Action("Withdraw", withdraw, "undo-2", "danger", "dialog"))
    return menu
