"""A repository's tabs *Tags* and *Activity*: what they show, to whom, and what can be looked for."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from console.models import Repository
from robots.access.services.deletions import delete_repository
from robots.accounts.services.robots import delete_robot
from teams.models import Membership, UserGrant
from tests.browsers import browser, linked, text, texts_of
from tests.conftest import Cast, person
from tests.robots.artifacts.telling import INDEX, Registry, digest_of, event, note

OWN = "robot_acme.payments+ci"
OTHER = "robot_acme+deploy"
PARTS = [{"size": 1_500_000}]


def page(client: Client, repository: Repository, tab: str, query: str = "") -> str:
    address = f"{repository.get_absolute_url()}{tab}/{query}"
    answer = client.get(address)
    assert answer.status_code == 200
    return text(answer)


def guest_of(cast: Cast) -> Client:
    """Somebody who sees the project's repositories, and no robots."""
    guest = person(cast.organization, Membership.Role.MEMBER, "guest@example.com")
    where = {"organization": cast.organization, "project": cast.project}
    UserGrant.objects.create(user=guest, **where, role="project:guest")
    return browser(guest)


@pytest.mark.usefixtures("registry")
def test_a_tag_is_shown_with_what_it_is_pulled_as(cast: Cast, as_owner: Client) -> None:
    note(event(tag="1.0", references=PARTS), event(tag="all", mediaType=INDEX, actor=""))
    shown = page(as_owner, cast.repository, "tags")
    for words in ("127.0.0.1:5000/acme/payments/api:1.0", digest_of(1), "1.4", "manifest", "index"):
        assert words in shown
    link = f'href="{cast.robot.get_absolute_url()}" title="{OWN}">payments/ci</a>'
    assert link in shown
    assert "Unknown" in shown


def test_before_a_registry_tells_anything_the_pages_say_how_it_would(
    cast: Cast, as_owner: Client
) -> None:
    assert "No tags known" in page(as_owner, cast.repository, "tags")
    assert "Nothing was pushed or pulled" in page(as_owner, cast.repository, "activity")


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["rc", "2.0", "1.0"]),
        ("?q=.0", ["2.0", "1.0"]),
        ("?q=RC", ["rc"]),
        (f"?q={digest_of(2)}", ["2.0"]),
        ("?q=nothing", []),
    ],
)
def test_tags_are_found_by_name_and_digest_the_latest_first(
    cast: Cast, as_owner: Client, query: str, expected: list[str]
) -> None:
    begin = timezone.now() - timedelta(hours=1)
    for number, tag in enumerate(("1.0", "2.0", "rc")):
        note(event(tag=tag, digest=digest_of(number + 1), at=begin + timedelta(minutes=number)))
    answer = as_owner.get(f"{cast.repository.get_absolute_url()}tags/{query}")
    assert texts_of(answer, "span", **{"class": "entry-name mono"}) == expected
    assert ("No tag matches" in text(answer)) == (not expected)


@pytest.mark.usefixtures("registry")
def test_one_gets_through_all_tags(cast: Cast, as_owner: Client) -> None:
    begin = timezone.now() - timedelta(hours=1)
    note(*(event(tag=f"t{number}", at=begin + timedelta(seconds=number)) for number in range(60)))
    address = f"{cast.repository.get_absolute_url()}tags/"
    first = as_owner.get(address)
    second = as_owner.get(f"{address}{linked(first, 'next')}")
    names = [texts_of(page, "span", **{"class": "entry-name mono"}) for page in (first, second)]
    assert [name for part in names for name in part] == [f"t{59 - number}" for number in range(60)]
    assert linked(second, "next") is None


@pytest.mark.usefixtures("registry")
def test_activity_says_who_did_what_how_often(cast: Cast, as_owner: Client) -> None:
    note(event(), *[event("pull")] * 1, event("pull"), event("pull", actor="member@example.com"))
    note(event("delete", "1", ""), event("pull", "", actor=""))
    shown = page(as_owner, cast.repository, "activity")
    for words in ("Pushed", "Pulled", "Deleted", OWN, "member@example.com", "Unknown"):
        assert words in shown
    assert re.search(r'data-label="Times"[^>]*>2</td>', shown)


