"""`changing` inside `changing`: one lock and one order of events, whatever fails in between."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from console.audit.recording import OPERATOR, Chain, chain_of, changing, record, record_each
from console.audit.verification import verify_chain
from console.errors import Conflict
from console.models import AuditHead, Event, Organization
from console.models.events import SITE
from tests.factories import OrganizationFactory

HEAD = AuditHead._meta.db_table


@pytest.fixture
def organization(db: None) -> Organization:
    made: Organization = OrganizationFactory(slug="acme")
    with changing(made) as chain:
        note(chain, made, "first")
    return made


def note(chain: Chain, organization: Organization, name: str) -> Event:
    return record(chain, actor=OPERATOR, action="x", target=organization, after={"name": name})


def names(organization: Organization | None) -> list[str]:
    """What the events of the chain say, in its order; the chain is whole."""
    chain = chain_of(organization)
    assert verify_chain(chain) == []
    return [event.after["name"] for event in Event.objects.filter(chain=chain).order_by("number")]


def locks(queries: CaptureQueriesContext) -> int:
    """How often the end of a chain was read."""
    read = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    return sum(HEAD in sql for sql in read)


def test_what_is_inside_joins_what_is_open(organization: Organization) -> None:
    with CaptureQueriesContext(connection) as queries, changing(organization) as chain:
        note(chain, organization, "outer")
        for name in ("one", "two"):
            with changing(organization) as inner:
                note(inner, organization, name)
        with changing(organization), changing(organization) as innermost:
            note(innermost, organization, "three")
        note(chain, organization, "outer again")
    assert names(organization) == ["first", "outer", "one", "two", "three", "outer again"]
    assert locks(queries) == 1


def test_another_instance_of_the_organization_joins_too(organization: Organization) -> None:
    same = Organization.objects.get(pk=organization.pk)
    with changing(organization) as chain, changing(same) as inner:
        assert inner is chain


def test_after_the_end_it_is_opened_anew(organization: Organization) -> None:
    with suppress(Conflict), changing(organization) as chain:
        note(chain, organization, "lost")
        raise Conflict
    with changing(organization) as chain:
        note(chain, organization, "second")
    assert names(organization) == ["first", "second"]


def fail(organization: Organization) -> None:
    with changing(organization) as chain:
        note(chain, organization, "lost")
        raise Conflict


def fail_deeper(organization: Organization) -> None:
    with changing(organization) as chain:
        note(chain, organization, "lost")
        with suppress(Conflict):
            fail(organization)
        note(chain, organization, "lost as well")
        raise Conflict


def fail_around(organization: Organization) -> None:
    """What was joined ended well, and a savepoint around it did not."""
    with transaction.atomic():
        with changing(organization) as chain:
            note(chain, organization, "lost")
        raise Conflict


def fail_in_the_database(organization: Organization) -> None:
    with changing(organization) as chain:
        note(chain, organization, "lost")
        Organization.objects.create(slug=organization.slug, name="Twice")


def fail_while_recording(organization: Organization) -> None:
    """The database refuses the event itself."""
    taken = Event.objects.get(chain=chain_of(organization), number=1)
    with changing(organization) as chain:
        Event.objects.filter(pk=taken.pk).update(number=chain.head.number + 1)
        note(chain, organization, "refused")


def give_up(organization: Organization) -> None:
    """Undone without an exception."""
    with changing(organization) as chain:
        note(chain, organization, "lost")
        transaction.set_rollback(True)


def give_up_a_savepoint(organization: Organization) -> None:
    with changing(organization) as chain, transaction.atomic():
        note(chain, organization, "lost")
        transaction.set_rollback(True)


def give_up_many(organization: Organization) -> None:
    with changing(organization) as chain:
        changes = [(organization, None, {"name": "lost"})] * 3
        record_each(chain, actor=OPERATOR, action="x", changes=changes)
        raise Conflict


FAILURES: tuple[Callable[[Organization], None], ...] = (
    fail,
    fail_deeper,
    fail_around,
    fail_in_the_database,
    fail_while_recording,
    give_up,
    give_up_a_savepoint,
    give_up_many,
)


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("before", [True, False])
def test_what_is_undone_inside_leaves_no_gap(
    organization: Organization, failure: Callable[[Organization], None], before: bool
) -> None:
    with changing(organization) as chain:
        if before:
            note(chain, organization, "before")
        with suppress(Conflict, DatabaseError):
            failure(organization)
        with changing(organization) as inner:
            note(inner, organization, "inside")
        note(chain, organization, "after")
    expected = ["before"] if before else []
    assert names(organization) == ["first", *expected, "inside", "after"]


def test_the_sites_chain_and_an_organizations(organization: Organization) -> None:
    with changing(None) as site:
        note(site, organization, "site")
        with changing(organization) as chain:
            note(chain, organization, "acme")
            with changing(None) as joined:
                note(joined, organization, "site inside")
        with suppress(Conflict):
            fail(organization)
        with changing(organization) as chain:
            note(chain, organization, "acme again")
        note(site, organization, "site at last")
    assert names(None) == ["site", "site inside", "site at last"]
    assert names(organization) == ["first", "acme", "acme again"]


def test_what_fails_in_another_chain_is_undone_in_both(organization: Organization) -> None:
    with changing(None) as site:
        with suppress(Conflict), changing(organization) as chain:
            note(chain, organization, "lost")
            with changing(None) as joined:
                note(joined, organization, "lost")
            raise Conflict
        note(site, organization, "site")
    assert (names(None), names(organization)) == (["site"], ["first"])


def enter(*organizations: Organization | None) -> None:
    """Each inside the one before."""
    if organizations:
        with changing(organizations[0]):
            enter(*organizations[1:])


def in_order(db: Any) -> list[Organization]:
    return sorted((OrganizationFactory(), OrganizationFactory()), key=chain_of)


def test_chains_are_locked_in_one_order(db: None) -> None:
    """Else two changes could wait for each other."""
    first, second = in_order(db)
    enter(None, first, second, None, first)
    for wrong in ((first, None), (second, first), (None, second, first)):
        with pytest.raises(RuntimeError, match="is locked before"):
            enter(*wrong)
    enter(first, second)


def test_a_lock_is_held_until_the_outermost_ends(db: None) -> None:
    first, second = in_order(db)
    with changing(None):
        enter(second)
        with pytest.raises(RuntimeError, match="is locked before"):
            enter(first)
        enter(second)
    enter(first)


def test_a_lock_is_given_back_with_what_is_undone(db: None) -> None:
    first, second = in_order(db)
    with changing(None):
        with suppress(IntegrityError), changing(None):
            enter(second)
            raise IntegrityError
        enter(first)


def test_a_chain_that_is_new_can_be_joined(db: None) -> None:
    made = OrganizationFactory()
    assert not AuditHead.objects.filter(chain__in=[chain_of(made), SITE]).exists()
    with changing(made) as chain:
        with suppress(Conflict):
            fail(made)
        note(chain, made, "first")
    assert names(made) == ["first"]
