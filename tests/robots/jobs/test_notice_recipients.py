"""Whom a notice goes to: the token's creator, else owners of the robot's teams, else the organization's."""

import pytest

from robots.jobs.notices import send_notices
from robots.models import NoticeSent, TeamRobot, Token
from teams.models import Membership, Team, TeamMember, User
from tests.conftest import Cast, person
from tests.robots.jobs.notices import DAY, NOW, ends, recipients

pytestmark = pytest.mark.usefixtures("clock")


def test_the_creator_is_told(cast: Cast) -> None:
    person(cast.organization, "owner", "second@example.com")
    ends(cast, 7 * DAY)
    send_notices()
    assert recipients() == ["owner@example.com"]
    assert NoticeSent.objects.get().recipients == "owner@example.com"


def in_a_team(cast: Cast, *people: User, role: str = "owner") -> None:
    team = Team.objects.create(organization=cast.organization, name=f"team{Team.objects.count()}")
    TeamRobot.objects.create(team=team, robot=cast.organization_robot)
    for each in people:
        TeamMember.objects.create(team=team, user=each, role=role)


@pytest.mark.parametrize("gone", ["left", "inactive", "nobody"])
def test_without_the_creator_the_teams_owners_are_told(cast: Cast, gone: str) -> None:
    maker, lead = (person(cast.organization, "member", f"{who}@example.com") for who in ("a", "b"))
    away = User.objects.create(email="away@example.com")
    asleep = person(cast.organization, "member", "asleep@example.com")
    User.objects.filter(pk=asleep.pk).update(is_active=False)
    in_a_team(cast, lead, away, asleep)
    in_a_team(cast, lead)
    in_a_team(cast, cast.member, role="member")
    token = Token.objects.create(
        robot=cast.organization_robot, name="eu", created_by="a@example.com", expires_at=NOW + DAY
    )
    Token.objects.filter(pk=token.pk).update(created_at=NOW - 90 * DAY)
    if gone == "left":
        Membership.objects.filter(user=maker).delete()
    if gone == "inactive":
        User.objects.filter(pk=maker.pk).update(is_active=False)
    if gone == "nobody":
        Token.objects.update(created_by="robot_acme+deploy")
    send_notices()
    assert recipients() == ["b@example.com"]
    assert NoticeSent.objects.get().recipients == "b@example.com"


def test_without_those_the_organizations_active_owners_are_told(cast: Cast) -> None:
    person(cast.organization, "owner", "second@example.com")
    asleep = person(cast.organization, "owner", "asleep@example.com")
    User.objects.filter(pk=asleep.pk).update(is_active=False)
    ends(cast, 7 * DAY, created_by="gone@example.com")
    send_notices()
    assert recipients() == ["owner@example.com", "second@example.com"]