@pytest.mark.usefixtures("registry")
def test_what_was_asked_for_by_digest_is_shown_with_its_tags(cast: Cast, as_owner: Client) -> None:
    note(*(event(tag=tag) for tag in ("a", "b", "c", "d")), event("pull", ""))
    shown = page(as_owner, cast.repository, "activity", "?action=pull")
    assert f"sha256:{digest_of(1)[7:19]}" in shown
    assert "a, b, c and 1 more" in shown


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize(
    ("query", "number"),
    [("", 4), ("?action=pull", 2), ("?q=v2", 2), ("?q=bbb&action=push", 1), ("?q=nothing", 0)],
)
def test_activity_is_filtered_by_action_and_text(
    cast: Cast, as_owner: Client, query: str, number: int
) -> None:
    for tag, digest in (("v1", f"sha256:{'a' * 64}"), ("v2", f"sha256:{'b' * 64}")):
        note(event(tag=tag, digest=digest), event("pull", tag, digest))
    shown = page(as_owner, cast.repository, "activity", query)
    assert shown.count('data-label="Action"') == number
    assert ("Nothing matches" in shown) == (not number)


@pytest.mark.usefixtures("registry")
def test_whoever_sees_no_robots_and_people_reads_no_names(cast: Cast) -> None:
    """The project's guests see what is pushed there, and not by whom."""
    note(event(), event("pull", actor=OTHER), event("pull", actor="owner@example.com"))
    client = guest_of(cast)
    for tab in ("tags", "activity"):
        shown = page(client, cast.repository, tab)
        assert "A robot account" in shown
        assert OWN not in shown
        assert OTHER not in shown


@pytest.mark.usefixtures("registry")
def test_of_robots_the_projects_people_see_their_own(cast: Cast) -> None:
    note(event(tag="own"), event(tag="other", actor=OTHER))
    admin = person(cast.organization, Membership.Role.MEMBER, "admin@example.com")
    where = {"organization": cast.organization, "project": cast.project}
    UserGrant.objects.create(user=admin, **where, role="project:admin")
    shown = page(browser(admin), cast.repository, "tags")
    assert OWN in shown
    assert OTHER not in shown
    assert "A robot account" in shown


@pytest.mark.usefixtures("registry")
def test_a_deleted_robot_is_named_to_those_who_see_all_of_them(
    cast: Cast, as_owner: Client
) -> None:
    note(event())
    delete_robot(actor=cast.owner, robot=cast.robot)
    shown = page(as_owner, cast.repository, "tags")
    assert OWN in shown
    assert "payments/ci</a>" not in shown
    assert OWN not in page(guest_of(cast), cast.repository, "tags")


@pytest.mark.usefixtures("registry")
def test_who_has_left_is_not_named(cast: Cast, as_owner: Client) -> None:
    note(event(actor="member@example.com"))
    assert "member@example.com" in page(as_owner, cast.repository, "tags")
    Membership.objects.filter(user=cast.member).delete()
    shown = page(as_owner, cast.repository, "tags")
    assert "member@example.com" not in shown
    assert "A person" in shown


def test_a_deleted_repository_that_is_used_is_told_to_who_may_create_it_again(
    cast: Cast, as_owner: Client
) -> None:
    registry, project = Registry(cast), cast.project.get_absolute_url()
    delete_repository(actor=cast.owner, repository=cast.repository)
    words = "Deleted here, in use in a registry"
    assert words not in text(as_owner.get(project))
    registry.tells(event(), ignored=1)
    assert words in text(as_owner.get(project))
    assert "acme/payments/api" in text(as_owner.get(project))
    assert words not in text(guest_of(cast).get(project))
    again = {"name": "api", "description": "", "reuse": "confirmed"}
    as_owner.post(f"{project}repositories/new/", again)
    assert words not in text(as_owner.get(project))
