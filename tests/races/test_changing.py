"""Chains inside chains at the same moment: nobody waits for ever, and no event is lost."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from console.audit.recording import OPERATOR, changing, record
from console.audit.verification import verify_chain
from console.errors import Conflict
from console.models import AuditHead, Event, Organization
from tests.factories import OrganizationFactory
from tests.races.starting import at_barrier

pytestmark = pytest.mark.usefixtures("shared")

CROWD = 8


def noting(*organizations: Organization | None) -> Callable[[], Any]:
    """An event in each, one inside the other, then one more in the outermost; what fails leaves none."""

    def note(action: str, *inside: Organization | None) -> None:
        with changing(inside[0]) as chain:
            if len(inside) > 1:
                note("inner", *inside[1:])
            with suppress(Conflict), changing(inside[0]) as joined:
                record(joined, actor=OPERATOR, action="lost", target=target)
                raise Conflict
            record(chain, actor=OPERATOR, action=action, target=target)

    target = next(it for it in organizations if it is not None)
    return lambda: note("outer", *organizations)


def test_the_sites_chain_and_two_organizations_at_once(shared: None) -> None:
    one, other = OrganizationFactory(slug="one"), OrganizationFactory(slug="other")
    crowd = [noting(None, one), noting(None, other), noting(one), noting(other)] * (CROWD // 4)
    assert at_barrier(*crowd) == [None] * CROWD
    assert Event.objects.filter(action="outer").count() == CROWD
    assert Event.objects.filter(action="inner").count() == CROWD // 2
    assert not Event.objects.filter(action="lost").exists()
    chains = list(AuditHead.objects.values_list("chain", "number"))
    assert len(chains) == 3
    assert sum(number for _, number in chains) == Event.objects.count()
    assert [fault for chain, _ in chains for fault in verify_chain(chain)] == []
