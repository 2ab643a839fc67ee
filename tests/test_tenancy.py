"""What belongs to somebody else answers exactly like what does not exist."""

from collections.abc import Mapping
from uuid import uuid4

import pytest
from django.test import Client

from console.models import Organization
from console.models.organizations import LISTED_ORGANIZATIONS
from robots.access.services.organization_deletion import delete_organization
from teams.models import Membership
from tests.addresses import (
    ADDRESSES,
    NOWHERE,
    PARTS,
    WITH_OBJECT,
    acme,
    address_of,
    globex,
    place_of,
)
from tests.browsers import Normal, browser, normal, text
from tests.conftest import Cast
from tests.factories import ProjectFactory
from tests.fixtures import HIDDEN, hide_a_project
from tests.personas import EVERYBODY, NOT_SIGNED_IN, OF_THE_PROJECT, OF_THE_TEAM, everybody
from tests.snapshots import rows
from tests.statuses import STATUSES

NESTED = [(name, part) for name in WITH_OBJECT for part in PARTS if part in ADDRESSES[name]]
# Its parent in the address is not its own.
CHILDREN = {
    "token": "robot",
    "trust": "robot",
    "member": "team",
    "grant": "team",
    "robot": "team",
    "secret": "token",
    "handover": "token",
}
MISPLACED = [
    (name, CHILDREN.get(part, "")) for name, part in NESTED if CHILDREN.get(part) in ADDRESSES[name]
] + [(name, "project") for name, part in NESTED if part == "grant" and "project" in ADDRESSES[name]]
SIGNED_IN = [who for who in EVERYBODY if who not in NOT_SIGNED_IN]


def both(client: Client, name: str, places: Mapping[str, object]) -> list[Normal]:
    """What GET and, where it is taken, POST answer."""
    address = address_of(name, places)
    answers = [normal(client.get(address))]
    return [*answers, normal(client.post(address))] if name in STATUSES["POST"] else answers


@pytest.mark.parametrize("who", SIGNED_IN)
def test_an_organization_one_is_not_in_is_like_none(furnished: Cast, who: str) -> None:
    """All that is in it gets one answer, which is what an organization that does not exist gets."""
    client = browser(everybody(furnished)[who])
    foreign, before = acme(furnished) if who == "stranger" else globex(furnished), rows()
    missing = normal(client.get(address_of(WITH_OBJECT[0], NOWHERE)))
    assert missing[0] == 404
    for name in WITH_OBJECT:
        for answer in both(client, name, foreign):
            assert answer == missing or answer[0] == 405, name
    for name in WITH_OBJECT if who == "owner" else ():
        assert both(client, name, foreign) == both(client, name, NOWHERE), name
    assert rows() == before


def test_who_is_in_very_many_organizations_is_in_no_other(furnished: Cast) -> None:
    """The account menu does not name them all."""
    user = furnished.stranger
    many = [Organization(slug=f"many-{n}", name=f"A {n}") for n in range(LISTED_ORGANIZATIONS)]
    Membership.objects.bulk_create(
        Membership(organization=one, user=user, role="owner")
        for one in Organization.objects.bulk_create(many)
    )
    client = browser(user)
    for name in ("console:project-list", "robots:overview", "teams:member-leave"):
        assert both(client, name, acme(furnished)) == both(client, name, NOWHERE)
        assert client.get(address_of(name, globex(furnished))).status_code == 200


@pytest.mark.parametrize("who", ["owner", "admin", "lead"])
def test_a_thing_of_another_organization_is_like_none(furnished: Cast, who: str) -> None:
    """The organization and everything else in the address is one's own."""
    ProjectFactory(organization=furnished.other_organization, slug="hidden")
    foreign, own = globex(furnished) | {"project": "hidden"}, acme(furnished)
    client, before = browser(everybody(furnished)[who]), rows()
    for name, part in NESTED:
        key = place_of(name, part)
        answers = both(client, name, own | {key: foreign[key]})
        assert answers == both(client, name, own | {key: NOWHERE[key]}), (name, part)
        assert {status for status, *_ in answers} <= {403, 404, 405}
    assert rows() == before


def test_things_of_another_organization_are_like_none_in_ones_own(furnished: Cast) -> None:
    """A foreign robot with its own token, a foreign team with its people: everything but the organization."""
    # What one was told by the last page stands on the next one, so each has a browser of its own.
    ours, theirs = (browser(furnished.owner, confirmed=True) for _ in range(2))
    foreign, before = globex(furnished) | {"organization": "acme"}, rows()
    missing = NOWHERE | {"organization": "acme", "project": foreign["project"]}
    for name in dict(NESTED):
        assert both(theirs, name, foreign) == both(ours, name, missing), name
    assert rows() == before


# Everybody of an organization sees its members, its visible teams and its services.
UNSEEN = [row for row in NESTED if row[1] not in {"team", "member", "service"}]


def test_what_a_member_may_not_see_is_like_none(furnished: Cast) -> None:
    client, own, before = browser(furnished.member), acme(furnished), rows()
    for name, part in UNSEEN:
        key = place_of(name, part)
        answers = both(client, name, own)
        assert answers == both(client, name, own | {key: NOWHERE[key]}), (name, part)
    assert rows() == before


@pytest.mark.parametrize("who", [*OF_THE_PROJECT, "lead"])
def test_another_project_and_a_secret_team_are_like_none(furnished: Cast, who: str) -> None:
    client, own = browser(everybody(furnished)[who]), acme(furnished)
    hidden, before = hide_a_project(furnished), rows()
    for name, key in [(name, place_of(name, part)) for name, part in NESTED]:
        if key in hidden:
            answers = both(client, name, own | {key: hidden[key]})
            assert answers == both(client, name, own | {key: NOWHERE[key]}), (name, key)
    assert rows() == before


