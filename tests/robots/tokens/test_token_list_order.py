"""The list of all tokens: effective ends, every order through all pages, and who saw what."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from console.paging import PAGE_SIZE
from console.permissions.vocabulary import Permission
from robots.accounts.services.expiry import extend_robot
from robots.base.periods import NEVER_ENDS
from robots.models import Robot, Token
from robots.tokens.services.expiry import change_token_expiry
from robots.tokens.services.handovers import create_link, open_link
from robots.tokens.services.minting import mark_handed_over
from robots.tokens.services.tokens import create_token
from teams.members.services import leave
from teams.models import Membership, User
from tests.actors import holder
from tests.browsers import linked
from tests.conftest import Cast
from tests.conftest import person as make_person
from tests.robots.tokens.listed import ADDRESS, DAY, exported, make, names, seen_by_leaver


def test_the_effective_end_counts_in_filters_and_order(as_owner: Client, cast: Cast) -> None:
    """Of a token and its robot the earlier one, whichever of both moves."""
    now = timezone.now()
    make(cast, "own", cast.organization_robot, expires_at=now + 3 * DAY)
    assert names(as_owner.get(ADDRESS, {"expiring": "14"})) == ["own"]
    extend_robot(actor=cast.owner, robot=cast.robot, expires_at=now + 2 * DAY)
    soon = {"expiring": "14", "sort": "expires"}
    assert names(as_owner.get(ADDRESS, soon)) == ["nightly", "own"]
    change_token_expiry(
        actor=cast.owner, token=Token.objects.get(pk=cast.token.pk), expires_at=now + DAY
    )
    extend_robot(actor=cast.owner, robot=Robot.objects.get(pk=cast.robot.pk), expires_at=None)
    assert names(as_owner.get(ADDRESS, soon)) == ["nightly", "own"]
    change_token_expiry(
        actor=cast.owner, token=Token.objects.get(pk=cast.token.pk), expires_at=None
    )
    assert Token.objects.get(pk=cast.token.pk).sorted_end == NEVER_ENDS
    assert names(as_owner.get(ADDRESS, soon)) == ["own"]


@pytest.mark.parametrize("end", ["leaves", "disabled", "deleted"])
def test_tokens_that_people_saw_who_left_are_found_until_they_are_rotated(
    as_owner: Client, cast: Cast, end: str
) -> None:
    leaver, token = seen_by_leaver(cast)
    assert names(as_owner.get(ADDRESS, {"seen_by": "left"})) == []
    if end == "leaves":
        leave(actor=leaver, membership=leaver.memberships.get())
    elif end == "disabled":
        User.objects.filter(pk=leaver.pk).update(is_active=False)
    else:
        Membership.objects.filter(user=leaver).delete()
        leaver.delete()
    assert names(as_owner.get(ADDRESS, {"seen_by": "left"})) == ["kept"]
    token.secrets.update(ends_at=timezone.now() - DAY)
    assert names(as_owner.get(ADDRESS, {"seen_by": "left"})) == []


def test_the_link_of_somebody_who_left_counts_as_seen(as_owner: Client, cast: Cast) -> None:
    leaver = make_person(cast.organization, "owner", "leaver@acme.example.com")
    link = create_link(actor=leaver, token=cast.token, purpose="refresh", kind="compact")
    open_link(uuid=link.handover.uuid, key=link.key.reveal())
    leave(actor=leaver, membership=leaver.memberships.get())
    assert names(as_owner.get(ADDRESS, {"seen_by": "left"})) == ["nightly"]


def test_what_a_robot_made_was_seen_by_no_person(as_owner: Client, cast: Cast) -> None:
    maker = holder(cast.organization, *Permission)
    minted = create_token(actor=maker, robot=cast.robot, name="machine", kind="compact")
    mark_handed_over(minted.secret)
    assert names(as_owner.get(ADDRESS, {"seen_by": "left"})) == []
    (row,) = (row for row in exported(as_owner) if row["name"] == "machine")
    assert row["seen_by"] == maker.login_name


COLUMNS = {"name": "name", "created": "pk", "used": "idle_since", "expires": "sorted_end"}


def many(cast: Cast, number: int) -> None:
    """Tokens of which several share each moment and each name."""
    now = timezone.now()
    robots = [cast.robot, cast.organization_robot]
    Token.objects.bulk_create(
        Token(
            robot=robots[n % 2],
            name=f"t{n // 2:03}",
            created_by="x",
            expires_at=None if n % 3 else now + (n % 7) * DAY,
            idle_since=(now - n % 5 * DAY).date(),
        )
        for n in range(number)
    )


def pages(client: Client, query: str) -> Iterator[list[str]]:
    page = client.get(ADDRESS + query)
    while following := linked(page, "next"):
        yield names(page)
        page = client.get(ADDRESS + following)
    yield names(page)


@pytest.mark.parametrize("sort", [f"{sign}{name}" for name in COLUMNS for sign in ("", "-")])
def test_every_order_leads_through_all_pages_and_the_csv_has_the_same(
    as_owner: Client, cast: Cast, sort: str
) -> None:
    many(cast, 2 * PAGE_SIZE + 7)
    column, is_turned = COLUMNS[sort.removeprefix("-")], sort.startswith("-")
    rows = Token.objects.living().filter(organization=cast.organization)
    expected = [
        token.name
        for token in sorted(rows, key=lambda it: (getattr(it, column), it.pk), reverse=is_turned)
    ]
    found = list(pages(as_owner, f"?sort={sort}"))
    assert [len(page) for page in found] == [PAGE_SIZE, PAGE_SIZE, 8]
    assert [name for page in found for name in page] == expected
    assert [row["name"] for row in exported(as_owner, sort=sort)] == expected
