"""The bell, its list, and what comes by e-mail."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from console.jobs.purges import forget_told
from console.mail import outbox
from console.models import Notice, NoticeChoice, NoticeReader
from console.notices.kinds import (
    KINDS,
    OF_ACCOUNT,
    OF_ORGANIZATION,
    SIGN_IN_LOCKED,
    TOKEN_NEW_ADDRESS,
    TOKEN_SECRET_REUSED,
)
from console.notices.letters import tell_by_letter
from console.notices.telling import News
from teams.members.services import remove_member
from teams.models import Membership, User
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.factories import UserFactory

LIST = "/notices/"
COUNT = re.compile(r'class="bell-count">(\d+\+?)<')


def happen(cast: Cast, *people: User, number: int = 1, title: str = "Something happened") -> None:
    for count in range(number):
        about = News(
            cast.token, f"{title} {count}", cast.token.get_absolute_url(), people or [cast.owner]
        )
        tell_by_letter(TOKEN_SECRET_REUSED, cast.organization, about)


def unread(client: Client, address: str = "/o/acme/robots/") -> str:
    """What the bell says; the frame has it twice, for phones and for others."""
    found = COUNT.findall(text(client.get(address)))
    assert len(set(found)) <= 1
    return found[0] if found else ""


def test_the_bell_counts_what_is_unread(cast: Cast, as_owner: Client) -> None:
    assert unread(as_owner) == ""
    happen(cast, number=3)
    assert unread(as_owner) == "3"
    happen(cast, number=100)
    assert unread(as_owner) == "99+"
    assert unread(browser(cast.member)) == ""


def test_a_notice_leads_to_the_thing_and_is_marked_read(cast: Cast, as_owner: Client) -> None:
    happen(cast, number=2)
    page = text(as_owner.get(LIST))
    assert f'href="{cast.token.get_absolute_url()}">Something happened 1</a>' in page
    first = Notice.objects.earliest("id")
    answer = as_owner.post(f"{LIST}{first.uuid}/reading/")
    assert answer["Location"] == LIST
    assert unread(as_owner) == "1"
    as_owner.post(f"{LIST}{first.uuid}/reading/")
    assert unread(as_owner) == "1"
    shown = text(as_owner.get(f"{LIST}?show=unread"))
    assert "Something happened 1" in shown
    assert "Something happened 0" not in shown


def test_all_that_the_page_showed_are_marked_read(cast: Cast, as_owner: Client) -> None:
    happen(cast, number=3)
    page = text(as_owner.get(LIST))
    last = re.search(r'name="last" value="(\d+)"', page)
    assert last
    happen(cast, title="Meanwhile")
    as_owner.post(f"{LIST}reading/", {"last": last[1]})
    assert unread(as_owner) == "1"
    assert "Meanwhile" in text(as_owner.get(f"{LIST}?show=unread"))


@pytest.mark.parametrize("body", [{}, {"last": "x"}, {"last": "-1"}, {"last": str(2**64)}])
def test_a_forged_mark_changes_nothing(cast: Cast, as_owner: Client, body: dict[str, str]) -> None:
    happen(cast)
    assert as_owner.post(f"{LIST}reading/", body).status_code == 400
    assert unread(as_owner) == "1"


def test_other_peoples_notices_are_not_there(cast: Cast, as_owner: Client) -> None:
    happen(cast, cast.member)
    notice = Notice.objects.get()
    assert as_owner.post(f"{LIST}{notice.uuid}/reading/").status_code == 404
    assert "Something happened" not in text(as_owner.get(LIST))
    as_owner.post(f"{LIST}reading/", {"last": "999999"})
    assert NoticeReader.objects.get().read_at is None


def test_who_has_left_sees_nothing_of_the_organization(cast: Cast) -> None:
    happen(cast, cast.member)
    client = browser(cast.member)
    assert unread(client, LIST) == "1"
    membership = Membership.objects.get(user=cast.member)
    remove_member(actor=cast.owner, membership=membership)
    assert unread(client, LIST) == ""
    assert "Something happened" not in text(client.get(LIST))


def test_lists_and_frames_cost_the_same_however_much_there_is(cast: Cast, as_owner: Client) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            as_owner.get(address)
        return len(captured)

    addresses = (LIST, "/o/acme/robots/", "/account/")
    few = [queries(address) for address in addresses]
    happen(cast, number=60)
    assert [queries(address) for address in addresses] == few


@pytest.mark.parametrize("address", ["/o/acme/robots/", "/account/", LIST])
def test_no_page_has_a_query_for_the_bell_alone(cast: Cast, as_owner: Client, address: str) -> None:
    """It comes with the organizations of the account menu."""
    happen(cast)
    with CaptureQueriesContext(connection) as captured:
        assert unread(as_owner, address) == "1"
    asked = [query["sql"] for query in captured.captured_queries if "read_at" in query["sql"]]
    of_bell = [sql for sql in asked if "COUNT(*)" in sql and "read_at" in sql.partition("WHERE")[2]]
    assert len(of_bell) == 1
    assert 'FROM "console_organization"' in of_bell[0]


def test_who_is_in_no_organization_has_a_bell(cast: Cast) -> None:
    newcomer = UserFactory()
    about = News(newcomer, "Locked", "/account/", [newcomer])
    tell_by_letter(SIGN_IN_LOCKED, None, about)
    assert unread(browser(newcomer), LIST) == "1"


def test_notices_of_several_organizations_are_counted_once(cast: Cast) -> None:
    Membership.objects.create(organization=cast.other_organization, user=cast.owner, role="member")
    happen(cast, number=2)
    about = News(cast.other_minted.token, "Elsewhere", "/", [cast.owner])
    tell_by_letter(TOKEN_SECRET_REUSED, cast.other_organization, about)
    assert unread(browser(cast.owner)) == "3"


def letters() -> list[str]:
    outbox.send_due()
    return [letter.to[0] for letter in mail.outbox]


def test_what_comes_by_email_is_chosen_by_each_person(cast: Cast, as_owner: Client) -> None:
    address = "/o/acme/settings/notices/"
    page = unescape(text(as_owner.get(address)))
    assert all(kind.label in page for kind in OF_ORGANIZATION)
    with events_written() as events:
        as_owner.post(address, {"sent": "yes", "kinds": [TOKEN_NEW_ADDRESS.name]})
    (event,) = events
    assert (event.action, event.target_label) == ("notices:chosen", "owner@example.com")
    assert event.after == {"by_email": [TOKEN_NEW_ADDRESS.name]}
    happen(cast, cast.owner, cast.member)
    assert letters() == [cast.member.email]
    assert unread(as_owner) == "1"
    with events_written() as events:
        as_owner.post(address, {"sent": "yes", "kinds": [TOKEN_NEW_ADDRESS.name]})
    assert events == []


def test_the_letter_says_what_happened_and_where_to_choose(cast: Cast) -> None:
    happen(cast)
    outbox.send_due()
    (letter,) = mail.outbox
    assert letter.subject == "Something happened 0"
    assert f"http://127.0.0.1:8000{cast.token.get_absolute_url()}" in letter.body
    assert "http://127.0.0.1:8000/o/acme/settings/notices/" in letter.body
    assert TOKEN_SECRET_REUSED.advice in letter.body


def test_a_choice_is_for_one_organization(cast: Cast, as_owner: Client) -> None:
    as_owner.post("/o/acme/settings/notices/", {"sent": "yes"})
    Membership.objects.create(organization=cast.other_organization, user=cast.owner, role="member")
    about = News(cast.other_minted.token, "Elsewhere", "/", [cast.owner])
    tell_by_letter(TOKEN_SECRET_REUSED, cast.other_organization, about)
    assert letters() == [cast.owner.email]


def test_ones_own_account_has_a_choice_of_its_own(cast: Cast, as_owner: Client) -> None:
    page = unescape(text(as_owner.get("/notices/settings/")))
    assert all(kind.label in page for kind in OF_ACCOUNT)
    as_owner.post("/notices/settings/", {"sent": "yes"})
    tell_by_letter(SIGN_IN_LOCKED, None, News(cast.owner, "Locked", "/account/", [cast.owner]))
    assert letters() == []
    assert unread(as_owner) == "1"


def test_a_kind_that_is_not_offered_is_refused(as_owner: Client) -> None:
    answer = as_owner.post(
        "/o/acme/settings/notices/", {"sent": "yes", "kinds": ["sign-in.locked"]}
    )
    assert answer.status_code == 422
    assert not NoticeChoice.objects.exists()


def test_notices_go_after_90_days(cast: Cast, clock: time_machine.Traveller) -> None:
    happen(cast)
    clock.shift(timedelta(days=89))
    forget_told()
    assert Notice.objects.exists()
    clock.shift(timedelta(days=2))
    assert forget_told() == 1
    assert not NoticeReader.objects.exists()


def test_each_kind_is_offered_somewhere() -> None:
    assert {*OF_ORGANIZATION, *OF_ACCOUNT} == {*KINDS.values()}
