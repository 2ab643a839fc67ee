"""Acts on members, invitations and teams."""

from typing import Any

from django.db.models import F

from robots.access.services.deletions import delete_team
from robots.accounts.services.teams import add_team_robots, remove_team_robot
from teams.members.sending import PAUSE
from teams.members.services import (
    accept_invitation,
    change_member_role,
    invite,
    leave,
    remove_member,
    resend_invitation,
    withdraw_invitation,
)
from teams.models import Invitation, Membership, TeamMember
from teams.teams.services import (
    add_team_members,
    change_team_role,
    create_team,
    leave_team,
    remove_team_member,
)
from tests.rules.acting import Acts, act, find, named, organization
from tests.rules.choices import (
    actors,
    guests,
    invited,
    membership_roles,
    memberships,
    new_teams,
    organizations,
    people,
    robot_places,
    robots,
    several,
    team_places,
    teams,
)
from tests.rules.model import Holder, Place

# A person's name and an organization's slug; a team's key and a person's name.
Pair = tuple[str, str]


def membership(of: Pair) -> Any:
    return find(Membership, user__name=of[0], organization__slug=of[1])


def invitation(of: Pair) -> Any:
    pending = {"accepted_at": None, "withdrawn_at": None}
    email = f"{of[0]}@example.com"
    return find(Invitation, email=email, organization__slug=of[1], **pending)


def wait_for_the_next_letter() -> None:
    """Make all letters older than the pause between two of them; what that is for stands elsewhere."""
    Invitation.objects.update(sent_at=F("sent_at") - PAUSE)


def team_place(of: Pair) -> Any:
    return find(TeamMember, team=named("team", of[0]), user__name=of[1])


class Gathering(Acts):
    """Who belongs to the organization, and who is in which team."""

    @act(who=actors, whom=guests, at=organizations, role=membership_roles)
    def invite(self, who: Holder, whom: Holder, at: Place, role: str) -> None:
        def call(actor: Any) -> None:
            email = f"{whom[1]}@example.com"
            invite(actor=actor, organization=organization(at), email=email, role=role)

        wait_for_the_next_letter()
        self.attempt(who, call)

    @act(who=actors, of=invited)
    def resend_invitation(self, who: Holder, of: Pair) -> None:
        wait_for_the_next_letter()
        self.attempt(who, lambda actor: resend_invitation(actor=actor, invitation=invitation(of)))

    @act(of=invited)
    def accept_invitation(self, of: Pair) -> None:
        def call(actor: Any) -> None:
            found = invitation(of)
            accept_invitation(actor=actor, invitation=found, key=found.key())

        # What it confers was held by whoever sent it.
        self.attempt(("person", of[0]), call, also=(("invitation", " to ".join(of)),))

    @act(who=people, of=invited)
    def accept_what_is_somebody_elses(self, who: Holder, of: Pair) -> None:
        def call(actor: Any) -> None:
            found = invitation(of)
            accept_invitation(actor=actor, invitation=found, key=found.key())

        if who[1] != of[0]:
            self.attempt(who, call)

    @act(who=actors, of=invited)
    def withdraw_invitation(self, who: Holder, of: Pair) -> None:
        self.attempt(
            who,
            lambda actor: withdraw_invitation(actor=actor, invitation=invitation(of)),
            gives=False,
        )

    @act(who=actors, of=memberships, role=membership_roles)
    def change_member_role(self, who: Holder, of: Pair, role: str) -> None:
        self.attempt(
            who, lambda actor: change_member_role(actor=actor, membership=membership(of), role=role)
        )

    @act(who=actors, of=memberships)
    def remove_member(self, who: Holder, of: Pair) -> None:
        self.attempt(
            who, lambda actor: remove_member(actor=actor, membership=membership(of)), gives=False
        )

    @act(who=people, of=memberships)
    def leave(self, who: Holder, of: Pair) -> None:
        self.attempt(who, lambda actor: leave(actor=actor, membership=membership(of)), gives=False)

    @act(who=actors, key=new_teams)
    def create_team(self, who: Holder, key: str) -> None:
        home, _, name = key.partition("/")

        def call(actor: Any) -> None:
            create_team(actor=actor, organization=organization(Place(home)), name=name)

        self.attempt(who, call)

    @act(who=actors, key=teams, whom=several(people, 2), role=membership_roles)
    def add_team_members(self, who: Holder, key: str, whom: list[Holder], role: str) -> None:
        def call(actor: Any) -> None:
            users = [named(*person) for person in whom]
            add_team_members(actor=actor, team=named("team", key), users=users, role=role)

        self.attempt(who, call)

    @act(who=actors, of=team_places, role=membership_roles)
    def change_team_role(self, who: Holder, of: Pair, role: str) -> None:
        self.attempt(
            who, lambda actor: change_team_role(actor=actor, place=team_place(of), role=role)
        )

    @act(who=actors, of=team_places)
    def remove_team_member(self, who: Holder, of: Pair) -> None:
        self.attempt(
            who, lambda actor: remove_team_member(actor=actor, place=team_place(of)), gives=False
        )

    @act(who=people, of=team_places)
    def leave_team(self, who: Holder, of: Pair) -> None:
        self.attempt(who, lambda actor: leave_team(actor=actor, place=team_place(of)), gives=False)

    @act(who=actors, key=teams, whom=several(robots, 2))
    def add_team_robots(self, who: Holder, key: str, whom: list[str]) -> None:
        def call(actor: Any) -> None:
            found = [named("robot", robot) for robot in whom]
            add_team_robots(actor=actor, team=named("team", key), robots=found)

        self.attempt(who, call)

    @act(who=actors, of=robot_places)
    def remove_team_robot(self, who: Holder, of: Pair) -> None:
        def call(actor: Any) -> None:
            remove_team_robot(actor=actor, team=named("team", of[0]), robot=named("robot", of[1]))

        self.attempt(who, call, gives=False)

    @act(who=actors, key=teams)
    def delete_team(self, who: Holder, key: str) -> None:
        self.attempt(
            who, lambda actor: delete_team(actor=actor, team=named("team", key)), gives=False
        )
