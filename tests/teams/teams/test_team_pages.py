"""Teams: list, create, members, settings."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from console.errors import Conflict
from console.permissions.decision import Actor
from console.permissions.vocabulary import Permission
from robots.access.services.deletions import delete_team
from teams.models import Team, TeamMember
from teams.teams.services import (
    add_team_members,
    change_team_role,
    create_team,
    leave_team,
    update_team,
)
from tests.actors import events_written, holder
from tests.browsers import browser, linked, text, texts_of
from tests.conftest import Cast, person
from tests.factories import UserFactory
from tests.team_fixtures import Crew, crew_of, give_level

LIST, NEW = "/o/acme/teams/", "/o/acme/teams/new/"


def address(name: str, team: Team, *more: object) -> str:
    return reverse(f"teams:{name}", args=["acme", team.uuid, *more])


def names(page: object) -> list[str]:
    return texts_of(page, "a", **{"class": "entry-name"})


def test_the_list_counts_members_robots_and_permissions(cast: Cast) -> None:
    crew = crew_of(cast)
    give_level(cast, crew.team, "view")
    page = browser(cast.owner).get(LIST)
    assert names(page) == ["build", "hush"]
    assert texts_of(page, "td", **{"class": "number"}) == ["2", "1", "2", "2", "1", "1"]


def test_a_secret_team_stands_in_the_list_of_its_members_alone(cast: Cast) -> None:
    crew = crew_of(cast)
    assert names(browser(cast.member).get(LIST)) == ["build"]
    assert names(browser(crew.member).get(LIST)) == ["build", "hush"]


def test_a_search_finds_name_and_description(cast: Cast) -> None:
    crew = crew_of(cast)
    update_team(actor=cast.owner, team=crew.secret, description="Night shift", secret=True)
    client = browser(cast.owner)
    assert names(client.get(LIST, {"q": "night"})) == ["hush"]
    assert "No team matches" in text(client.get(LIST, {"q": "nothing"}))
    assert names(client.get(LIST, {"q": "\x00"})) == []


def test_the_list_s_queries_do_not_grow(cast: Cast) -> None:
    crew_of(cast)
    client = browser(cast.owner)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        return len(captured)

    count()
    few = count()
    for number in range(20):
        team = Team.objects.create(organization=cast.organization, name=f"t{number}")
        TeamMember.objects.create(team=team, user=cast.member)
        give_level(cast, team, "read")
    assert count() == few


def test_creating_leads_to_the_team_and_is_one_event(cast: Cast) -> None:
    data = {"name": "night", "description": "Night shift", "visibility": "secret"}
    with events_written() as events:
        response = browser(cast.owner).post(NEW, data)
    (event,), team = events, Team.objects.get()
    assert response["Location"] == team.get_absolute_url()
    assert (team.name, team.description, team.secret) == ("night", "Night shift", True)
    assert (event.action, event.actor_uuid) == ("team:created", cast.owner.uuid)
    assert event.target_uuid == team.uuid


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "Big"}, "Use lower-case letters"),
        ({"name": "new"}, "is an address of the console"),
        ({"name": "build"}, "A team of this organization has this name."),
        ({"name": "a" * 101}, "at most 100 characters"),
        ({"name": "a\x00"}, "Null characters are not allowed"),
        ({"description": "x" * 501}, "at most 500 characters"),
        ({"visibility": "hidden"}, "Select a valid choice"),
    ],
)
def test_a_wrong_team_is_422(cast: Cast, changes: dict[str, str], words: str) -> None:
    crew_of(cast)
    data = {"name": "night", "visibility": "visible"} | changes
    with events_written() as events:
        response = browser(cast.owner).post(NEW, data)
    assert (response.status_code, events) == (422, [])
    assert words in text(response)


def test_who_may_not_create_teams_is_refused_by_the_service(cast: Cast) -> None:
    with events_written() as events, pytest.raises(PermissionDenied):
        create_team(actor=cast.member, organization=cast.organization, name="mine")
    assert (events, Team.objects.count()) == ([], 0)


def test_a_visible_team_shows_its_people_to_everybody_and_no_more(cast: Cast) -> None:
    crew = crew_of(cast)
    page = browser(cast.member).get(crew.team.get_absolute_url())
    assert texts_of(page, "span", **{"class": "entry-name"}) == ["Hand", "Lead"]
    for words in ("Add Members", "Change Role", "Remove from Team", "Permissions"):
        assert words not in text(page)
    settings = text(browser(cast.member).get(address("team-settings", crew.team)))
    assert "Save Team" not in settings
    assert "Delete Team" not in settings


def test_a_team_s_owner_saves_its_settings(cast: Cast) -> None:
    crew = crew_of(cast)
    data = {"description": "By night", "visibility": "secret"}
    with events_written() as events:
        response = browser(crew.owner).post(address("team-settings", crew.team), data)
    (event,) = events
    crew.team.refresh_from_db()
    assert response["Location"] == address("team-settings", crew.team)
    assert (crew.team.description, crew.team.secret) == ("By night", True)
    assert (event.action, event.actor_uuid) == ("team:updated", crew.owner.uuid)
    assert event.before == {"description": "", "secret": False}


def test_a_deleted_team_cannot_be_saved(cast: Cast) -> None:
    crew = crew_of(cast)
    delete_team(actor=cast.owner, team=crew.team)
    with events_written() as events, pytest.raises(Conflict):
        update_team(actor=cast.owner, team=crew.team, description="", secret=False)
    assert events == []


def test_several_people_are_added_in_one_event(cast: Cast) -> None:
    crew = crew_of(cast)
    people = [cast.owner, cast.member]
    data = {"member": [user.memberships.get().uuid for user in people], "role": "owner"}
    with events_written() as events:
        response = browser(crew.owner).post(address("team-member-add", crew.team), data)
    (event,) = events
    assert response["Location"] == crew.team.get_absolute_url()
    assert {crew.place(user).role for user in people} == {"owner"}
    assert (event.action, event.actor_uuid) == ("team:members-added", crew.owner.uuid)
    assert event.after == {
        "members": ["member@example.com", "owner@example.com"],
        "role": "owner",
    }


def test_the_choice_has_who_is_not_in_it_and_keeps_what_is_ticked(cast: Cast) -> None:
    crew = crew_of(cast)
    client, choice = browser(crew.owner), address("team-member-add", crew.team)
    assert texts_of(client.get(choice), "span", **{"class": "entry-name"}) == ["Member", "Owner"]
    ticked = {"q": "memb", "member": [str(cast.owner.memberships.get().uuid), "x"]}
    page = client.get(choice, ticked)
    assert texts_of(page, "span", **{"class": "entry-name"}) == ["Owner", "Member"]
    assert text(page).count(" checked") == 2  # Owner, and the role
    part = client.get(choice, headers={"HX-Request": "true", "HX-Target": "candidates"})
    assert text(part).strip().startswith('<div class="table" id="candidates"')


def test_nobody_to_add_says_so(cast: Cast) -> None:
    crew = crew_of(cast)
    users = [cast.owner, cast.member]
    add_team_members(actor=cast.owner, team=crew.team, users=users, role="member")
    assert "Nobody to add" in text(browser(crew.owner).get(address("team-member-add", crew.team)))


@pytest.mark.parametrize("who", ["nobody", "no uuid", "stranger", "in it already"])
def test_whoever_is_no_choice_is_422(cast: Cast, who: str) -> None:
    crew = crew_of(cast)
    people = {"stranger": cast.stranger, "in it already": crew.member}
    chosen = [people[who].memberships.get().uuid] if who in people else ["x"] * (who != "nobody")
    with events_written() as events:
        response = browser(crew.owner).post(
            address("team-member-add", crew.team), {"member": chosen, "role": "member"}
        )
    assert (response.status_code, events) == (422, [])
    assert crew.team.members.count() == 2


def test_the_service_takes_members_of_the_organization_alone(cast: Cast) -> None:
    crew = crew_of(cast)
    with events_written() as events, pytest.raises(ValidationError):
        add_team_members(actor=cast.owner, team=crew.team, users=[UserFactory()], role="member")
    assert events == []


def limited(cast: Cast, crew: Crew) -> Actor:
    """An actor that manages all teams and holds no data permission."""
    return holder(cast.organization, Permission.TEAM_UPDATE, Permission.TEAM_READ)


def test_nobody_lets_others_in_where_they_hold_less_than_the_team(cast: Cast) -> None:
    crew = crew_of(cast)
    actor = limited(cast, crew)
    with events_written() as events:
        with pytest.raises(PermissionDenied):
            add_team_members(actor=actor, team=crew.team, users=[cast.member], role="member")
        with pytest.raises(PermissionDenied):
            change_team_role(actor=actor, place=crew.place(crew.member), role="owner")
    assert events == []


def test_changing_a_role_in_the_team_is_one_event(cast: Cast) -> None:
    crew = crew_of(cast)
    place = crew.place(crew.member)
    with events_written() as events:
        response = browser(crew.owner).post(
            address("team-member-role", crew.team, place.uuid), {"role": "owner"}
        )
    (event,) = events
    assert response["Location"] == crew.team.get_absolute_url()
    assert (event.action, event.target_uuid) == ("team:member-updated", place.uuid)
    assert (event.before, event.after) == ({"role": "member"}, {"role": "owner"})


def test_removing_says_what_is_lost_and_what_is_kept(cast: Cast) -> None:
    crew = crew_of(cast)
    removal = address("team-member-remove", crew.team, crew.place(crew.member).uuid)
    page = text(browser(crew.owner).get(removal))
    assert "Remove Hand from build?" in page
    assert "<strong>write</strong> on <code>acme/payments</code>" in page
    assert "but keeps all of it by team hush: write on acme/payments" in page
    with events_written() as events:
        assert browser(crew.owner).post(removal)["Location"] == crew.team.get_absolute_url()
    (event,) = events
    assert (event.action, event.actor_uuid) == ("team:member-removed", crew.owner.uuid)
    assert browser(crew.owner).post(removal).status_code == 404


def test_the_place_in_another_team_is_missing(cast: Cast) -> None:
    crew = crew_of(cast)
    elsewhere = crew.secret.members.get(user=crew.member).uuid
    for name in ("team-member-role", "team-member-remove"):
        assert browser(cast.owner).get(address(name, crew.team, elsewhere)).status_code == 404


def test_another_organization_s_team_is_missing(cast: Cast) -> None:
    foreign = create_team(actor=cast.stranger, organization=cast.other_organization, name="x")
    for name in ("team", "team-settings", "team-permissions", "team-member-add"):
        assert browser(cast.owner).get(address(name, foreign)).status_code == 404


def test_members_page_by_key(cast: Cast) -> None:
    crew = crew_of(cast)
    users = [person(cast.organization, "member", f"p{n:02}@example.com") for n in range(55)]
    add_team_members(actor=cast.owner, team=crew.team, users=users, role="member")
    client = browser(cast.owner)
    first = client.get(crew.team.get_absolute_url())
    second = client.get(f"{crew.team.get_absolute_url()}{linked(first, 'next')}")
    shown = [texts_of(page, "span", **{"class": "entry-name"}) for page in (first, second)]
    assert [len(found) for found in shown] == [50, 7]


def test_a_member_leaves_and_loses_what_the_team_held(cast: Cast) -> None:
    crew = crew_of(cast)
    client = browser(crew.member)
    assert address("team-leave", crew.team) in text(client.get(address("team", crew.team)))
    asked = text(client.get(address("team-leave", crew.team)))
    assert "You lose what the team holds" in asked
    with events_written() as events:
        answer = client.post(address("team-leave", crew.team))
    assert answer["Location"] == LIST
    assert not crew.team.members.filter(user=crew.member).exists()
    (event,) = events
    assert (event.action, event.actor_uuid) == ("team:member-left", crew.member.uuid)
    assert client.post(address("team-leave", crew.team)).status_code == 404


def test_nobody_leaves_for_another(cast: Cast) -> None:
    crew = crew_of(cast)
    with pytest.raises(PermissionDenied):
        leave_team(actor=cast.owner, place=crew.place(crew.member))
    assert browser(cast.owner).get(address("team-leave", crew.team)).status_code == 404
