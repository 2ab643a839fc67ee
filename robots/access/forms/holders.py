"""Who may be given something at a place: the teams, robots and people that a search finds."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from console.models import Project
from console.pages.candidates import Offer
from console.permissions.decision import Viewer
from robots.models import Robot
from robots.queries import search
from teams.models import Membership, Team, User

Holders = dict[str, Any]


def holders_for(viewer: Viewer, project: Project) -> Holders:
    """Whom the viewer may choose: visible teams and robots that may hold a grant there, and members."""
    robots = Robot.objects.visible_to(viewer, project.organization).without_role_accounts()
    members = Membership.objects.filter(organization=project.organization).values("user")
    return {
        "robot": robots.filter(Q(project=None) | Q(project=project)).order_by("login_name"),
        "team": Team.objects.visible_to(viewer, project.organization).order_by("name"),
        "person": User.objects.filter(pk__in=members).order_by("name", "email"),
    }


def matching(kind: str, holders: Any, text: str) -> Any:  # noqa: ANN401 - querysets of holders
    """Those of one kind that `text` finds."""
    match kind:
        case "robot":
            return search.matching(holders, text)
        case "team":
            return holders.filter(name__has_text=text)
    return holders.filter(Q(name__has_text=text) | Q(email__has_text=text))


# What a row of a choice says about a holder: its name, and what tells it from others.
WORDS: dict[str, Callable[[Any], tuple[str, str]]] = {
    "robot": lambda robot: (robot.login_name, robot.description),
    "team": lambda team: (team.name, team.description),
    "person": lambda user: (user.display_name, user.name and user.email),
}


def holder_offers(holders: Holders, text: str) -> list[Offer[Any]]:
    """All of them to choose from, each kind by what `text` finds."""
    return [
        Offer(kind, rows, matching(kind, rows, text), WORDS[kind], f"{kind}-")
        for kind, rows in holders.items()
    ]
