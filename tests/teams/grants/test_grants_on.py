"""What a person holds: membership, teams, own grants; and nothing without membership."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from console.permissions.decision import allows, explain
from console.permissions.vocabulary import Permission
from teams.grants.services import GrantSpec, give
from teams.members.services import leave, remove_member
from teams.models import Membership, TeamMember, User, UserGrant
from teams.teams.services import remove_team_member
from tests.conftest import Cast
from tests.team_fixtures import crew_of, give_level


def pushes(user: User, cast: Cast) -> bool:
    return allows(User.objects.get(pk=user.pk), Permission.ARTIFACT_PUSH, cast.repository)


def test_a_team_s_grant_is_everybody_s_and_is_named_in_the_answer(cast: Cast) -> None:
    crew = crew_of(cast)
    decision = explain(crew.member, Permission.ARTIFACT_PUSH, cast.repository)
    assert {grant.source for grant in decision.because} == {
        "team build: write on acme/payments",
        "team hush: write on acme/payments",
    }
    assert not pushes(cast.member, cast)


def test_leaving_a_team_ends_a_right_at_once(cast: Cast) -> None:
    crew = crew_of(cast)
    for team in (crew.team, crew.secret):
        assert pushes(crew.member, cast)
        remove_team_member(actor=cast.owner, place=team.members.get(user=crew.member))
    assert not pushes(crew.member, cast)


def test_a_place_in_a_team_allows_something_on_that_team_alone(cast: Cast) -> None:
    crew = crew_of(cast)
    remove_team_member(actor=cast.owner, place=crew.secret.members.get(user=crew.owner))
    assert allows(crew.owner, Permission.TEAM_UPDATE, crew.team)
    assert allows(crew.member, Permission.TEAM_READ, crew.team)
    assert not allows(crew.member, Permission.TEAM_UPDATE, crew.team)
    assert not allows(crew.owner, Permission.TEAM_READ, crew.secret)
    assert not allows(crew.owner, Permission.TEAM_UPDATE, cast.organization)


def test_who_is_no_member_holds_nothing_whatever_rows_are_left(cast: Cast) -> None:
    crew = crew_of(cast)
    user = crew.owner
    give(
        actor=cast.owner,
        holder=user,
        spec=GrantSpec(cast.organization, cast.project, role="project:admin"),
    )
    assert user.grants_on(cast.organization.target)
    Membership.objects.filter(user=user).delete()
    assert TeamMember.objects.filter(user=user).exists()
    assert UserGrant.objects.filter(user=user).exists()
    assert user.grants_on(cast.organization.target) == []
    assert user.grants_on(cast.repository.target) == []
    assert not pushes(user, cast)


def test_who_comes_back_holds_nothing_of_what_they_had(cast: Cast) -> None:
    crew = crew_of(cast)
    leave(actor=crew.member, membership=crew.member.memberships.get())
    Membership.objects.create(organization=cast.organization, user=crew.member, role="member")
    (held,) = crew.member.grants_on(cast.organization.target)
    assert held.source == "member of the organization"


def test_one_organization_s_grants_are_nothing_in_another(cast: Cast) -> None:
    crew = crew_of(cast)
    Membership.objects.create(organization=cast.other_organization, user=crew.member, role="member")
    (held,) = crew.member.grants_on(cast.other_organization.target)
    assert held.organization_id == cast.other_organization.pk
    remove_member(
        actor=cast.owner, membership=crew.member.memberships.get(organization=cast.organization)
    )
    assert crew.member.grants_on(cast.other_organization.target) == [held]


def test_it_costs_the_same_for_many_teams_and_grants(cast: Cast) -> None:
    crew = crew_of(cast)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            User.objects.get(pk=crew.member.pk).grants_on(cast.organization.target)
        return len(captured)

    few = count()
    for level in ("view", "read", "admin"):
        give_level(cast, crew.team, level)
    assert count() == few
