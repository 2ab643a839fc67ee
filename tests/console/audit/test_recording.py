"""The chains of the audit log: whatever is done to them behind Roster's back is found and located."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings

from console import keyring
from console.audit.recording import OPERATOR, chain_of, changing, record
from console.audit.verification import verify_chain
from console.errors import Conflict
from console.models import AuditHead, Event, Organization
from console.models.events import SITE
from console.organizations.services import rename_organization
from tests.actors import events_written
from tests.browsers import browser
from tests.conftest import Cast
from tests.factories import OrganizationFactory

LENGTH = 6


@pytest.fixture
def keyring_of_its_own(db: None, settings: Settings, tmp_path: Path) -> Iterator[None]:
    """A copy: more roots here would be more roots for every test."""
    copied = tmp_path / "keyring.json"
    copied.write_bytes(settings.ROSTER_KEYRING_FILE.read_bytes())
    settings.ROSTER_KEYRING_FILE = copied
    yield
    keyring.forget()


@pytest.fixture
def organization(db: None) -> Organization:
    """An organization with a chain of six."""
    made: Organization = OrganizationFactory(slug="acme")
    for number in range(LENGTH):
        with changing(made) as chain:
            record(
                chain,
                actor=OPERATOR,
                action="organization:updated",
                target=made,
                before={"name": f"N{number}"},
                after={"name": f"N{number + 1}"},
            )
    return made


def at(organization: Organization, number: int) -> Event:
    return Event.objects.get(chain=chain_of(organization), number=number)


def found(organization: Organization) -> list[int]:
    return [fault.number for fault in verify_chain(chain_of(organization))]


def edit(number: int, **columns: object) -> Callable[[Organization], object]:
    return lambda of: Event.objects.filter(chain=chain_of(of), number=number).update(**columns)


def delete(*numbers: int) -> Callable[[Organization], object]:
    return lambda of: Event.objects.filter(chain=chain_of(of), number__in=numbers).delete()


def swap(first: int, second: int) -> Callable[[Organization], object]:
    def swapped(organization: Organization) -> None:
        one, two = at(organization, first), at(organization, second)
        for event, number in ((one, 99), (two, first), (one, second)):
            Event.objects.filter(pk=event.pk).update(number=number)

    return swapped


def insert(number: int) -> Callable[[Organization], object]:
    """A forged event takes the place of `number`, and all that follow move on by one."""

    def inserted(organization: Organization) -> None:
        later = Event.objects.filter(chain=chain_of(organization), number__gte=number)
        for event in later.order_by("-number"):
            Event.objects.filter(pk=event.pk).update(number=event.number + 1)
        forged = at(organization, 1)
        forged.pk, forged.number, forged.uuid = None, number, organization.uuid
        forged.save(force_insert=True)

    return inserted


def test_an_untouched_chain_has_no_fault(organization: Organization) -> None:
    assert verify_chain(chain_of(organization)) == []


TAMPERED: dict[str, tuple[Callable[[Organization], object], set[int]]] = {
    "an action": (edit(3, action="robot:deleted"), {3}),
    "an actor": (edit(1, actor_label="somebody"), {1}),
    "what was before": (edit(4, before={"name": "other"}), {4}),
    "what was after": (edit(6, after={}), {6}),
    "a moment": (edit(2, created_at="2026-01-01T00:00:00Z"), {2}),
    "a request": (edit(2, request_id="x"), {2}),
    "an address": (edit(5, address="10.0.0.1"), {5}),
    "a link": (edit(3, link=b"x" * 32), {3, 4}),
    "a deletion of the first": (delete(1), {1}),
    "a deletion in the middle": (delete(3), {3}),
    "a deletion of two": (delete(2, 5), {2, 5}),
    "two swapped": (swap(2, 3), {2, 3, 4}),
    "two swapped far apart": (swap(1, 5), {1, 2, 5, 6}),
    "one inserted": (insert(3), {3, 4, 5, 6, 7, 8}),
    "the tail cut": (delete(6), {6}),
    "all of it cut": (delete(*range(1, LENGTH + 1)), {1}),
    "the tail and the end of the chain cut": (
        lambda of: (delete(6)(of), AuditHead.objects.filter(chain=chain_of(of)).delete()),
        {6},
    ),
    "the end of the chain": (
        lambda of: AuditHead.objects.filter(chain=chain_of(of)).update(number=5),
        {7},
    ),
}


@pytest.mark.parametrize(("tamper", "numbers"), TAMPERED.values(), ids=TAMPERED.keys())
def test_what_was_tampered_with_is_located(
    organization: Organization, tamper: Callable[[Organization], object], numbers: set[int]
) -> None:
    tamper(organization)
    assert set(found(organization)) == numbers


COLUMNS = ("action", "actor_label", "target_label", "organization_slug", "request_id", "address")


@examples(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.integers(1, LENGTH),
    column=st.sampled_from(COLUMNS),
    value=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20),
)
def test_any_edit_is_found(
    organization: Organization, number: int, column: str, value: str
) -> None:
    with transaction.atomic():
        present = getattr(at(organization, number), column)
        edit(number, **{column: value})(organization)
        assert found(organization) == ([] if present == value else [number])
        transaction.set_rollback(True)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(codec="utf-8", exclude_characters="\x00")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab_é", max_size=3), inner),
    max_leaves=6,
)


@examples(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=JSON)
def test_whatever_is_recorded_verifies(organization: Organization, value: object) -> None:
    with transaction.atomic():
        with changing(organization) as chain:
            record(chain, actor=OPERATOR, action="x", target=organization, after={"value": value})
        assert found(organization) == []
        assert at(organization, LENGTH + 1).after == {"value": value}
        transaction.set_rollback(True)


def test_the_chains_know_nothing_of_each_other(organization: Organization) -> None:
    other = OrganizationFactory(slug="globex")
    for chained in (other, None):
        with changing(chained) as chain:
            event = record(chain, actor=OPERATOR, action="x", target=organization)
        assert (event.number, event.chain) == (1, chain_of(chained))
    edit(2, action="x")(organization)
    assert found(organization) == [2]
    assert verify_chain(chain_of(other)) == verify_chain(SITE) == []


def test_another_key_does_not_verify(keyring_of_its_own: None, organization: Organization) -> None:
    """Whoever can write the table but not read the keyring cannot make a chain."""
    with changing(organization) as chain:
        event = record(chain, actor=OPERATOR, action="x", target=organization)
    keyring.add_root()
    edit(event.number, root_number=event.root_number + 1)(organization)
    assert found(organization) == [event.number]


def test_a_chain_goes_on_under_a_new_root(
    keyring_of_its_own: None, organization: Organization
) -> None:
    keyring.add_root()
    with changing(organization) as chain:
        event = record(chain, actor=OPERATOR, action="x", target=organization)
    assert event.root_number == keyring.current()
    assert found(organization) == []


def fail_after_recording(organization: Organization) -> None:
    with changing(organization) as chain:
        record(chain, actor=OPERATOR, action="x", target=organization)
        raise Conflict


def test_what_fails_leaves_no_event_and_no_gap(cast: Cast) -> None:
    with events_written() as events:
        with pytest.raises(Conflict):
            fail_after_recording(cast.organization)
        rename_organization(actor=cast.owner, organization=cast.organization, name="Works")
    assert [event.action for event in events] == ["organization:updated"]
    assert verify_chain(chain_of(cast.organization)) == []


def test_an_event_says_from_which_request_and_address(cast: Cast) -> None:
    with events_written() as events:
        answer = browser(cast.owner).post(
            f"{cast.robot.get_absolute_url()}suspension/", REMOTE_ADDR="192.0.2.7"
        )
    (event,) = events
    assert (event.request_id, event.address) == (answer["X-Request-ID"], "192.0.2.7")


def test_an_event_outlives_its_organization(cast: Cast) -> None:
    chain = chain_of(cast.organization)
    number = Event.objects.filter(chain=chain).count()
    Organization.objects.filter(pk=cast.organization.pk).delete()
    assert Event.objects.filter(chain=chain).count() == number
    assert verify_chain(chain) == []
