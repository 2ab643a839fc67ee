"""Changes to teams and the people in them. Ending a team needs to know robots and stands there."""

from collections.abc import Iterable
from typing import Any, TypedDict, Unpack

from django.core.exceptions import PermissionDenied, ValidationError

from console.audit.recording import Chain, changing, record
from console.errors import Conflict
from console.models import Organization
from console.permissions.decision import Actor, require, require_all
from console.permissions.roles import TEAM_ROLES
from console.permissions.vocabulary import Permission
from console.updates import assign
from teams.grants.services import require_to_hold
from teams.models import Membership, Team, TeamMember, User


def create_team(
    *,
    actor: Actor,
    organization: Organization,
    name: str,
    description: str = "",
    secret: bool = False,
) -> Team:
    """Make an empty team."""
    team = Team(organization=organization, name=name, description=description, secret=secret)
    with changing(organization) as chain:
        require(actor, Permission.TEAM_CREATE, organization)
        team.full_clean()
        team.save()
        after = {"name": name} | _as_recorded(team)
        record(chain, actor=actor, action="team:created", target=team, after=after)
    return team


def _as_recorded(team: Team) -> dict[str, Any]:
    return {"description": team.description, "secret": team.secret}


def refetch_team(team: Team) -> Team:
    """The team as it is now, under the organization's lock."""
    try:
        return Team.objects.select_related("organization").get(pk=team.pk)
    except Team.DoesNotExist as error:
        raise Conflict("The team has been deleted meanwhile.") from error


class TeamChanges(TypedDict, total=False):
    """What of a team may change."""

    description: str
    secret: bool


def update_team(*, actor: Actor, team: Team, **changes: Unpack[TeamChanges]) -> Team:
    """Change what a team is for and who sees it."""
    with changing(team.organization) as chain:
        team = refetch_team(team)
        require(actor, Permission.TEAM_UPDATE, team)
        before = _as_recorded(team)
        if changed := assign(team, changes, TeamChanges):
            team.save(update_fields=changed)
            record(
                chain,
                actor=actor,
                action="team:updated",
                target=team,
                before=before,
                after=_as_recorded(team),
            )
    return team


def require_to_hold_what(actor: Actor, team: Team) -> None:
    """Whoever lets somebody into a team must hold all that the team holds."""
    for grant in team.grants.with_names():
        require_to_hold(actor, grant)


def require_to_hold_place(actor: Actor, team: Team, role: str) -> None:
    """A place in a team gives what the team holds, and what its role allows on the team itself."""
    require_to_hold_what(actor, team)
    require_all(actor, TEAM_ROLES.get(role, ()), team)


def add_team_members(
    *, actor: Actor, team: Team, users: Iterable[User], role: str
) -> list[TeamMember]:
    """Let people of the organization into the team; whoever is in it already keeps their role."""
    with changing(team.organization) as chain:
        team = refetch_team(team)
        require(actor, Permission.TEAM_UPDATE, team)
        require_to_hold_place(actor, team, role)
        added = [_add(team, user, role) for user in users if not _is_in(team, user)]
        if added:
            record(
                chain,
                actor=actor,
                action="team:members-added",
                target=team,
                after={"members": sorted(place.user.email for place in added), "role": role},
            )
    return added


def _is_in(team: Team, user: User) -> bool:
    return TeamMember.objects.filter(team=team, user=user).exists()


def _add(team: Team, user: User, role: str) -> TeamMember:
    if not Membership.objects.filter(organization=team.organization_id, user=user).exists():
        raise ValidationError(f"{user} is not a member of the organization.")
    place = TeamMember(team=team, user=user, role=role)
    place.full_clean()
    place.save()
    return place


def _present_place(place: TeamMember) -> TeamMember:
    try:
        return TeamMember.objects.select_related("team__organization", "user").get(pk=place.pk)
    except TeamMember.DoesNotExist as error:
        raise Conflict("This person has left the team meanwhile.") from error


class PlaceChanges(TypedDict, total=False):
    """What of a person's place in a team may change."""

    role: str


def change_team_role(
    *, actor: Actor, place: TeamMember, **changes: Unpack[PlaceChanges]
) -> TeamMember:
    """Make a team's member its owner, or the other way round."""
    with changing(place.team.organization) as chain:
        place = _present_place(place)
        require(actor, Permission.TEAM_UPDATE, place.team)
        before = {"role": place.role}
        if changed := assign(place, changes, PlaceChanges):
            require_to_hold_place(actor, place.team, place.role)
            place.save(update_fields=changed)
            record(
                chain,
                actor=actor,
                action="team:member-updated",
                target=place,
                before=before,
                after={"role": place.role},
            )
    return place


def remove_team_member(*, actor: Actor, place: TeamMember) -> None:
    """End a person's place in a team."""
    with changing(place.team.organization) as chain:
        place = _present_place(place)
        require(actor, Permission.TEAM_UPDATE, place.team)
        _end(chain, actor, place, "team:member-removed")


def leave_team(*, actor: User, place: TeamMember) -> None:
    """Leave a team oneself."""
    with changing(place.team.organization) as chain:
        place = _present_place(place)
        if place.user_id != actor.pk:
            raise PermissionDenied("Only the person themselves leaves.")
        _end(chain, actor, place, "team:member-left")


def _end(chain: Chain, actor: Actor, place: TeamMember, action: str) -> None:
    TeamMember.objects.filter(pk=place.pk).delete()
    record(chain, actor=actor, action=action, target=place, before={"role": place.role})
