"""What every page of a team begins with."""

from django.urls import reverse

from console.http import Request
from console.pages.actions import Action
from console.pages.frame import Crumbs, crumbs, tab
from console.permissions.decision import allows
from console.permissions.vocabulary import Permission
from teams.models import Team

# A tab, its address, and what it takes to open it, if more than to see the team.
TEAM_TABS = (
    ("Members", "teams:team", None),
    ("Robot accounts", "robots:team-robots", Permission.TEAM_READ),
    ("Permissions", "teams:team-permissions", Permission.TEAM_READ),
    ("History", "robots:team-history", Permission.EVENT_READ),
    ("Settings", "teams:team-settings", None),
)


def team_page(request: Request, team: Team, current: str) -> dict[str, object]:
    """What the head of every page of a team shows."""
    return {
        "team": team,
        "can_update": allows(request.viewer, Permission.TEAM_UPDATE, team),
        "can_delete": allows(request.viewer, Permission.TEAM_DELETE, team),
        "buttons": [],
        "tabs": [
            tab(label, name, label == current, team.organization.slug, team.uuid)
            for label, name, needed in TEAM_TABS
            if needed is None or allows(request.viewer, needed, team)
        ],
        "breadcrumb": team_crumbs(team),
    }


def action(label: str, name: str, team: Team) -> dict[str, object]:
    """The one primary button in the head of a team's page."""
    url = reverse(name, args=[team.organization.slug, team.uuid])
    return {"buttons": [Action(label, url, "plus", "primary")]}


def team_crumbs(team: Team, *items: tuple[str, str] | str) -> Crumbs:
    """The way to a page of a team."""
    listed = ("Teams", reverse("robots:team-list", args=[team.organization.slug]))
    own: tuple[str, str] | str = (team.name, team.get_absolute_url()) if items else team.name
    return crumbs(team.organization, listed, own, *items)
