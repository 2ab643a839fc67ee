"""Accounts that were disabled, and operators that were none any more, after an older backup was made."""

import pytest

from teams.models import User
from teams.users.services import demote_person, disable_person, enable_person, promote_person
from tests.factories import UserFactory
from tests.robots.restores.lost import lost, said, settled
from tests.stage import Stage


@pytest.fixture
def operator(stage: Stage) -> User:
    user: User = UserFactory(email="runs-it@example.com", is_superuser=True)
    return user


def test_one_that_works_again_is_disabled_again(stage: Stage, operator: User) -> None:
    lines = lost(lambda: disable_person(actor=operator, person=stage.person))
    settled(lines, "account: was disabled")
    stage.person.refresh_from_db()
    assert not stage.person.is_active


def test_one_that_was_enabled_since_is_left_alone(stage: Stage, operator: User) -> None:
    def both() -> None:
        disable_person(actor=operator, person=stage.person)
        enable_person(actor=operator, person=stage.person)

    assert said(lost(both)) == []


def test_an_operator_who_was_none_any_more_is_none_again(stage: Stage, operator: User) -> None:
    promote_person(actor=operator, person=stage.person)
    lines = lost(lambda: demote_person(actor=operator, person=stage.person))
    settled(lines, "operator: had stopped being an operator")
    stage.person.refresh_from_db()
    assert not stage.person.is_superuser


def test_one_who_was_made_an_operator_again_stays_one(stage: Stage, operator: User) -> None:
    promote_person(actor=operator, person=stage.person)

    def both() -> None:
        demote_person(actor=operator, person=stage.person)
        promote_person(actor=operator, person=stage.person)

    assert said(lost(both)) == []
