"""Who gets which answer from the pages of people and teams: GET, then POST with an empty form."""

import re

import pytest
from django.urls import reverse

from tests.browsers import browser
from tests.conftest import Cast
from tests.team_fixtures import crew_of

ACTORS = ("stranger", "member", "team member", "team owner", "owner")
TABLE = """
teams:member-list           404 200 200 200 200 | 405 405 405 405 405
teams:member-leave          404 200 200 200 200 | 404 302 302 302 409
teams:member-role           404 403 403 403 200 | 404 403 403 403 422
teams:member-remove         404 403 403 403 200 | 404 403 403 403 302
teams:invitation-list       404 403 403 403 200 | 405 405 405 405 405
teams:invitation-create     404 403 403 403 200 | 404 403 403 403 422
robots:team-list            404 200 200 200 200 | 405 405 405 405 405
teams:team-create           404 403 403 403 200 | 404 403 403 403 422
teams:team                  404 200 200 200 200 | 405 405 405 405 405
teams:team-settings         404 200 200 200 200 | 404 403 403 422 422
teams:team-permissions      404 403 200 200 200 | 405 405 405 405 405
robots:team-access-add     404 403 403 403 200 | 404 403 403 403 422
teams:team-grant-delete     404 403 403 403 200 | 404 403 403 403 302
teams:team-member-add       404 403 403 200 200 | 404 403 403 422 422
teams:team-member-role      404 403 403 200 200 | 404 403 403 422 422
teams:team-member-remove    404 403 403 200 200 | 404 403 403 302 404
robots:team-robots          404 403 200 200 200 | 405 405 405 405 405
robots:team-robot-add       404 403 403 200 200 | 404 403 403 422 422
robots:team-robot-remove    404 403 403 200 200 | 404 403 403 302 404
robots:team-delete          404 403 403 403 302 | 404 403 403 403 302
"""
ROWS = {row.split()[0]: row.split(maxsplit=1)[1] for row in TABLE.strip().splitlines()}
OF_ALL = {"robots:team-list", "teams:team-create"}
OF_TEAM = [name for name in ROWS if ":team" in name and name not in OF_ALL]


@pytest.mark.parametrize("name", ROWS)
def test_everybody_gets_what_the_table_says(cast: Cast, name: str) -> None:
    crew = crew_of(cast)
    place = crew.place(crew.member)
    members = {"teams:member-role": cast.member, "teams:member-remove": cast.member}
    member = members[name].memberships.get() if name in members else place
    places = {
        "organization": "acme",
        "team": crew.team.uuid,
        "member": member.uuid,
        "grant": crew.grant.uuid,
        "robot": cast.organization_robot.uuid,
    }
    address = address_of(name, places)
    people = (cast.stranger, cast.member, crew.member, crew.owner, cast.owner)
    clients = [browser(user) for user in people]
    gets = [str(client.get(address).status_code) for client in clients]
    posts = [str(client.post(address).status_code) for client in clients]
    assert " ".join([*gets, "|", *posts]) == ROWS[name]


def address_of(name: str, places: dict[str, object]) -> str:
    """The address called `name` with what it takes of `places`."""
    keys = ["organization"]
    keys += ["team"] if name in OF_TEAM else []
    keys += ["member"] if re.search("member-(role|remove)", name) else []
    keys += [key for key in ("grant", "robot") if re.search(f"team-{key}-(delete|remove)", name)]
    return reverse(name, kwargs={key: places[key] for key in keys})


@pytest.mark.parametrize("name", OF_TEAM)
def test_a_secret_team_is_missing_for_who_is_not_in_it(cast: Cast, name: str) -> None:
    crew = crew_of(cast)
    places = {
        "organization": "acme",
        "team": crew.secret.uuid,
        "member": crew.secret.members.get(user=crew.member).uuid,
        "grant": crew.secret.grants.get().uuid,
        "robot": cast.organization_robot.uuid,
    }
    address = address_of(name, places)
    assert browser(cast.member).get(address).status_code == 404
    assert browser(crew.owner).get(address).status_code != 404
