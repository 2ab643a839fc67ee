"""Changes to scanning partners and their keys: by operators alone, each an event of the site's chain."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from console.audit.recording import OPERATOR
from console.errors import Conflict
from console.models import ScanningKey, ScanningPartner
from console.scanning.services import (
    add_key,
    create_partner,
    delete_partner,
    remove_key,
    take_keys,
)
from tests.actors import events_written
from tests.conftest import Cast
from tests.console.scanning.keys import NO_KEYS, PRIVATE
from tests.scanning import IDENTIFIER, KEY, new_key, public_pem

PEM = public_pem(KEY)
Change = Callable[[Any], object]


@pytest.fixture
def partner(furnished: Cast) -> ScanningPartner:
    return ScanningPartner.objects.get()


@pytest.fixture
def changes(partner: ScanningPartner) -> dict[str, Change]:
    key = partner.keys.get()
    other = public_pem(new_key())
    return {
        "scanning-partner:created": lambda actor: create_partner(actor=actor, name="GitHub"),
        "scanning-key:added": lambda actor: add_key(
            actor=actor, partner=partner, identifier="next", public_pem=other
        ),
        "scanning-key:removed": lambda actor: remove_key(actor=actor, key=key),
        "scanning-partner:deleted": lambda actor: delete_partner(actor=actor, partner=partner),
    }


def test_each_is_an_event_of_the_site(furnished: Cast, changes: dict[str, Change]) -> None:
    for action, change in changes.items():
        with events_written() as events:
            change(furnished.operator)
        (event,) = events
        assert (event.action, event.chain) == (action, "site")
        assert event.actor_uuid == furnished.operator.uuid


def test_an_operators_command_may_do_all_of_it(changes: dict[str, Change]) -> None:
    for change in changes.values():
        with events_written() as events:
            change(OPERATOR)
        assert [event.actor_label for event in events] == ["operator"]


def test_others_may_do_none_of_it(
    furnished: Cast, partner: ScanningPartner, changes: dict[str, Change]
) -> None:
    changes["all keys"] = lambda actor: take_keys(
        actor=actor, partner=partner, published={"a": PEM}
    )
    for who in (furnished.owner, furnished.stranger, furnished.robot):
        for change in changes.values():
            with events_written() as events, pytest.raises(PermissionDenied):
                change(who)
            assert events == []


@pytest.mark.parametrize("what", NO_KEYS)
def test_only_public_keys_of_the_curve_are_taken(
    furnished: Cast, partner: ScanningPartner, what: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        add_key(
            actor=furnished.operator,
            partner=partner,
            identifier="next",
            public_pem=NO_KEYS[what],
        )
    assert refused.value.message_dict.keys() == {"public_pem"}
    assert ScanningKey.objects.count() == 1


def test_a_private_key_is_refused_as_such(furnished: Cast, partner: ScanningPartner) -> None:
    with pytest.raises(ValidationError, match="This is a private key"):
        add_key(actor=furnished.operator, partner=partner, identifier="x", public_pem=PRIVATE)


def test_a_key_is_kept_without_what_was_around_it(
    furnished: Cast, partner: ScanningPartner
) -> None:
    pasted = f"# their key\r\n\r\n{PEM.replace(chr(10), chr(13) + chr(10))}\n\n"
    key = add_key(actor=furnished.operator, partner=partner, identifier="next", public_pem=pasted)
    assert key.public_pem == PEM


@pytest.mark.parametrize("identifier", ["", "a b", "é", "x" * 129, "a\n"])
def test_an_identifier_is_what_a_header_can_hold(
    furnished: Cast, partner: ScanningPartner, identifier: str
) -> None:
    with pytest.raises(ValidationError):
        add_key(actor=furnished.operator, partner=partner, identifier=identifier, public_pem=PEM)


def test_an_identifier_is_one_partners_alone(furnished: Cast, partner: ScanningPartner) -> None:
    other = create_partner(actor=furnished.operator, name="Other")
    with pytest.raises(ValidationError, match="There is a key with this identifier"):
        add_key(actor=furnished.operator, partner=other, identifier=IDENTIFIER, public_pem=PEM)


def test_what_went_meanwhile_is_a_conflict(furnished: Cast, partner: ScanningPartner) -> None:
    key, actor = partner.keys.get(), furnished.operator
    delete_partner(actor=actor, partner=partner)
    late: list[Callable[[], object]] = [
        lambda: remove_key(actor=actor, key=key),
        lambda: add_key(actor=actor, partner=partner, identifier="b", public_pem=PEM),
        lambda: delete_partner(actor=actor, partner=partner),
        lambda: take_keys(actor=actor, partner=partner, published={"a": PEM}),
    ]
    for change in late:
        with pytest.raises(Conflict):
            change()


def test_keys_become_those_that_are_published(furnished: Cast, partner: ScanningPartner) -> None:
    actor, first, second = furnished.operator, public_pem(new_key()), public_pem(new_key())

    def take(published: dict[str, str]) -> tuple[list[str], list[str]]:
        taken = take_keys(actor=actor, partner=partner, published=published)
        assert dict(partner.keys.values_list("identifier", "public_pem")) == published
        return taken.added, taken.removed

    assert take({"a": first, "b": second}) == (["a", "b"], [IDENTIFIER])
    with events_written() as events:
        assert take({"a": first, "b": second}) == ([], [])
    assert events == []
    assert take({"a": second, "c": first}) == (["a", "c"], ["a", "b"])


def test_of_published_keys_of_which_one_is_wrong_none_is_taken(
    furnished: Cast, partner: ScanningPartner
) -> None:
    published = {"a": public_pem(new_key()), "b": NO_KEYS["RSA"]}
    with events_written() as events, pytest.raises(ValidationError):
        take_keys(actor=furnished.operator, partner=partner, published=published)
    assert events == []
    assert [key.identifier for key in partner.keys.all()] == [IDENTIFIER]
