"""One's own organizations, and the end of an account: what it asks, what ends, what stays."""

from functools import partial

import pytest
from allauth.core.exceptions import ReauthenticationRequired
from django.core.exceptions import PermissionDenied
from django.test import Client

from console.audit.verification import verify_chain
from console.models import Event, Notice
from robots.departures.services import delete_account
from robots.tokens.services.handovers import create_link
from robots.tokens.services.tokens import create_personal_token
from teams.members.services import LastOwner
from teams.models import Departure, Membership, User
from teams.users.services import LastOperator
from tests.actors import events_written
from tests.api.callers import bearer
from tests.browsers import browser, text
from tests.conftest import Cast, person
from tests.factories import MembershipFactory
from tests.test_lists import queries

ORGANIZATIONS, DELETION = "/account/organizations/", "/account/deletion/"


@pytest.fixture
def second(cast: Cast) -> User:
    """An owner beside the owner."""
    return person(cast.organization, "owner", "second@example.com")


def sent(user: User) -> Client:
    client = browser(user, confirmed=True)
    answer = client.post(DELETION, {"name": user.email})
    assert answer["Location"] == "/sign-in/"
    return client


def test_organizations_say_how_to_leave(cast: Cast) -> None:
    page = text(browser(cast.owner).get(ORGANIZATIONS))
    assert "/o/acme/settings/transfer/" in page
    assert "/o/acme/users/departure/" not in page
    assert "/o/acme/users/departure/" in text(browser(cast.member).get(ORGANIZATIONS))


def test_my_account_leads_there(cast: Cast) -> None:
    assert ORGANIZATIONS in text(browser(cast.member).get("/account/"))


def test_its_queries_do_not_grow(cast: Cast) -> None:
    client, asked = browser(cast.owner), []
    for number in (2, 9):
        for _ in range(number):
            MembershipFactory(user=cast.owner, role="owner")
        asked.append(len(queries(client, ORGANIZATIONS)))
    assert asked[0] == asked[1]


def test_the_page_lists_what_ends(cast: Cast) -> None:
    create_personal_token(actor=cast.member, name="laptop", kind="compact")
    page = text(browser(cast.member, confirmed=True).get(DELETION))
    for words in (
        "laptop, last used never",
        "member of <strong>Acme</strong>",
        "Type member@example.com",
    ):
        assert words in page


def test_the_only_owner_is_refused_in_words(cast: Cast) -> None:
    client = browser(cast.owner, confirmed=True)
    page = text(client.get(DELETION))
    assert "You are the last owner of 1 organization" in page
    assert "Delete Account</button>" not in page
    with events_written() as events:
        answer = client.post(DELETION, {"name": cast.owner.email})
    assert (answer.status_code, events) == (409, [])
    assert User.objects.filter(pk=cast.owner.pk).exists()


def test_it_takes_a_fresh_sign_in_and_the_address(cast: Cast) -> None:
    assert browser(cast.member).post(DELETION, {"name": cast.member.email}).status_code == 302
    wrong = browser(cast.member, confirmed=True).post(DELETION, {"name": "member"})
    assert wrong.status_code == 422
    assert User.objects.filter(pk=cast.member.pk).exists()


def test_sessions_tokens_and_links_end_on_the_next_request(cast: Cast, second: User) -> None:
    minted = create_personal_token(actor=second, name="laptop", kind="compact")
    api, elsewhere = bearer(minted.plaintext.reveal()), browser(second)
    link = create_link(actor=second, token=cast.token, purpose="refresh", kind="compact")
    assert api.get("/api/v1/me/").status_code == 200
    client = sent(second)
    assert "Your account is deleted." in text(client.get("/sign-in/"))
    assert api.get("/api/v1/me/").status_code == 401
    for each in (client, elsewhere):
        assert each.get("/personal/")["Location"].startswith("/sign-in/")
    opened = f"/handover/{link.handover.uuid}/{link.key.reveal()}/"
    assert browser().get(opened).status_code == 404


def test_the_audit_log_keeps_the_name_and_the_owners_get_the_list(cast: Cast, second: User) -> None:
    uuid, name = second.uuid, second.name
    with events_written() as events:
        sent(second)
    assert [event.action for event in events] == ["member:left", "user:deleted"]
    last = events[-1]
    assert (last.actor_label, last.target_label) == ("second@example.com", "second@example.com")
    expected = {"email": "second@example.com", "name": name, "organizations": ["acme"]}
    assert last.before == expected
    assert Notice.objects.get(kind="member.left").path == f"/o/acme/users/left/{uuid}/"
    assert Departure.objects.get().display_name == name
    assert Event.objects.filter(actor_uuid=uuid, actor_label="second@example.com").exists()
    for chain in ("site", cast.organization.uuid.hex):
        assert list(verify_chain(chain)) == []
    page = text(browser(cast.owner).get(f"/o/acme/users/left/{uuid}/"))
    assert f"What {name} leaves behind" in page


def test_one_organization_that_needs_its_owner_keeps_all(cast: Cast, second: User) -> None:
    Membership.objects.create(organization=cast.other_organization, user=second, role="owner")
    Membership.objects.filter(user=cast.stranger).delete()
    with events_written() as events, pytest.raises(LastOwner):
        delete_account(actor=second, user=second)
    assert events == []
    assert second.memberships.count() == 2


def test_the_last_operator_stays(cast: Cast) -> None:
    with pytest.raises(LastOperator):
        delete_account(actor=cast.operator, user=cast.operator)
    User.objects.filter(pk=cast.member.pk).update(is_superuser=True)
    delete_account(actor=cast.operator, user=cast.operator)


def test_nobody_deletes_somebody_else(cast: Cast) -> None:
    for actor in (cast.owner, cast.operator):
        with pytest.raises(PermissionDenied):
            delete_account(actor=actor, user=cast.member)


def test_the_service_asks_for_the_password_itself(cast: Cast) -> None:
    def ask_again() -> None:
        raise ReauthenticationRequired

    cast.member.presence = partial(ask_again)
    with pytest.raises(ReauthenticationRequired):
        delete_account(actor=cast.member, user=cast.member)
    assert User.objects.filter(pk=cast.member.pk).exists()
