"""Inviting several people at once, with teams and a project; what of it is given when they accept."""

from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from console.mail.outbox import send_due
from console.models import Notice, OutgoingMail
from console.permissions.decision import MissingPermission
from console.permissions.vocabulary import Permission
from robots.access.services.deletions import delete_project, delete_team
from teams.grants.services import GrantSpec, give
from teams.invitations.services import AT_ONCE, invite_people, join
from teams.members.services import LinkEnded, change_member_role, remove_member
from teams.models import Invitation, InvitedPlace, Team, User, UserGrant
from teams.teams.services import create_team
from tests.actors import events_written, holder
from tests.api.callers import bearer, token_of
from tests.browsers import browser, text
from tests.conftest import Cast, person
from tests.factories import UserFactory

NEW, LIST, PEOPLE = (
    "/o/acme/users/invitations/new/",
    "/o/acme/users/invitations/",
    "/o/acme/users/",
)
API = "/api/v1/organizations/acme/invitations/"
DEVELOPER = "project:developer"


@pytest.fixture
def team(cast: Cast) -> Team:
    return create_team(actor=cast.owner, organization=cast.organization, name="build")


def places(cast: Cast, team: Team) -> list[InvitedPlace]:
    return [
        InvitedPlace.in_team(team, "owner"),
        InvitedPlace.in_project(cast.project, DEVELOPER),
    ]


def invited(cast: Cast, actor: Any, *offered: InvitedPlace) -> Invitation:
    return invite_people(
        actor=actor,
        organization=cast.organization,
        emails=["new@example.com"],
        role="member",
        places=offered,
    )[0]


def accepted(invitation: Invitation) -> tuple[User, list[str]]:
    """Who came, and what of the invitation they were not given."""
    user: User = UserFactory(email=invitation.email)
    joined = join(actor=user, invitation=invitation, key=invitation.key())
    return user, [place.label for place in joined.refused]


def test_several_are_invited_at_once_with_the_same(cast: Cast, team: Team) -> None:
    form = {
        "email": "a@example.com, B@example.com\nc@example.com\n\na@example.com",
        "role": "member",
        "project": "payments",
        "project_role": DEVELOPER,
        f"team-{team.uuid}": "member",
    }
    with events_written() as events:
        answer = browser(cast.owner).post(NEW, form)
    assert answer["Location"] == LIST
    assert OutgoingMail.objects.count() == 3
    gives = ["member of the team build", "developer in the project payments"]
    assert [event.after["gives"] for event in events] == [gives] * 3
    page = text(browser(cast.owner).get(LIST))
    for words in ("a@example.com", "b@example.com", "c@example.com", *gives):
        assert words in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("a@example.com nobody", "nobody: Enter a valid email address."),
        (
            "a@example.com, member@example.com",
            "member@example.com: This person is a member already.",
        ),
        (" ".join(f"{n}@example.com" for n in range(AT_ONCE + 1)), "at most 50 addresses"),
    ],
)
def test_one_bad_address_refuses_all_and_keeps_what_was_typed(
    cast: Cast, typed: str, words: str
) -> None:
    with events_written() as events:
        answer = browser(cast.owner).post(NEW, {"email": typed, "role": "member"})
    assert (answer.status_code, events, OutgoingMail.objects.count()) == (422, [], 0)
    assert words in text(answer)
    assert "a@example.com" in text(answer) or "0@example.com" in text(answer)


def test_all_is_given_on_acceptance_by_whoever_invited(cast: Cast, team: Team) -> None:
    invitation = invited(cast, cast.owner, *places(cast, team))
    with events_written() as events:
        user, refused = accepted(invitation)
    assert refused == []
    assert team.members.get(user=user).role == "owner"
    assert UserGrant.objects.get(user=user).role == DEVELOPER
    actions = [(event.action, event.actor_label) for event in events]
    assert actions == [
        ("member:joined", "new@example.com"),
        ("team:members-added", "owner@example.com"),
        ("grant:created", "owner@example.com"),
    ]


def test_the_letter_says_it(cast: Cast, team: Team) -> None:
    invited(cast, cast.owner, *places(cast, team))
    send_due()
    assert "- owner of the team build" in mail.outbox[0].body
    assert "- developer in the project payments" in mail.outbox[0].body


def test_what_can_no_longer_be_given_is_told_to_both_and_nothing_else_is_lost(
    cast: Cast, team: Team
) -> None:
    second = person(cast.organization, "owner", "second@example.com")
    invitation = invited(cast, second, *places(cast, team))
    change_member_role(actor=cast.owner, membership=second.memberships.get(), role="member")
    spec = GrantSpec(cast.organization, cast.project, role="project:admin")
    give(actor=cast.owner, holder=second, spec=spec)
    client = browser()
    client.get(f"/invitations/{invitation.uuid}/{invitation.key()}/")
    form = {"name": "New", "password": "a long enough phrase"}
    page = text(client.post(f"/invitations/{invitation.uuid}/", form, follow=True))
    assert "You are in Acme now." in page
    assert (
        "second@example.com may not give you this any more, and knows: owner of the team build"
        in page
    )
    user = User.objects.get(email="new@example.com")
    assert (user.team_places.count(), user.grants.get().role) == (0, DEVELOPER)
    notice = Notice.objects.get(kind="invitation.incomplete")
    assert "owner of the team build" in notice.title
    assert [reader.person_uuid for reader in notice.readers.all()] == [second.uuid]


