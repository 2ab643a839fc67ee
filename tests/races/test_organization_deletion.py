"""An organization's end beside everything that makes something in it, or writes down what was used."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection

from console.audit.recording import OrganizationDeleted, chain_of
from console.audit.verification import verify_chain
from console.models import AuditHead, Event, Organization
from console.organizations.services import UsedBefore, create_project
from console.services.services import create_service
from robots.access.services.organization_deletion import delete_organization
from robots.accounts.services.robots import create_robot
from robots.jobs.next_expiry import move_on
from robots.models import Robot, Token
from robots.tokens.services.tokens import create_token
from robots.usage import counters
from robots.usage.counters import Use
from robots.usage.flush import flush
from robots.verifiers.authentication import authenticate
from robots.verifiers.credential import Credential
from teams.members.services import invite
from teams.users.services import create_organization
from tests.conftest import Cast
from tests.races.starting import at_barrier

pytestmark = pytest.mark.usefixtures("shared")
EACH = 4


@pytest.fixture(autouse=True)
def _nothing_waits() -> None:
    counters.take()


def makers(cast: Cast) -> dict[str, Callable[[int], object]]:
    """What makes a row of each kind, by a number that its name gets."""
    by: dict[str, Any] = {"actor": cast.owner, "organization": cast.organization}
    return {
        "robot": lambda n: create_robot(**by, name=f"r{n}", labels={"env": "prod"}),
        "token": lambda n: create_token(
            actor=cast.owner, robot=cast.robot, name=f"t{n}", kind="compact"
        ),
        "project": lambda n: create_project(**by, slug=f"p{n}", name="P"),
        "invitation": lambda n: invite(**by, email=f"n{n}@example.com", role="member"),
        "service": lambda n: create_service(**by, name=f"s{n}", host="r.example.com"),
    }


def using(cast: Cast) -> bool:
    """The token is used or refused, and that is written down."""
    authenticate(None, cast.secret, Use("test", "192.0.2.7"))
    return flush()


def delete(cast: Cast) -> None:
    delete_organization(actor=cast.owner, organization=cast.organization)


def nothing_is_left(cast: Cast) -> bool:
    """No row of it, nothing that refers to what is gone, and its chain ends with its deletion."""
    flush()
    connection.check_constraints()
    chain = chain_of(cast.organization)
    assert [*Organization.objects.all()] == [cast.other_organization]
    assert not Robot.objects.exclude(organization=cast.other_organization).exists()
    assert not Token.objects.exclude(organization=cast.other_organization).exists()
    last = Event.objects.filter(chain=chain).order_by("number").last()
    assert last is not None
    assert last.action == "organization:deleted"
    assert AuditHead.objects.get(chain=chain).number == last.number
    assert [*verify_chain(chain), *verify_chain("site")] == []
    return not isinstance(authenticate(None, cast.secret, Use("test")), Credential)


@pytest.mark.parametrize("what", ["robot", "token", "project", "invitation", "service"])
def test_what_is_made_at_the_same_time_goes_as_well_or_is_refused(
    shared: None, cast: Cast, what: str
) -> None:
    made = makers(cast)[what]
    calls = [partial(made, n) for n in range(EACH)]
    found = at_barrier(*calls, partial(delete, cast), *[partial(using, cast)] * 2)
    refused = [it for it in found if isinstance(it, Exception)]
    assert {type(it) for it in refused} <= {OrganizationDeleted}
    assert nothing_is_left(cast)


def test_of_many_deletions_one_counts(shared: None, cast: Cast) -> None:
    calls = [partial(delete, cast)] * EACH
    found = at_barrier(*calls, *[partial(using, cast)] * EACH, move_on)
    ended = [it for it in found[:EACH] if it is None]
    assert len(ended) == 1
    assert {type(it) for it in found[:EACH] if it is not None} == {OrganizationDeleted}
    assert found[EACH:-1] == [True] * EACH
    assert Event.objects.filter(action="organization:deleted").count() == 2
    assert nothing_is_left(cast)


def test_its_name_is_warned_about_from_the_moment_it_is_free(shared: None, cast: Cast) -> None:
    claim = partial(create_organization, actor=cast.operator, slug="acme", name="Acme")
    _, *found = at_barrier(partial(delete, cast), *[claim] * EACH)
    assert {type(it).__name__ for it in found} <= {"ValidationError", "UsedBefore"}
    with pytest.raises(UsedBefore):
        claim()
    assert nothing_is_left(cast)
