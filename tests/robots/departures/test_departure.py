"""What somebody leaves behind: what is listed before and after, and how it is done with."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console.models import Notice, OutgoingMail
from robots.accounts.services.editing import update_robot
from robots.models import Secret, Token
from robots.tokens.services.tokens import create_personal_token, create_token, delete_token
from teams.grants.services import GrantSpec, give
from teams.members.services import accept_invitation, invite, leave, remove_member
from teams.models import Departure, Membership, User
from teams.teams.services import add_team_members, create_team
from tests.actors import events_written
from tests.browsers import browser, confirm, text, texts_of
from tests.conftest import Cast, person
from tests.test_lists import queries

GROWS = (3, 60)


@pytest.fixture
def leaver(cast: Cast) -> User:
    """A second owner, who made two tokens and is alone in charge of a team, a project and a robot."""
    found = person(cast.organization, "owner", "ada@example.com")
    for name in ("first", "second"):
        create_token(actor=found, robot=cast.robot, name=name, kind="compact")
    team = create_team(actor=cast.owner, organization=cast.organization, name="lonely")
    add_team_members(actor=cast.owner, team=team, users=[found], role="owner")
    spec = GrantSpec(cast.organization, cast.project, role="project:admin")
    give(actor=cast.owner, holder=found, spec=spec)
    update_robot(actor=cast.owner, robot=cast.robot, responsible=found.memberships.get())
    return found


def left(user: User) -> str:
    return reverse("robots:departure", args=["acme", user.uuid])


def remove(cast: Cast, user: User) -> None:
    here = user.memberships.get(organization=cast.organization)
    remove_member(actor=cast.owner, membership=here)


def tokens(page: Any) -> list[str]:
    return texts_of(page, "a", **{"class": "entry-name"})


def states(page: Any) -> list[str]:
    return texts_of(page, "span", **{"class": "state nowrap"})


def test_the_question_says_what_will_be_left_to_do(cast: Cast, leaver: User) -> None:
    create_personal_token(actor=leaver, name="laptop", kind="compact")
    address = reverse("teams:member-remove", args=["acme", leaver.memberships.get().uuid])
    page = text(browser(cast.owner).get(address))
    assert (
        "<strong>1 team</strong>, <strong>1 project</strong> and <strong>1 robot account</strong>"
        in page
    )
    assert "saw secrets of <strong>2 tokens</strong> that still work" in page
    assert "Their personal access token (1) reaches nothing here" in page
    assert "laptop" not in page


def test_removing_leads_to_what_is_left_to_do(cast: Cast, leaver: User) -> None:
    address = reverse("teams:member-remove", args=["acme", leaver.memberships.get().uuid])
    response = browser(cast.owner).post(address)
    assert response["Location"] == left(leaver)
    page = browser(cast.owner).get(response["Location"])
    assert tokens(page) == ["first", "second"]
    assert states(page) == ["Still works"] * 2
    assert "removed by owner@example.com" in text(page)
    for name in ("lonely", "Payments", "ci"):
        assert f">{name}</a>" in text(page)


def test_of_a_member_it_says_what_would_be_left(cast: Cast, leaver: User) -> None:
    page = browser(cast.owner).get(left(leaver))
    assert "They are still a member" in text(page)
    assert tokens(page) == ["first", "second"]


def test_what_has_somebody_again_is_gone_from_the_list(cast: Cast, leaver: User) -> None:
    remove(cast, leaver)
    update_robot(actor=cast.owner, robot=cast.robot, responsible=cast.owner.memberships.get())
    team = cast.organization.teams.get(name="lonely")
    add_team_members(actor=cast.owner, team=team, users=[cast.owner], role="owner")
    page = text(browser(cast.owner).get(left(leaver)))
    assert ">Payments</a>" in page
    assert ">lonely</a>" not in page
    assert ">ci</a>" not in page


def rotate_all(client: Client, user: User) -> Any:
    """The button, then how, then the preview's."""
    ticked = {"token": [str(each.uuid) for each in Token.objects.filter(created_by=user.email)]}
    address = reverse("robots:departure-rotate", args=["acme", user.uuid])
    asked = client.post(address, ticked)
    assert "Rotate 2 tokens" in text(asked)
    chosen = ticked | {"old_ends": "24h", "life": "24h", "request_key": str(uuid4())}
    assert "This is what will happen" in text(client.post(address, chosen))
    return client.post(address, chosen | {"confirmed": "on"})


def test_all_are_rotated_by_links_that_say_who_is_responsible(cast: Cast, leaver: User) -> None:
    remove(cast, leaver)
    update_robot(actor=cast.owner, robot=cast.robot, responsible=cast.owner.memberships.get())
    client = browser(cast.owner, confirmed=True)
    page = text(rotate_all(client, leaver))
    assert page.count("/handover/") == 2
    assert "ci/first, for owner@example.com" in page
    assert f'href="{left(leaver)}"' in page
    again = client.get(left(leaver))
    assert text(again).count("a link waits since") == 2


