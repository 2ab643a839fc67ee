"""Handing an organization over: the page, the API, who may and to whom, and who is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError

from console.audit.sentences import sentence
from console.mail.outbox import send_due
from console.models import Notice, Organization
from console.models.sign_in_rules import today
from console.permissions.vocabulary import Permission
from teams.models import Departure, Membership, User
from teams.transfers.services import transfer_organization
from teams.users.services import create_organization
from tests.actors import events_written, holder
from tests.api.callers import bearer, token_of
from tests.browsers import browser, text
from tests.conftest import Cast, person
from tests.teams.sign_in.factors import with_app

ADDRESS, SETTINGS = "/o/acme/settings/transfer/", "/o/acme/settings/"
API = "/api/v1/organizations/acme/transfer/"
MEMBER = "member@example.com"
FORM = {"email": MEMBER, "afterwards": "member", "name": "acme"}


def roles(cast: Cast) -> dict[str, str]:
    found = Membership.objects.filter(organization=cast.organization)
    own = found.filter(user__in=[cast.owner, cast.member])
    return dict(own.values_list("user__email", "role"))


def send(cast: Cast, **changes: str) -> Any:
    return browser(cast.owner, confirmed=True).post(ADDRESS, FORM | changes)


def test_the_danger_zone_leads_there_for_owners_alone(cast: Cast) -> None:
    assert ADDRESS in text(browser(cast.owner).get(SETTINGS))
    assert ADDRESS not in text(browser(cast.member).get(SETTINGS))


def test_the_member_is_owner_and_the_owner_member_in_one_change(cast: Cast) -> None:
    with events_written() as events:
        answer = send(cast)
    assert answer["Location"] == "/o/acme/users/"
    assert roles(cast) == {MEMBER: "owner", "owner@example.com": "member"}
    assert [sentence(event) for event in events] == [
        "owner@example.com handed the organization acme over to member@example.com",
        "owner@example.com changed the role of member@example.com in acme from member to owner",
        "owner@example.com changed the role of owner@example.com in acme from owner to member",
    ]
    assert browser(cast.owner, confirmed=True).get(ADDRESS).status_code == 403
    assert browser(cast.member, confirmed=True).get(ADDRESS).status_code == 200


def test_whoever_hands_over_may_leave_at_once(cast: Cast) -> None:
    assert send(cast, afterwards="leave")["Location"] == "/personal/"
    assert roles(cast) == {MEMBER: "owner"}
    assert Departure.objects.filter(person_uuid=cast.owner.uuid).exists()
    assert browser(cast.owner).get(SETTINGS).status_code == 404


def test_every_owner_is_told_by_notice_and_letter(cast: Cast) -> None:
    second = person(cast.organization, "owner", "second@example.com")
    send(cast)
    notice = Notice.objects.get(kind="organization.transferred")
    assert {reader.person_uuid for reader in notice.readers.all()} == {
        cast.member.uuid,
        second.uuid,
    }
    send_due()
    told = {letter.to[0] for letter in mail.outbox}
    assert told == {MEMBER, "second@example.com"}
    assert "has handed Acme over to" in mail.outbox[0].body


def test_the_page_says_what_follows(cast: Cast) -> None:
    token_of(cast.owner)
    page = text(browser(cast.owner, confirmed=True).get(ADDRESS))
    for words in (
        "The new owner is the only owner.",
        "(1)",
        f'value="{MEMBER}"',
        "stay as they are",
    ):
        assert words in page
    second = person(cast.organization, "owner", "second@example.com")
    page = text(browser(cast.owner, confirmed=True).get(ADDRESS))
    assert second.display_name in page
    assert "beside the new owner" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "Acme"}, "This is not the name. Type acme."),
        ({"email": "stranger@example.com"}, "Choose a member of this organization"),
        ({"email": "no address"}, "Enter a valid email address."),
        ({"email": "owner@example.com"}, "You own it already."),
        ({"afterwards": "king"}, "Select a valid choice."),
        ({"email": "second@example.com"}, "is an owner already. Change your own role"),
        ({"email": "off@example.com"}, "This account is disabled"),
    ],
)
def test_what_does_not_fit_is_refused_in_words_and_changes_nothing(
    cast: Cast, changes: dict[str, str], words: str
) -> None:
    person(cast.organization, "owner", "second@example.com")
    off = person(cast.organization, "member", "off@example.com")
    User.objects.filter(pk=off.pk).update(is_active=False)
    with events_written() as events:
        answer = send(cast, **changes)
    assert (answer.status_code, events) == (422, [])
    assert words in text(answer)
    assert FORM["email"] in text(answer) or changes.get("email", "") in text(answer)


def test_it_takes_a_fresh_sign_in(cast: Cast) -> None:
    assert browser(cast.owner).post(ADDRESS, FORM).status_code == 302
    assert roles(cast)[MEMBER] == "member"


@pytest.mark.parametrize("days", [0, 5])
def test_a_new_owner_meets_what_the_organization_requires(cast: Cast, days: int) -> None:
    with_app(cast.owner)
    Organization.objects.filter(pk=cast.organization.pk).update(
        required_factor="factor", factor_from=today() + timedelta(days=days)
    )
    with pytest.raises(ValidationError, match=r"requires a second factor, and .* has none"):
        hand_over(cast.owner, cast)
    with_app(cast.member)
    hand_over(cast.owner, cast)
    assert roles(cast)[MEMBER] == "owner"


def hand_over(actor: Any, cast: Cast) -> Membership:
    return transfer_organization(
        actor=actor, organization=cast.organization, email=MEMBER, afterwards="member"
    )


def test_the_api_does_the_same(cast: Cast) -> None:
    client, body = bearer(token_of(cast.owner)[1]), {"email": MEMBER, "afterwards": "member"}
    wrong = ({"email": "nobody@example.com"}, {"afterwards": "king"}, {"email": ""})
    for change in wrong:
        answer = client.post(API, body | change, content_type="application/json")
        assert answer.status_code == 422
    answer = client.post(API, body, content_type="application/json")
    assert (answer.status_code, answer.json()["email"], answer.json()["role"]) == (
        200,
        MEMBER,
        "owner",
    )
    assert roles(cast) == {MEMBER: "owner", "owner@example.com": "member"}
    assert client.post(API, body, content_type="application/json").status_code == 403


def test_neither_robots_nor_narrowed_tokens_nor_others_owners_hand_over(cast: Cast) -> None:
    create_organization(actor=cast.member, slug="initech", name="Initech")
    narrowed = bearer(token_of(cast.owner, permissions=frozenset({Permission.MEMBER_UPDATE}))[1])
    body = {"email": MEMBER, "afterwards": "member"}
    robot = holder(cast.organization, *Permission)
    with events_written() as events:
        assert narrowed.post(API, body, content_type="application/json").status_code == 403
        for actor in (robot, cast.member, cast.stranger):
            with pytest.raises(PermissionDenied):
                hand_over(actor, cast)
    assert (events, roles(cast)[MEMBER]) == ([], "member")