SEARCHED = (
    "console:project-list",
    "console:repository-list",
    "teams:member-list",
    "robots:robot-list",
    "robots:token-list",
    "robots:search",
    "robots:role-list",
    "robots:team-list",
    "teams:team-member-add",
    "robots:team-robot-add",
    "robots:team-access-add",
    "robots:robot-access-add",
    "robots:repository-access-add",
    "robots:project-access-add",
    "robots:project-reach",
    "robots:project-members",
    "robots:project-member-create",
    "robots:repository-permissions",
    "robots:repository-tags",
    "robots:repository-activity",
)


def pages(client: Client, own: dict[str, object]) -> dict[str, str]:
    """Every page of acme, and those that search, when they search for what is hidden."""
    asked = [(name, "") for name in WITH_OBJECT] + [
        (name, f"?q={HIDDEN[:-1]}") for name in SEARCHED
    ]
    return {
        f"{name}{query}": text(client.get(f"{address_of(name, own)}{query}"))
        for name, query in asked
    }


@pytest.mark.parametrize("who", [*OF_THE_PROJECT, *OF_THE_TEAM, "member"])
def test_no_page_names_another_project_or_a_secret_team(furnished: Cast, who: str) -> None:
    client, own = browser(everybody(furnished)[who]), acme(furnished)
    hide_a_project(furnished)
    assert [name for name, page in pages(client, own).items() if HIDDEN in page] == []


def test_pages_of_owners_name_them(furnished: Cast) -> None:
    """Else the test above would find nothing to say."""
    hide_a_project(furnished)
    found = pages(browser(furnished.owner), acme(furnished))
    named = {name.partition("?")[0] for name, page in found.items() if HIDDEN in page}
    assert named >= set(SEARCHED) - {
        "teams:team-member-add",
        "robots:team-robot-add",
        "robots:project-member-create",
        "robots:robot-access-add",  # of a project's robot
        "robots:repository-tags",
    }


@pytest.mark.parametrize(("name", "parent"), MISPLACED)
def test_nothing_is_found_through_another_parent(furnished: Cast, name: str, parent: str) -> None:
    others = {
        "project": ProjectFactory(organization=furnished.organization).slug,
        "team": furnished.organization.teams.create(name="other").uuid,
        "robot": furnished.organization_robot.uuid,
        "token": furnished.robot.tokens.get(name="steady").uuid,
    }
    wrong, before = acme(furnished) | {parent: others[parent]}, rows()
    children = {"token", "place", "grant", "member_grant", "team_robot", "secret", "handover"}
    client = browser(furnished.owner, confirmed=True)
    answers = both(client, name, wrong)
    missing = wrong | {child: NOWHERE[child] for child in children - {parent}}
    assert answers == both(client, name, missing)
    assert {status for status, *_ in answers} <= {404, 405}
    assert rows() == before


ROBOT_PAGES = [name for name in WITH_OBJECT if "robot" in ADDRESSES[name]]


def test_a_deleted_robot_is_like_none(furnished: Cast) -> None:
    own, client = acme(furnished), browser(furnished.owner, confirmed=True)
    spare = furnished.organization.robots.get(name="spare")
    for robot in (furnished.robot, furnished.organization_robot, spare):
        deletion = address_of("robots:robot-delete", own | {"robot": robot.uuid})
        assert client.post(deletion, {"name": robot.name}).status_code == 302
    client.get("/help/")  # shows the messages
    missing = own | {"robot": uuid4(), "team_robot": uuid4(), "spare": uuid4()}
    for name in ROBOT_PAGES:
        assert both(client, name, own) == both(client, name, missing), name


LISTS = (
    "robots:robot-list",
    "robots:token-list",
    "console:project-list",
    "console:repository-list",
    "console:event-list",
    "teams:member-list",
    "robots:overview",
    "robots:search",
    "robots:team-list",
    "robots:role-list",
    "teams:invitation-list",
    "robots:project-members",
    "robots:project-member-create",
    "robots:repository-permissions",
    "robots:repository-reach",
    "robots:repository-tags",
    "robots:repository-activity",
    "teams:team",
    "teams:team-member-add",
    "robots:team-robots",
    "robots:team-robot-add",
    "robots:team-access-add",
    "robots:robot-access-add",
    "robots:repository-access-add",
    "robots:project-access-add",
    "robots:project-reach",
)


def test_lists_and_searches_stay_inside_the_organization(furnished: Cast) -> None:
    ProjectFactory(organization=furnished.other_organization, slug="hidden", name="Hidden")
    client, places = browser(furnished.owner), acme(furnished)
    for name in LISTS:
        for query in ({}, {"q": "globex"}, {"q": "hand"}, {"q": "hidden"}):
            page = text(client.get(address_of(name, places), query))
            for foreign in ("globex.", "globex/", "stranger@example.com", "Hidden", "/o/globex/"):
                assert foreign not in page, (name, query)


def test_a_deleted_organization_is_like_none(furnished: Cast) -> None:
    own, client = acme(furnished), browser(furnished.owner, confirmed=True)
    assert client.get(address_of(WITH_OBJECT[0], own)).status_code == 200
    delete_organization(actor=furnished.owner, organization=furnished.organization)
    for name in WITH_OBJECT:
        assert both(client, name, own) == both(client, name, NOWHERE), name
