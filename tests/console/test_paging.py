"""Key paging: every row exactly once, forward and back, whatever the keys are."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from django.core import signing
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.models import Organization, Project
from console.paging import COUNT_LIMIT, Order, Page, Reading, address, page_of
from tests.factories import OrganizationFactory

NOUN = ("project", "projects")
START = datetime(2026, 11, 22, tzinfo=UTC)
ORDERS = [Order(column, down) for column in ("name", "created_at", "id") for down in (False, True)]


def page(organization: Organization, order: Order, query: str, size: int) -> Page[Project]:
    return page_of(
        organization.projects.all(),
        order,
        Reading(QueryDict(query.removeprefix("?"))),
        NOUN,
        size,
    )


def walk(
    organization: Organization, order: Order, size: int
) -> tuple[list[list[int]], list[list[int]]]:
    """The ids of each page, from the first to the last and then back."""
    found = page(organization, order, "", size)
    assert (found.previous_url, found.first_url) == ("", "")
    there, back = [[row.pk for row in found.rows]], []
    while found.next_url:
        found = page(organization, order, found.next_url, size)
        there.append([row.pk for row in found.rows])
    while found.previous_url:
        found = page(organization, order, found.previous_url, size)
        back.append([row.pk for row in found.rows])
    return there, back


def fill(organization: Organization, keys: list[tuple[str, int]]) -> None:
    rows = Project.objects.bulk_create(
        Project(organization=organization, slug=f"p{number}", name=name)
        for number, (name, _) in enumerate(keys)
    )
    for row, (_, minutes) in zip(rows, keys, strict=True):
        row.created_at = START + timedelta(minutes=minutes)
    Project.objects.bulk_update(rows, ["created_at"])


names = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=3)
keys = st.lists(st.tuples(st.sampled_from("abAB é") | names, st.integers(0, 2)), max_size=12)


@pytest.fixture
def organization(db: None) -> Organization:
    made: Organization = OrganizationFactory()
    return made


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(keys=keys, order=st.sampled_from(ORDERS), size=st.integers(1, 4))
def test_every_row_is_there_once_and_in_order(
    organization: Organization, keys: list[tuple[str, int]], order: Order, size: int
) -> None:
    with transaction.atomic():
        fill(organization, keys)
        expected = list(organization.projects.order_by(*order.by).values_list("pk", flat=True))
        there, back = walk(organization, order, size)
        assert [row for rows in there for row in rows] == expected
        assert all(len(rows) == size for rows in there[:-1])
        assert back == there[-2::-1]
        transaction.set_rollback(True)


def test_a_row_that_comes_or_goes_meanwhile_moves_no_other(organization: Organization) -> None:
    fill(organization, [(name, 0) for name in "bdfh"])
    first = page(organization, Order("name"), "", 2)
    fill_more = [Project(organization=organization, slug=f"q{name}", name=name) for name in "ag"]
    Project.objects.bulk_create(fill_more)
    organization.projects.filter(name="d").delete()
    second = page(organization, Order("name"), first.next_url, 2)
    assert [row.name for row in second.rows] == ["f", "g"]


def test_the_other_parameters_stay_in_the_address(organization: Organization) -> None:
    fill(organization, [(name, 0) for name in "abc"])
    found = page(organization, Order("name"), "?q=a%26b&state=active", 2)
    kept = dict(parse_qsl(found.next_url.removeprefix("?")))
    assert {"q": "a&b", "state": "active"}.items() <= kept.items()
    assert address(QueryDict("q=x&cursor=y"), cursor="") == "?q=x"


def test_an_address_of_another_order_is_refused(organization: Organization) -> None:
    fill(organization, [(name, 0) for name in "abc"])
    cursor = page(organization, Order("name"), "", 2).next_url
    for other in (Order("created_at"), Order("name", descending=True), Order("id")):
        with pytest.raises(BadRequest, match="another order"):
            page(organization, other, cursor, 2)


# Signed when the test runs: the signature holds the time.
FORGED: dict[str, Callable[[], str]] = {
    "nothing of ours": lambda: "x",
    "no signature": lambda: ":",
    "another purpose": lambda: signing.dumps(["name", False, False, "a", 1], salt="other"),
    "too short": lambda: signing.dumps(["name"], salt="cursor"),
    "a text": lambda: signing.dumps("name", salt="cursor"),
    "a mapping": lambda: signing.dumps({"name": 1}, salt="cursor"),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_an_address_that_is_not_ours_is_refused(
    organization: Organization, forged: Callable[[], str]
) -> None:
    with pytest.raises(BadRequest, match="not one of ours"):
        page(organization, Order("name"), f"?cursor={forged()}", 2)


def test_no_cursor_is_the_first_page(organization: Organization) -> None:
    assert page(organization, Order("name"), "?cursor=", 2).rows == []


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0 projects"),
        (1, "1 project"),
        (2, "2 projects"),
        (COUNT_LIMIT + 1, "more than 10,000 projects"),
    ],
)
def test_counting_stops_at_ten_thousand(
    organization: Organization, number: int, words: str
) -> None:
    Project.objects.bulk_create(
        Project(organization=organization, slug=f"p{n}", name="x") for n in range(number)
    )
    assert page(organization, Order("slug"), "", 2).count_text == words
