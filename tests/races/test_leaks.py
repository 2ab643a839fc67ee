"""Many reports of one secret at once: it ends once, and its owners are told once."""

from typing import Any

import pytest
from django.conf import settings

from console.audit.recording import chain_of
from console.audit.verification import verify_chain
from console.models import Event, OutgoingMail
from console.services.services import create_service, create_service_secret
from robots.models import Token
from robots.tokens.services.tokens import delete_token
from tests.conftest import Cast
from tests.front import Answer
from tests.races.starting import at_barrier
from tests.scanning import report

CROWD = 50 if settings.POSTGRESQL else 20

pytestmark = pytest.mark.usefixtures("shared")


def reported(secret: str, number: int) -> Any:
    """A report from an address of its own."""
    return lambda: report({"credentials": [secret]}, REMOTE_ADDR=f"192.0.2.{number + 1}")


def ended(answers: list[Any]) -> list[str]:
    """The actions about leaks, once all were told the same."""
    assert {answer.status for answer in answers if isinstance(answer, Answer)} == {202}
    assert len({answer.body for answer in answers}) == 1
    found = Event.objects.filter(action__contains="leaked")
    return list(found.values_list("action", flat=True))


def test_of_many_reports_one_ends_the_token(shared: None, cast: Cast) -> None:
    answers = at_barrier(*[reported(cast.secret, number) for number in range(CROWD)])
    assert ended(answers) == ["token:leaked"]
    assert OutgoingMail.objects.count() == 1
    assert Token.objects.get(pk=cast.token.pk).revoked_at
    assert verify_chain(chain_of(cast.organization)) == []


def test_of_many_reports_one_ends_a_services_secret(shared: None, cast: Cast) -> None:
    service = create_service(
        actor=cast.owner, organization=cast.organization, name="api", kind="resource"
    )
    secret = create_service_secret(actor=cast.owner, service=service).plaintext.reveal()
    answers = at_barrier(*[reported(secret, number) for number in range(CROWD)])
    assert ended(answers) == ["service:secret-leaked"]


def test_a_report_and_a_deletion_end_it_once(shared: None, cast: Cast) -> None:
    known: dict[str, Any] = {"actor": cast.owner, "token": cast.token}
    at_barrier(lambda: delete_token(**known), reported(cast.secret, 0))
    found = Event.objects.filter(target_uuid=cast.token.uuid).exclude(action="token:created")
    actions = set(found.values_list("action", flat=True))
    assert actions in ({"token:deleted", "secret:leaked"}, {"token:leaked"})
    assert verify_chain(chain_of(cast.organization)) == []