def test_a_token_is_done_when_the_secret_they_saw_has_an_end(cast: Cast, leaver: User) -> None:
    remove(cast, leaver)
    seen = Secret.objects.filter(token__name="first")
    seen.update(ends_at=timezone.now() + timedelta(days=1))
    page = browser(cast.owner).get(left(leaver))
    assert (tokens(page), states(page)) == (["second", "first"], ["Still works", "Replaced"])
    seen.update(ends_at=timezone.now() + timedelta(microseconds=1))
    assert states(browser(cast.owner).get(left(leaver))) == ["Still works", "Ended"]
    assert "Rotate All 1" in text(page)


def test_when_all_is_done_it_says_so_and_stays(cast: Cast, leaver: User) -> None:
    remove(cast, leaver)
    for token in Token.objects.filter(name__in=["first", "second"]):
        delete_token(actor=cast.owner, token=token)
    assert "No secret is left" in text(browser(cast.owner).get(left(leaver)))
    listed = text(browser(cast.owner).get("/o/acme/users/left/"))
    assert left(leaver) in listed
    assert "None left" in listed


def test_the_list_counts_what_is_to_be_rotated(cast: Cast, leaver: User) -> None:
    assert "Nobody has left" in text(browser(cast.owner).get("/o/acme/users/left/"))
    remove(cast, leaver)
    assert "2 to rotate" in text(browser(cast.owner).get("/o/acme/users/left/"))
    assert "Nobody matches" in text(browser(cast.owner).get("/o/acme/users/left/?q=nothing"))


def test_who_left_before_it_was_kept_is_found_by_what_they_saw(cast: Cast, leaver: User) -> None:
    remove(cast, leaver)
    Departure.objects.all().delete()
    page = browser(cast.owner).get(left(leaver))
    assert (tokens(page), "Not a member any more" in text(page)) == (["first", "second"], True)
    assert left(leaver) in text(browser(cast.owner).get("/o/acme/users/left/"))


def test_a_disabled_account_stands_among_those_who_left(cast: Cast, leaver: User) -> None:
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    assert "account disabled" in text(browser(cast.owner).get("/o/acme/users/left/"))
    assert "still a member" in text(browser(cast.owner).get(left(leaver)))


def test_the_name_stays_when_the_account_is_gone(cast: Cast, leaver: User) -> None:
    remove(cast, leaver)
    uuid = leaver.uuid
    User.objects.filter(pk=leaver.pk).delete()
    page = browser(cast.owner).get(reverse("robots:departure", args=["acme", uuid]))
    assert "What Ada leaves behind" in text(page)


def test_leaving_tells_the_owners(cast: Cast, leaver: User) -> None:
    leave(actor=leaver, membership=leaver.memberships.get())
    notice = Notice.objects.get(kind="member.left")
    assert notice.path == left(leaver)
    assert {str(reader.person_uuid) for reader in notice.readers.all()} == {str(cast.owner.uuid)}
    assert OutgoingMail.objects.count() == 1


def test_who_comes_back_is_a_member_like_others(cast: Cast, leaver: User) -> None:
    remove(cast, leaver)
    asked = invite(
        actor=cast.owner, organization=cast.organization, email=leaver.email, role="member"
    )
    accept_invitation(actor=leaver, invitation=asked, key=asked.key())
    assert "Nobody has left" in text(browser(cast.owner).get("/o/acme/users/left/"))
    remove(cast, leaver)
    assert Departure.objects.count() == 1


def test_the_event_says_how_much_nobody_looks_after(cast: Cast, leaver: User) -> None:
    with events_written() as events:
        remove(cast, leaver)
    assert events[0].before["alone"] == {"teams": 1, "projects": 1, "robots": 1}


def test_a_stranger_and_nobody_are_missing(cast: Cast) -> None:
    for uuid in (cast.stranger.uuid, cast.organization.uuid):
        address = reverse("robots:departure", args=["acme", uuid])
        assert browser(cast.owner).get(address).status_code == 404
    assert browser(cast.member).get(left(cast.owner)).status_code == 403


def test_tokens_of_another_organization_stand_in_neither(cast: Cast, leaver: User) -> None:
    Membership.objects.create(organization=cast.other_organization, user=leaver, role="owner")
    create_token(actor=leaver, robot=cast.other_robot, name="theirs", kind="compact")
    remove(cast, leaver)
    assert tokens(browser(cast.owner).get(left(leaver))) == ["first", "second"]


def test_it_takes_as_many_queries_for_hundreds(cast: Cast, leaver: User) -> None:
    remove(cast, leaver)
    client, asked = browser(cast.owner), []
    confirm(client)
    for number in GROWS:
        for count in range(number):
            made = Token.objects.create(robot=cast.robot, name=f"n{number}-{count}", created_by="x")
            made.secrets.create(
                kind="compact", digest=f"{number}-{count}", root_number=1, seen_by=leaver.uuid
            )
            gone = Departure(organization=cast.organization, person_uuid=made.uuid, email="x@x.org")
            gone.left_at = timezone.now()
            gone.save()
        asked.append([len(queries(client, url)) for url in (left(leaver), "/o/acme/users/left/")])
    assert asked[0] == asked[1]
    assert max(asked[1]) <= 22
