"""Sentences of the log say what was given and lead to the thing, and addresses find what came from them."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from console.audit.sentences import KINDS_WITH_PAGES, sentence
from console.models import Event
from robots.accounts.services.robots import delete_robot, disable_robot
from robots.overview.views.things import THINGS
from robots.tokens.services.tokens import delete_token
from teams.grants.services import GrantSpec, give, take
from teams.members.services import change_member_role
from teams.models import Membership
from tests.addresses import acme
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast

LIST = reverse("console:event-list", args=["acme"])


def last() -> Event:
    return Event.objects.filter(organization_slug="acme").latest("number")


def led(client: Client, kind: str, uuid: object) -> tuple[str, str]:
    """Where the link to a thing leads, in the end, and what stands there."""
    url = reverse("robots:event-thing", args=["acme", kind, uuid])
    page = client.get(url, follow=True)
    assert page.status_code == 200
    return str(page.redirect_chain[-1][0]), text(page)


def test_a_grant_says_what_is_given_and_taken(cast: Cast) -> None:
    spec = GrantSpec(cast.organization, cast.project, cast.repository, role="repository:write")
    given = give(actor=cast.owner, holder=cast.organization_robot, spec=spec)
    assert "gave write to" in sentence(last())
    assert cast.repository.target.path in sentence(last())
    take(actor=cast.owner, grant=given)
    assert "took back write from" in sentence(last())


def test_a_role_says_what_it_was(cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.member)
    change_member_role(actor=cast.owner, membership=membership, role="owner")
    assert "from member to owner" in sentence(last())


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ({}, "added people to the team"),
        ({"members": ["a", "b"]}, "added a, b to the team"),
        ({"members": list("abcde")}, "added a, b, c and 2 more to the team"),
        ({"members": ["x" * 300]}, f"added {'x' * 79}… to the team"),
    ],
)
def test_what_is_long_or_was_not_recorded(after: dict[str, Any], words: str) -> None:
    event = Event(action="team:members-added", actor_label="A", target_label="T", after=after)
    assert sentence(event) == f"A {words} T"


def test_every_kind_that_has_a_page_is_found() -> None:
    assert THINGS.keys() == KINDS_WITH_PAGES


@pytest.mark.parametrize("kind", sorted(KINDS_WITH_PAGES))
def test_a_link_leads_to_the_thing(furnished: Cast, kind: str) -> None:
    places = acme(furnished)
    known = {
        "organization": furnished.organization.uuid,
        "project": furnished.project.uuid,
        "role": furnished.organization.roles.get(project=None).uuid,
    }
    uuid = known.get(kind) or places[kind]
    found = THINGS[kind](furnished.organization, UUID(str(uuid))).get()
    assert led(browser(furnished.owner), kind, uuid)[0] in {found.get_absolute_url(), "/o/acme/"}


def test_what_is_gone_leads_to_its_history(as_owner: Client, cast: Cast) -> None:
    delete_token(actor=cast.owner, token=cast.token)
    delete_robot(actor=cast.owner, robot=cast.robot)
    for kind, thing in (("token", cast.token), ("robot", cast.robot)):
        url, said = led(as_owner, kind, thing.uuid)
        assert (urlsplit(url).path, urlsplit(url).query) == (LIST, f"target={thing.uuid}")
        assert "not there any more" in said


def test_what_never_was_here_is_not_found(as_owner: Client, cast: Cast) -> None:
    for kind, uuid in (
        ("robot", cast.other_robot.uuid),
        ("robot", UUID(int=1)),
        ("user", UUID(int=1)),
    ):
        url = reverse("robots:event-thing", args=["acme", kind, uuid])
        assert as_owner.get(url).status_code == 404


def test_the_list_links_to_the_thing_and_says_the_time(as_owner: Client, cast: Cast) -> None:
    disable_robot(actor=cast.owner, robot=cast.robot)
    page = as_owner.get(LIST)
    thing = reverse("robots:event-thing", args=["acme", "robot", cast.robot.uuid])
    assert cast.robot.login_name in texts_of(page, "a", href=thing)
    event = reverse("console:event", args=["acme", last().uuid])
    # What is heard begins with what is seen.
    assert texts_of(page, "a", href=event) == [f"just now , event {last().number}"]
    assert "aria-label" not in page.content.decode().split(event)[1].split(">")[0]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("192.0.2.7", True),
        ("192.0.2.0/24", True),
        ("192.0.2.0/29", True),
        ("::ffff:192.0.2.7", True),
        ("192.0.2.70", False),
        ("192.0.3.0/24", False),
        ("2001:db8::/32", False),
    ],
)
def test_addresses_and_networks_find_what_came_from_them(
    as_owner: Client, cast: Cast, typed: str, found: bool
) -> None:
    disable_robot(actor=cast.owner, robot=cast.robot)
    Event.objects.filter(pk=last().pk).update(address="192.0.2.7")
    page = text(as_owner.get(LIST, {"q": typed}))
    assert ("disabled the robot account" in page) == found
    assert ("No event matches" in page) != found
