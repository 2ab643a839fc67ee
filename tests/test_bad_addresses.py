"""Whatever filter, cursor or path stands in an address, the answer is a clear one."""

import pytest
from django.conf import settings
from django.test import Client

from tests.addresses import ADDRESSES, API_ADDRESSES, acme, address_of
from tests.api.bodies import address_of as api_address_of
from tests.api.bodies import places as api_places
from tests.browsers import browser, text, texts_of
from tests.conftest import Cast

# Every list, and what its cursor is called; and the choices in which one searches.
LISTS = dict.fromkeys(
    (
        "console:event-list",
        "console:project",
        "console:project-list",
        "console:repository-list",
        "robots:project-robots",
        "robots:robot",
        "robots:robot-list",
        "robots:role-list",
        "robots:role-tokens",
        "robots:team-list",
        "robots:team-robots",
        "robots:token-list",
        "teams:invitation-list",
        "teams:member-list",
        "teams:team",
        "teams:team-permissions",
    ),
    "cursor",
) | {
    "robots:project-members": "people",
    "robots:project-reach": "people",
    "robots:repository-reach": "robots",
    "robots:robot-access": "cursor",
}
CHOICES = (
    "teams:team-member-add",
    "robots:team-robot-add",
    "robots:team-access-add",
    "robots:robot-access-add",
    "robots:member-access-add",
    "robots:repository-access-add",
    "robots:project-access-add",
    "robots:project-member-create",
    "robots:repository-permissions",
)
QUERIES = (
    "sort=digest",
    "sort=secrets__digest",
    "sort=-",
    "state=bogus",
    "q=%ff",
    "q=%00",
    "q=a&q=b",
    "sort=name&sort=-name",
    "actor=x",
    "action=x:y",
    "action=%00",
    "state=active&state=bogus",
    "q=" + "x" * 3000,
    "tokens__secrets__digest=a",
    "ordering=password",
    "&&&",
    "=",
    "%",
    "project=%00",
    "project=nothing",
    "cursor=",
    "people=",
    "add=%00",
)


MANY = "&".join(f"p{n}=1" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))


def test_more_parameters_than_are_read_are_no_fault(furnished: Cast) -> None:
    """On any page, and in any list and thing of the API, which says so as a problem."""
    client, places = browser(furnished.owner), acme(furnished)
    for name in ADDRESSES:
        assert client.get(f"{address_of(name, places)}?{MANY}").status_code < 500, name
    answer = client.get(f"{address_of('robots:robot-list', places)}?{MANY}")
    assert answer.status_code == 400
    assert texts_of(answer, "h1") == ["That request was not understood"]
    where = api_places(furnished)
    for name in API_ADDRESSES:
        answer = client.get(f"{api_address_of(name, where)}?{MANY}")
        assert answer.status_code < 500, name
        if answer.status_code == 400:
            assert answer["Content-Type"] == "application/problem+json"
            assert "larger than anything this address takes" in answer.json()["detail"]


@pytest.mark.parametrize("name", [*LISTS, *CHOICES, "robots:robot-create", "robots:overview"])
def test_a_wrong_filter_is_no_fault(furnished: Cast, name: str) -> None:
    client, address = browser(furnished.owner), address_of(name, acme(furnished))
    for query in QUERIES:
        expected = {"project": {200, 404}, "add": {200, 400}}.get(query.partition("=")[0], {200})
        assert client.get(f"{address}?{query}").status_code in expected, query


@pytest.mark.parametrize(
    "cursor", ["x", "a:b:c", "%00", "%ff", "WyJpZCJd:1abc:forged", "x" * 4000, "💥", ".", ":"]
)
def test_a_forged_cursor_is_a_bad_request(furnished: Cast, cursor: str) -> None:
    client, places = browser(furnished.owner), acme(furnished)
    for name in LISTS:
        answer = client.get(f"{address_of(name, places)}?{LISTS[name]}={cursor}")
        assert answer.status_code == 400, name
        assert "not one of ours" in text(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/o/acme%00/",
        "/o/%ff/",
        "/o/acme/robots/%00/",
        "/o/acme/projects/%2e%2e/",
        "/o/acme/projects/payments%00/",
        "/o/acme/robots/not-a-uuid/",
        "/o/ACME/",
        "//o/acme/",
        "/o/acme/robots/../../django-admin/",
        "/o/acme/" + "x" * 5000,
        "/setup/%00/",
        "/\u202e/",
    ],
)
def test_a_strange_path_is_not_found(as_owner: Client, path: str) -> None:
    answer = as_owner.get(path)
    assert answer.status_code == 404
    assert texts_of(answer, "h1") == ["Nothing here"]
