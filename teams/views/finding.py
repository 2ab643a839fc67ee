"""Finding the people and teams of an address through the eyes of the actor, and their pages' heads."""

from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.shortcuts import get_object_or_404
from django.urls import reverse

from console.http import Request, Visit
from console.models import Organization
from console.pages.frame import Crumbs, crumbs
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from teams.models import Membership, Team, TeamMember

# What a person is sorted by: the name, or the address of who has none.
LABEL = Lower(
    Coalesce(NullIf("user__name", Value("")), "user__email", output_field=models.CharField())
)


def people_of(organization: Organization, text: str = "") -> QuerySet[Membership]:
    """The members whose name or address contains `text`, each with a `label` to sort by."""
    found = Membership.objects.filter(organization=organization)
    if text:
        found = found.filter(Q(user__name__icontains=text) | Q(user__email__icontains=text))
    return found.select_related("user", "organization").annotate(label=LABEL).order_by("label")


def find_member(organization: Organization, member: UUID) -> Membership:
    """The membership of that UUID."""
    found = Membership.objects.select_related("user", "organization")
    return get_object_or_404(found, organization=organization, uuid=member)


def users_page(request: Request, current: str) -> dict[str, object]:
    """What the head of the Users pages shows; who may not invite sees no second tab."""
    organization = request.organization
    can_invite = allows(request.viewer, Permission.MEMBER_CREATE, organization)
    tabs = (("Members", "teams:member-list"), ("Invitations", "teams:invitation-list"))
    return {
        "can_invite": can_invite,
        "tabs": [_tab(label, name, label == current, organization.slug) for label, name in tabs]
        if can_invite
        else [],
        "breadcrumb": crumbs(organization, "Users"),
    }


def users_crumbs(organization: Organization, *items: str) -> Crumbs:
    """The way to a page below Users."""
    listed = ("Users", reverse("teams:member-list", args=[organization.slug]))
    return crumbs(organization, listed, *items)


def find_team(request: Visit, organization: Organization, team: UUID) -> Team:
    """The team of that UUID, if the actor may see it; else a 404."""
    seen = Team.objects.visible_to(request.viewer, organization)
    return get_object_or_404(seen.select_related("organization"), uuid=team)


def find_place(team: Team, member: UUID) -> TeamMember:
    """The place in the team of that UUID."""
    found = TeamMember.objects.select_related("user", "team__organization")
    return get_object_or_404(found, team=team, uuid=member)


# A tab, its address, and whether who merely sees the team may open it.
TEAM_TABS = (
    ("Members", "teams:team", True),
    ("Robot accounts", "robots:team-robots", False),
    ("Permissions", "teams:team-permissions", False),
    ("Settings", "teams:team-settings", True),
)


def team_page(request: Request, team: Team, current: str) -> dict[str, object]:
    """What the head of every page of a team shows."""
    can_read = allows(request.viewer, Permission.TEAM_READ, team)
    return {
        "team": team,
        "can_update": allows(request.viewer, Permission.TEAM_UPDATE, team),
        "can_delete": allows(request.viewer, Permission.TEAM_DELETE, team),
        "action_url": "",
        "action_label": "",
        "tabs": [
            _tab(label, name, label == current, team.organization.slug, team.uuid)
            for label, name, for_all in TEAM_TABS
            if for_all or can_read
        ],
        "breadcrumb": team_crumbs(team),
    }


def action(label: str, name: str, team: Team) -> dict[str, object]:
    """The one primary button in the head of a team's page."""
    url = reverse(name, args=[team.organization.slug, team.uuid])
    return {"action_url": url, "action_label": label}


def _tab(label: str, name: str, current: bool, *where: object) -> dict[str, object]:
    return {"label": label, "url": reverse(name, args=where), "current": current, "count": None}


def team_crumbs(team: Team, *items: tuple[str, str] | str) -> Crumbs:
    """The way to a page of a team."""
    listed = ("Teams", reverse("robots:team-list", args=[team.organization.slug]))
    own: tuple[str, str] | str = (team.name, team.get_absolute_url()) if items else team.name
    return crumbs(team.organization, listed, own, *items)
