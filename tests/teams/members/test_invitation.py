"""Following an invitation's link."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console.models import Organization
from console.permissions.roles import BUILTIN_ROLES, Scope
from console.permissions.vocabulary import Permission, Permissions
from robots.accounts.services.robots import delete_robot
from robots.models import Robot, RobotGrant
from teams.members.services import (
    LinkEnded,
    accept_invitation,
    change_member_role,
    invite,
    remove_member,
    resend_invitation,
    withdraw_invitation,
)
from teams.models import Invitation, Membership, User
from tests.actors import events_written, holder
from tests.browsers import browser, normal, text
from tests.conftest import Cast, person
from tests.factories import PASSWORD, UserFactory

PERSON = {"name": "New", "password": PASSWORD}
MEMBER = BUILTIN_ROLES[Scope.ORGANIZATION, "member"].permissions


def invited(cast: Cast, email: str = "new@example.com", role: str = "member") -> Invitation:
    return invite(actor=cast.owner, organization=cast.organization, email=email, role=role)


def link(invitation: Invitation) -> str:
    return reverse("teams:invitation", args=[invitation.uuid, invitation.key()])


def page(invitation: Invitation) -> str:
    return reverse("teams:invitation-accept", args=[invitation.uuid])


def opened(client: Client, invitation: Invitation) -> Client:
    assert client.get(link(invitation))["Location"] == page(invitation)
    return client


@pytest.mark.parametrize("how", ["removed", "demoted", "disabled"])
def test_a_link_ends_with_the_rights_of_who_sent_it(cast: Cast, how: str) -> None:
    other = person(cast.organization, "owner", "second@example.com")
    found = invite(
        actor=other, organization=cast.organization, email="new@example.com", role="owner"
    )
    membership = other.memberships.get()
    if how == "removed":
        remove_member(actor=cast.owner, membership=membership)
    elif how == "demoted":
        change_member_role(actor=cast.owner, membership=membership, role="member")
    else:
        User.objects.filter(pk=other.pk).update(is_active=False)
    client = opened(browser(), found)
    assert client.post(page(found), PERSON).status_code == 409
    assert not User.objects.filter(email="new@example.com").exists()
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        resend_invitation(actor=cast.owner, invitation=found)
        found.refresh_from_db()
        client = opened(browser(), found)
        assert client.post(page(found), PERSON).status_code == 302
    assert User.objects.get(email="new@example.com").memberships.get().role == "owner"


def inviting_robot(cast: Cast) -> Robot:
    """A robot that holds just what it takes to invite a member."""
    return holder(cast.organization, Permission.MEMBER_CREATE, *MEMBER)


# What takes from a robot what inviting takes.
ENDS: dict[str, Callable[[Cast, Any], object]] = {
    "deleted": lambda cast, rows: delete_robot(actor=cast.owner, robot=rows.get()),
    "gone": lambda _, rows: rows.delete(),
    "disabled": lambda _, rows: rows.update(disabled_at=timezone.now()),
    "expired": lambda _, rows: rows.update(expires_at=timezone.now()),
    "without the right": lambda _, rows: _left(rows, MEMBER),
    "without what it confers": lambda _, rows: _left(rows, frozenset({Permission.MEMBER_CREATE})),
}


def _left(robots: Any, permissions: Permissions) -> None:
    RobotGrant.objects.filter(robot__in=robots).update(permissions=permissions)


def end(cast: Cast, robot: Robot, how: str) -> None:
    ENDS[how](cast, Robot.objects.filter(pk=robot.pk))


@pytest.mark.parametrize("how", ENDS)
def test_a_link_ends_with_the_rights_of_the_robot_that_sent_it(cast: Cast, how: str) -> None:
    robot = inviting_robot(cast)
    found = invite(
        actor=robot, organization=cast.organization, email="new@example.com", role="member"
    )
    end(cast, robot, how)
    with events_written() as events:
        assert opened(browser(), found).post(page(found), PERSON).status_code == 409
    assert events == []
    assert not User.objects.filter(email="new@example.com").exists()


def test_a_robots_link_lets_in_while_the_robot_may_invite(cast: Cast) -> None:
    robot = inviting_robot(cast)
    found = invite(
        actor=robot, organization=cast.organization, email="new@example.com", role="member"
    )
    assert opened(browser(), found).post(page(found), PERSON).status_code == 302


def test_a_link_that_a_robot_sent_again_ends_with_the_robots_rights(cast: Cast) -> None:
    found, robot = invited(cast), inviting_robot(cast)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        resend_invitation(actor=robot, invitation=found)
        end(cast, robot, "disabled")
        found.refresh_from_db()
        client = opened(browser(), found)
        assert client.post(page(found), PERSON).status_code == 409
        Robot.objects.filter(pk=robot.pk).update(disabled_at=None)
        assert client.post(page(found), PERSON).status_code == 302


def test_a_newcomer_makes_an_account_and_is_in(cast: Cast) -> None:
    invitation = invited(cast)
    client = opened(browser(), invitation)
    form = text(client.get(page(invitation)))
    assert "Join Acme" in form
    assert 'value="new@example.com"' in form
    with events_written() as events:
        response = client.post(page(invitation), PERSON | {"email": "other@example.com"})
    user = User.objects.get(email="new@example.com")
    assert response["Location"] == "/o/acme/"
    assert client.get("/o/acme/").status_code == 200
    assert user.memberships.get().role == "member"
    assert user.check_password(PASSWORD)
    assert not user.is_superuser
    assert [(event.chain == "site", event.action) for event in events] == [
        (True, "user:created"),
        (False, "member:joined"),
        (True, "user:signed-in"),
    ]
    assert {event.actor_uuid for event in events} == {user.uuid}


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "short"},
        {"password": ""},
        {"name": "x" * 101},
        {"password": "new@example.com"},
        {"name": "a\x00"},
    ],
)
def test_a_wrong_account_is_422_and_the_link_still_works(
    cast: Cast, changes: dict[str, str]
) -> None:
    invitation = invited(cast)
    client = opened(browser(), invitation)
    with events_written() as events:
        assert client.post(page(invitation), PERSON | changes).status_code == 422
    assert events == []
    assert not User.objects.filter(email="new@example.com").exists()
    assert client.post(page(invitation), PERSON).status_code == 302


def test_who_has_an_account_signs_in_first_and_then_joins(cast: Cast) -> None:
    user = UserFactory(email="new@example.com", password=PASSWORD)
    invitation = invited(cast, role="owner")
    client = opened(browser(), invitation)
    response = client.get(page(invitation))
    assert response["Location"] == f"/sign-in/?next={page(invitation).replace('/', '%2F')}"
    signing = text(client.get(response["Location"]))
    assert "Sign in as new@example.com to join Acme." in signing
    credentials = {"login": user.email, "password": PASSWORD}
    response = client.post(response["Location"], credentials)
    assert response["Location"] == page(invitation)
    assert "Join Acme?" in text(client.get(page(invitation)))
    with events_written() as events:
        assert client.post(page(invitation))["Location"] == "/o/acme/"
    (event,) = events
    assert (event.action, event.actor_uuid) == ("member:joined", user.uuid)
    assert Membership.objects.get(user=user).role == "owner"


def test_somebody_else_is_told_for_whom_it_is(cast: Cast) -> None:
    invitation = invited(cast)
    client = opened(browser(cast.stranger), invitation)
    body = text(client.get(page(invitation)))
    assert "It is for new@example.com, and you are signed in as stranger@example.com" in body
    with events_written() as events:
        assert client.post(page(invitation)).status_code == 403
    assert events == []
    response = client.post("/sign-out/", {"next": link(invitation)})
    assert response["Location"] == link(invitation)
    assert "Create Account and Join" in text(opened(client, invitation).get(page(invitation)))


def spoil(cast: Cast, invitation: Invitation, how: str) -> None:
    """End an invitation in one of the ways there are."""
    match how:
        case "used":
            user = UserFactory(email="new@example.com")
            accept_invitation(actor=user, invitation=invitation, key=invitation.key())
        case "withdrawn":
            withdraw_invitation(actor=cast.owner, invitation=invitation)
        case "ended":
            ended = timezone.now() - timedelta(days=7, seconds=1)
            Invitation.objects.filter(pk=invitation.pk).update(sent_at=ended)
        case "replaced":
            Invitation.objects.filter(pk=invitation.pk).update(sent_count=2)


WAYS = ["used", "withdrawn", "ended", "replaced"]


@pytest.mark.parametrize("how", [*WAYS, "forged", "unknown"])
def test_a_link_that_does_not_work_is_one_page_whatever_the_reason(cast: Cast, how: str) -> None:
    invitation = invited(cast)
    key = "0" * 64 if how == "forged" else invitation.key()
    uuid = uuid4() if how == "unknown" else invitation.uuid
    spoil(cast, invitation, how)
    response = browser().get(reverse("teams:invitation", args=[uuid, key]))
    missing = browser().get(reverse("teams:invitation", args=[uuid4(), "x"]))
    assert response.status_code == 404
    assert "This invitation does not work" in text(response)
    assert normal(response) == normal(missing)


@pytest.mark.parametrize("how", WAYS)
def test_a_page_that_was_open_ends_with_its_link(cast: Cast, how: str) -> None:
    invitation = invited(cast)
    client = opened(browser(), invitation)
    spoil(cast, invitation, how)
    with events_written() as events:
        assert client.post(page(invitation), PERSON).status_code == 404
    assert events == []


def test_a_link_works_once(cast: Cast) -> None:
    invitation = invited(cast)
    client = opened(browser(), invitation)
    assert client.post(page(invitation), PERSON).status_code == 302
    for address in (link(invitation), page(invitation)):
        assert client.get(address).status_code == 404
        assert browser().get(address).status_code == 404


def test_the_service_asks_for_the_key_itself(cast: Cast) -> None:
    invitation = invited(cast)
    user = UserFactory(email=invitation.email)
    with events_written() as events, pytest.raises(LinkEnded):
        accept_invitation(actor=user, invitation=invitation, key="0" * 64)
    assert events == []


def test_the_page_without_its_link_is_missing(cast: Cast) -> None:
    invitation = invited(cast)
    for client in (browser(), browser(UserFactory(email=invitation.email))):
        assert client.get(page(invitation)).status_code == 404
        assert client.post(page(invitation), PERSON).status_code == 404
    assert Organization.objects.get(slug="acme").memberships.count() == 2


def test_the_key_is_sent_on_to_nobody_and_logged_nowhere(
    cast: Cast, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    invitation = invited(cast)
    client = browser(enforce_csrf_checks=True)
    response = client.get(link(invitation))
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert client.post(link(invitation)).status_code == 403
    assert client.post(page(invitation), PERSON).status_code == 403
    for logger in (logging.getLogger("django.security.csrf"), logging.getLogger("django.request")):
        assert not logger.isEnabledFor(logging.ERROR)
    output = "".join(capsys.readouterr())
    assert invitation.key() not in output + caplog.text
    assert invitation.key() not in text(client.get(page(invitation)))
