"""What can be done with a team's members and grants: the entries of each row's menu."""

from django.urls import reverse

from console.pages.actions import Action
from teams.models import Team, TeamGrant, TeamMember


def place_menu(team: Team, place: TeamMember, *, is_self: bool) -> list[Action]:
    """What whoever may change the team can do with a place in it."""
    where = [team.organization.slug, team.uuid]
    role = reverse("teams:team-member-role", args=[*where, place.uuid])
    change = Action("Change Role", role, "user-cog", method="dialog")
    if is_self:
        leave = reverse("teams:team-leave", args=where)
        return [change, Action("Leave Team", leave, "log-out", "danger", "dialog")]
    remove = reverse("teams:team-member-remove", args=[*where, place.uuid])
    return [change, Action("Remove from Team", remove, "user-minus", "danger", "dialog")]


def grant_menu(team: Team, grant: TeamGrant) -> list[Action]:
    """What whoever may take a grant from the team can do with it."""
    remove = reverse(
        "teams:team-grant-delete", args=[team.organization.slug, team.uuid, grant.uuid]
    )
    return [Action("Remove Permission", remove, "circle-minus", "danger", "dialog")]
