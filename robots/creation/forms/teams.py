"""The teams that a new robot can join."""

from typing import Any

from django import forms

from console.forms import RowsField
from console.models import Organization
from console.pages.candidates import Offer
from console.permissions.decision import Viewer, allows
from console.permissions.vocabulary import Permission
from teams.models import Team
from teams.models.teams import TeamQuerySet
from teams.teams.queries import teams_matching

# How many stand there that nothing was searched for.
SHOWN = 4


def joinable_teams(actor: Viewer, organization: Organization) -> TeamQuerySet:
    """Those into which the actor may let robots, as far as teams themselves say."""
    teams = Team.objects.visible_to(actor, organization).order_by("name")
    if allows(actor, Permission.TEAM_UPDATE, organization):
        return teams
    own = {held.team_id for held in actor.grants_on(organization.target) if held.team_id}
    mine = teams.filter(pk__in=own).select_related("organization")
    led = [team.pk for team in mine if allows(actor, Permission.TEAM_UPDATE, team)]
    return teams.filter(pk__in=led)


class TeamsFormMixin(forms.Form):
    """Adds `team`, any number of teams to join."""

    teams: TeamQuerySet
    team_offer: Offer[Team]

    def offer_teams(self, actor: Viewer, organization: Organization, search: str) -> None:
        """Let the field choose from those that the actor may let robots into."""
        self.teams = joinable_teams(actor, organization)
        self.team_offer = Offer("team", self.teams, teams_matching(self.teams, search), _of_team)
        self.fields["team"] = RowsField(
            {"": self.teams.select_related("organization")},
            label="Teams",
            required=False,
            unknown="Choose teams of the list.",
        )

    @property
    def team_values(self) -> list[str]:
        """The teams that are chosen, as they are sent."""
        chosen: Any = self["team"].value() or ()
        return [str(value) for value in chosen]


def _of_team(team: Team) -> tuple[str, str]:
    return team.name, team.description
