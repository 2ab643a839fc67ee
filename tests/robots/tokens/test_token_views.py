"""Views of the list of all tokens: those of everybody, and one's own, which nobody else sees."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client

from robots.models import TokenView
from robots.queries.token_filters import BUILT_IN_VIEWS
from robots.tokens.services.views import MOST_VIEWS, save_token_view
from teams.members.services import leave
from tests.actors import events_written
from tests.browsers import browser, text
from tests.conftest import Cast
from tests.conftest import person as make_person

LIST, NEW = "/o/acme/tokens/", "/o/acme/tokens/views/new/"
SAVED = {"state": "disabled", "sort": "-name"}
QUERY = "?state=disabled&sort=-name"


def views(page: object) -> dict[str, str]:
    """The address behind each view of the list, by name."""
    nav = re.search(r'<nav class="views".*?</nav>', text(page), re.DOTALL)
    assert nav
    links = re.findall(r'class="chip" href="([^"]*)"[^>]*>([^<]*)</a>', nav[0])
    return {name: unescape(url) for url, name in links}


def current(page: object) -> list[str]:
    return re.findall(r'aria-current="page">([^<]*)</a> ?(?:</li>|<form)', text(page))


def save(client: Client, name: str, query: str = QUERY) -> object:
    return client.post(NEW, {"name": name, "query": query})


def test_everybody_has_the_built_in_views(as_owner: Client) -> None:
    found = views(as_owner.get(LIST))
    assert found == {
        "All tokens": LIST,
        "Expiring this month": f"{LIST}?expiring=month&sort=expires",
        "Never expiring": f"{LIST}?expiring=never",
        "Unused for 90 days": f"{LIST}?unused=90&sort=used",
        "Seen by people who left": f"{LIST}?seen_by=left",
    }
    for name, url in found.items():
        page = as_owner.get(url)
        assert "Nothing is shown" not in text(page)
        assert name in current(page)


def test_filters_are_saved_under_a_name_and_stand_beside_the_others(
    as_owner: Client, cast: Cast
) -> None:
    listed = text(as_owner.get(LIST, SAVED))
    assert f'href="{NEW}?state=disabled&amp;sort=-name"' in listed
    form = text(as_owner.get(NEW, SAVED))
    assert "Disabled" in form
    assert '<input type="hidden" name="query" value="?state=disabled&amp;sort=-name"' in form
    with events_written() as events:
        answer = as_owner.post(NEW, {"name": " Off, newest ", "query": QUERY})
    assert answer["Location"] == LIST + QUERY
    assert [event.action for event in events] == ["token-view:saved"]
    page = as_owner.get(LIST + QUERY)
    assert views(page)["Off, newest"] == LIST + QUERY
    assert current(page) == ["Off, newest"]
    assert NEW not in text(page), "it is saved already"
    assert TokenView.objects.get().membership.user == cast.owner


def test_nobody_else_sees_or_removes_it(as_owner: Client, cast: Cast) -> None:
    save(as_owner, "Mine")
    view = TokenView.objects.get()
    other = browser(make_person(cast.organization, "owner", "second@acme.example.com"))
    assert "Mine" not in views(other.get(LIST))
    removal = f"/o/acme/tokens/views/{view.uuid}/deletion/"
    assert other.post(removal).status_code == 404
    assert save(other, "Mine").status_code == 302  # type: ignore[attr-defined] # an answer
    assert f'action="{removal}"' in text(as_owner.get(LIST))
    with events_written() as events:
        assert as_owner.post(removal)["Location"] == LIST
    assert [event.action for event in events] == ["token-view:removed"]
    assert "Mine" not in views(as_owner.get(LIST))
    assert as_owner.post(removal).status_code == 404


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "This field is required."),
        ("   ", "This field is required."),
        ("x" * 61, "at most 60 characters"),
        ("a\tb", "Use a single line."),
        ("never EXPIRING", "There is a view of this name for everybody."),
        ("all tokens", "There is a view of this name for everybody."),
        ("MINE", "You have a view of this name."),
        ("rbt_0123456789abcdefghij", "That looks like a token."),
    ],
)
def test_a_name_that_will_not_do_is_422_in_words(as_owner: Client, name: str, words: str) -> None:
    save(as_owner, "Mine")
    answer = as_owner.post(NEW, {"name": name, "query": QUERY})
    assert answer.status_code == 422
    assert words in text(answer)
    assert TokenView.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "There are no filters to save."),
        ("?", "There are no filters to save."),
        ("?state=lost", "These filters cannot be read."),
        ("?colour=red", "These filters cannot be read."),
        ("?q=a%00b", "These filters cannot be read."),
        ("?" + urlencode({"q": "x" * 2000}), "at most 2000 characters"),
        ("?q=rbt_0123456789abcdefghij", "That looks like a token."),
    ],
)
def test_filters_that_will_not_do_are_422_in_words(
    as_owner: Client, query: str, words: str
) -> None:
    answer = as_owner.post(NEW, {"name": "Mine", "query": query})
    assert answer.status_code == 422
    assert words in text(answer)
    assert not TokenView.objects.exists()


def test_what_is_saved_is_what_can_be_read_and_no_page_of_it(as_owner: Client) -> None:
    save(as_owner, "Mine", "?state=disabled&q=&sort=-name")
    assert TokenView.objects.get().query == QUERY


def test_only_so_many_fit(as_owner: Client, cast: Cast) -> None:
    for number in range(MOST_VIEWS):
        save_token_view(
            actor=cast.owner, organization=cast.organization, name=f"v{number}", query=QUERY
        )
    answer = as_owner.post(NEW, {"name": "Mine", "query": QUERY})
    assert answer.status_code == 422
    assert f"You have {MOST_VIEWS} views, and more do not fit." in text(answer)


def test_views_go_with_the_membership(cast: Cast) -> None:
    leaver = make_person(cast.organization, "owner", "leaver@acme.example.com")
    save_token_view(actor=leaver, organization=cast.organization, name="v", query=QUERY)
    leave(actor=leaver, membership=leaver.memberships.get())
    assert not TokenView.objects.exists()


def test_a_view_of_what_is_gone_says_so(as_owner: Client, cast: Cast) -> None:
    save(as_owner, "Mine", "?project=payments")
    cast.project.slug = cast.project.name = "renamed"
    cast.project.save()
    page = as_owner.get(views(as_owner.get(LIST))["Mine"])
    assert "There is none of this name that you may see." in text(page)


def test_built_in_views_ask_for_what_there_is() -> None:
    assert {name for filters in BUILT_IN_VIEWS.values() for name in filters} <= {
        *("expiring", "unused", "seen_by", "sort"),
    }
