"""Pages that cannot show all there is say how much more there is, and take what is named."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from robots.models import Robot
from teams.grants.services import GrantSpec, give
from teams.models import TeamMember, UserGrant
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.many import MOST_BYTES, projects, robots, roles, teams


@pytest.fixture
def owner(cast: Cast) -> Client:
    return browser(cast.owner, confirmed=True)


def test_any_of_many_custom_roles_can_be_given(owner: Client, cast: Cast) -> None:
    last = roles(cast)[-1]
    address = reverse("robots:project-member-create", args=["acme", cast.project.slug])
    page = owner.get(address).content.decode()
    assert len(page) < MOST_BYTES * 2
    assert "One of 120 custom roles" in page
    data = {"holder": f"person-{cast.member.uuid}", "role": "other"}
    for name in ("", "custom-999"):
        refused = owner.post(address, data | {"other": name})
        assert refused.status_code == 422
        assert "No role of this name can be given here" in text(refused)
    both = owner.post(address, data | {"role": "project:guest", "other": last.name})
    assert "Choose “Another role” as well" in text(both)
    assert owner.post(address, data | {"other": last.name}).status_code == 302
    assert UserGrant.objects.get(user=cast.member, project=cast.project).custom_role == last


def test_the_matrix_says_how_many_more_a_search_finds(owner: Client, cast: Cast) -> None:
    robots(cast)
    address = reverse("robots:repository-permissions", args=["acme", cast.repository.uuid])
    assert "and 110 more: write more of the name" in text(owner.get(f"{address}?q=runner"))
    made = Robot.objects.filter(name__startswith="runner-")
    added = "&".join(f"add=robot-{robot.uuid}" for robot in made[:20])
    page = text(owner.get(f"{address}?{added}"))
    assert len(re.findall(r'<tr data-who="[^"]*runner-', page)) == 20
    many = "&".join(f"add=robot-{robot.uuid}" for robot in made[:51])
    assert owner.get(f"{address}?{many}").status_code == 400


def test_pages_that_name_what_is_lost_or_open_say_how_much_more_there_is(cast: Cast) -> None:
    member = cast.member.memberships.get(organization=cast.organization)
    TeamMember.objects.bulk_create(TeamMember(team=team, user=cast.member) for team in teams(cast))
    page = text(browser(cast.owner).get(f"/o/acme/users/{member.uuid}/removal/"))
    assert re.search(r"and \d+ more", page)
    for project in projects(cast)[:25]:
        spec = GrantSpec(cast.organization, project, role="project:guest")
        give(actor=cast.owner, holder=cast.member, spec=spec)
    assert "and 5 more under Projects" in text(browser(cast.member).get("/o/acme/"))