def test_a_team_and_a_project_that_are_gone_are_named(cast: Cast, team: Team) -> None:
    invitation = invited(cast, cast.owner, *places(cast, team))
    delete_team(actor=cast.owner, team=team)
    delete_project(actor=cast.owner, project=cast.project)
    user, refused = accepted(invitation)
    assert refused == ["owner of the team build", "developer in the project payments"]
    assert user.memberships.exists()


@pytest.fixture
def admin(cast: Cast) -> User:
    """A member who is the admin of the project."""
    found = person(cast.organization, "member", "admin@example.com")
    spec = GrantSpec(cast.organization, cast.project, role="project:admin")
    give(actor=cast.owner, holder=found, spec=spec)
    return found


def test_a_project_admin_invites_to_the_project_alone(cast: Cast, admin: User) -> None:
    client = browser(admin)
    assert "with a role in your project" in text(client.get(NEW))
    offered = {"project": "payments", "project_role": DEVELOPER}
    assert (
        client.post(NEW, {"email": "n@example.com", "role": "owner"} | offered).status_code == 302
    )
    invitation = Invitation.objects.get()
    assert invitation.role == "member"
    user, refused = accepted(invitation)
    assert (refused, user.grants.get().role) == ([], DEVELOPER)
    assert client.post(NEW, {"email": "m@example.com"}).status_code == 422


def test_a_project_admin_gives_nothing_beside(cast: Cast, admin: User, team: Team) -> None:
    place = InvitedPlace.in_project(cast.project, DEVELOPER)
    for role, more in (("owner", ()), ("member", (InvitedPlace.in_team(team, "member"),))):
        with events_written() as events, pytest.raises(MissingPermission):
            invite_people(
                actor=admin,
                organization=cast.organization,
                emails=["n@example.com"],
                role=role,
                places=[place, *more],
            )
        assert events == []


def test_a_project_admin_sees_and_ends_their_own_alone(cast: Cast, admin: User) -> None:
    place = InvitedPlace.in_project(cast.project, DEVELOPER)
    theirs = invited(cast, cast.owner, place)
    (own,) = invite_people(
        actor=admin,
        organization=cast.organization,
        emails=["own@example.com"],
        role="member",
        places=[InvitedPlace.in_project(cast.project, DEVELOPER)],
    )
    client = browser(admin)
    for address in (LIST, PEOPLE):
        page = text(client.get(address))
        assert "own@example.com" in page
        assert "new@example.com" not in page
    for invitation, status in ((theirs, 404), (own, 302)):
        address = f"/o/acme/users/invitations/{invitation.uuid}/withdrawal/"
        assert client.post(address).status_code == status


def test_an_invitation_ends_with_its_senders_rights_in_the_project(cast: Cast, admin: User) -> None:
    invitation = invited(cast, admin, InvitedPlace.in_project(cast.project, DEVELOPER))
    remove_member(actor=cast.owner, membership=admin.memberships.get())
    with pytest.raises(LinkEnded):
        accepted(invitation)


def test_nobody_offers_what_they_do_not_hold(cast: Cast) -> None:
    held = {Permission.ORGANIZATION_READ, Permission.MEMBER_READ, Permission.MEMBER_CREATE}
    actor = holder(cast.organization, *held, Permission.GRANT_CREATE)
    with pytest.raises(MissingPermission):
        invited(cast, actor, InvitedPlace.in_project(cast.project, "project:admin"))
    assert invited(cast, actor)


def test_roles_that_are_none_are_refused(cast: Cast, team: Team) -> None:
    for place in (
        InvitedPlace.in_project(cast.project, "organization:owner"),
        InvitedPlace.in_team(team, "admin"),
    ):
        with pytest.raises(ValidationError):
            invited(cast, cast.owner, place)


def test_open_invitations_stand_above_the_people(cast: Cast) -> None:
    assert "Open invitations" not in text(browser(cast.owner).get(PEOPLE))
    invitation = invited(cast, cast.owner)
    page = text(browser(cast.owner).get(PEOPLE))
    for words in ("Open invitations", "new@example.com", "Send Again", "Withdraw"):
        assert words in page
    assert str(invitation.uuid) in page
    assert "Open invitations" not in text(browser(cast.member).get(PEOPLE))


def test_the_api_invites_with_all_of_it(cast: Cast, team: Team) -> None:
    client = bearer(token_of(cast.owner)[1])
    body = {
        "email": "new@example.com",
        "role": "member",
        "teams": [{"team": "build", "role": "owner"}],
        "project": "payments",
        "project_role": DEVELOPER,
    }
    answer = client.post(API, body, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["gives"] == [
        "owner of the team build",
        "developer in the project payments",
    ]
    assert accepted(Invitation.objects.get())[1] == []
    for wrong in ({"project": "nowhere"}, {"teams": [{"team": "nobody"}]}):
        again = body | {"email": "other@example.com"} | wrong
        assert client.post(API, again, content_type="application/json").status_code == 422
