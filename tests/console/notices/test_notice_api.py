"""The bell through the API: whose notices, which of them, and marking them as read."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from console.models import Notice, NoticeReader
from console.notices.kinds import SIGN_IN_LOCKED, TOKEN_LEAKED, TOKEN_SECRET_REUSED
from console.notices.letters import tell_by_letter
from console.notices.telling import News
from console.permissions.vocabulary import Permission
from teams.members.services import remove_member
from teams.models import Membership, User
from tests.api.callers import bearer, token_of
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.console.notices.test_notice_list import happen, unread

LIST = "/api/v1/notices/"
JSON: dict[str, Any] = {"content_type": "application/json"}


def as_token(person: User, *permissions: Permission) -> Client:
    """With a token of the person's, narrowed to the permissions where some are named."""
    return bearer(token_of(person, permissions=frozenset(permissions) or None)[1])


@pytest.fixture
def api(cast: Cast) -> Client:
    return as_token(cast.owner)


def titles(client: Client, query: str = "") -> list[str]:
    return [row["title"] for row in client.get(LIST + query).json()["results"]]


def said(numbers: Iterable[int]) -> list[str]:
    return [f"Something happened {number}" for number in numbers]


def test_ones_own_notices_are_listed_the_newest_first(cast: Cast, api: Client) -> None:
    happen(cast, number=2)
    happen(cast, cast.member, title="Of another")
    row = api.get(LIST).json()["results"][0]
    notice = Notice.objects.get(uuid=row["id"])
    assert titles(api) == said([1, 0])
    assert row == {
        "id": str(notice.uuid),
        "kind": TOKEN_SECRET_REUSED.name,
        "organization": "acme",
        "title": "Something happened 1",
        "url": f"http://127.0.0.1:8000{cast.token.get_absolute_url()}",
        "subject": {"kind": "token", "id": str(cast.token.uuid), "name": str(cast.token)},
        "created_at": row["created_at"],
        "read_at": None,
    }
    assert titles(browser(cast.owner)) == said([1, 0])


def test_programs_are_told_no_more_than_the_bell_shows(cast: Cast, api: Client) -> None:
    """What a webhook is told besides is for those who may change the organization."""
    about = News(cast.token, "Leaked", "/", [cast.owner], {"inside": "for webhooks alone"})
    tell_by_letter(TOKEN_LEAKED, cast.organization, about)
    assert "for webhooks alone" not in text(api.get(LIST))


def test_lists_page_by_cursor(cast: Cast, api: Client) -> None:
    happen(cast, number=5)
    first = api.get(f"{LIST}?limit=3").json()
    assert first["count"] == 5
    second = api.get(first["next"]).json()
    assert [row["title"] for row in first["results"] + second["results"]] == said([4, 3, 2, 1, 0])
    assert second["next"] is None


def test_filters(cast: Cast, api: Client) -> None:
    Membership.objects.create(organization=cast.other_organization, user=cast.owner, role="member")
    happen(cast)
    elsewhere = News(cast.other_minted.token, "Elsewhere", "/", [cast.owner])
    tell_by_letter(TOKEN_LEAKED, cast.other_organization, elsewhere)
    tell_by_letter(SIGN_IN_LOCKED, None, News(cast.owner, "Locked", "", [cast.owner]))
    NoticeReader.objects.filter(notice__title="Locked").update(read_at="2026-01-01T00:00:00Z")
    assert titles(api) == ["Locked", "Elsewhere", *said([0])]
    assert titles(api, "?organization=globex") == ["Elsewhere"]
    assert titles(api, "?kind=token.leaked") == ["Elsewhere"]
    assert titles(api, "?unread=true") == ["Elsewhere", *said([0])]
    assert titles(api, "?unread=false") == ["Locked"]
    assert titles(api, "?unread=true&organization=acme&kind=token.leaked") == []


@pytest.mark.parametrize(
    "query", ["?organization=globex", "?organization=nowhere", "?kind=other", "?unread=x", "?who=x"]
)
def test_what_cannot_be_asked_for_is_refused(api: Client, query: str) -> None:
    assert api.get(LIST + query).status_code == 400


def test_one_is_marked_as_read(cast: Cast, api: Client) -> None:
    happen(cast, number=2)
    notice = Notice.objects.latest("id")
    for _ in range(2):
        answer = api.post(f"{LIST}{notice.uuid}/read/", {}, **JSON)
        assert answer.status_code == 200
    assert answer.json()["id"] == str(notice.uuid)
    assert answer.json()["read_at"] is not None
    assert titles(api, "?unread=true") == said([0])
    assert unread(browser(cast.owner)) == "1"


def test_all_are_marked_as_read_or_those_up_to_one(cast: Cast, api: Client) -> None:
    happen(cast, number=3)
    first = Notice.objects.earliest("id")
    answer = api.post(f"{LIST}read/", {"last": str(first.uuid)}, **JSON)
    assert answer.json() == {"read": 1}
    assert titles(api, "?unread=true") == said([2, 1])
    assert api.post(f"{LIST}read/", {}, **JSON).json() == {"read": 2}
    assert api.post(f"{LIST}read/", {}, **JSON).json() == {"read": 0}


def test_other_peoples_notices_are_not_there(cast: Cast, api: Client) -> None:
    happen(cast, cast.member)
    foreign = Notice.objects.get().uuid
    answers = [
        api.post(f"{LIST}{notice}/read/", {}, **JSON).status_code for notice in (foreign, uuid4())
    ]
    assert answers == [404, 404]
    answers = [
        api.post(f"{LIST}read/", {"last": str(notice)}, **JSON).json()["errors"]
        for notice in (foreign, uuid4())
    ]
    assert answers[0] == answers[1]
    assert api.post(f"{LIST}read/", {}, **JSON).json() == {"read": 0}
    assert NoticeReader.objects.get().read_at is None


def test_who_has_left_is_told_nothing_of_the_organization(cast: Cast) -> None:
    happen(cast, cast.member)
    client = as_token(cast.member)
    assert titles(client) == said([0])
    membership = Membership.objects.get(user=cast.member)
    remove_member(actor=cast.owner, membership=membership)
    assert titles(client) == []


def test_a_narrowed_token_needs_the_permission_to_read_events(cast: Cast) -> None:
    happen(cast)
    others = frozenset(Permission) - {Permission.EVENT_READ}
    for narrowing, status in (({Permission.EVENT_READ}, 200), (others, 403)):
        assert as_token(cast.owner, *narrowing).get(LIST).status_code == status


def test_a_narrowed_token_marks_none_as_read(cast: Cast) -> None:
    """One that leaked would take the warning of a new browser from the bell."""
    happen(cast)
    addresses = (f"{LIST}read/", f"{LIST}{Notice.objects.get().uuid}/read/")
    for narrowing in ([Permission.EVENT_READ], Permission):
        client = as_token(cast.owner, *narrowing)
        for address in addresses:
            answer = client.post(address, {}, **JSON)
            assert answer.status_code == 403
            assert "A narrowed token marks no notices as read" in text(answer)
    assert NoticeReader.objects.get().read_at is None
    assert browser(cast.owner).post(addresses[0], {}, **JSON).json() == {"read": 1}


def test_a_robot_has_none(cast: Cast) -> None:
    client = bearer(token_of(cast.organization_robot)[1])
    answer = client.get(LIST)
    assert answer.status_code == 403
    assert "A robot account has no notices." in text(answer)
