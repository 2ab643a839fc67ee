"""The secrets of services: minted, overlapping, ended; and what a resource server may be called."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from console.errors import Conflict
from console.minted_secrets import has_right_checksum
from console.models import Event, Organization, Service, ServiceSecret
from console.models.service_secrets import digest_of
from console.repetition import Repeated
from console.services.services import create_service, create_service_secret, update_service
from robots.jobs.purges import forget_secrets
from tests.conftest import Cast
from tests.leak_search import Haystack

pytestmark = pytest.mark.usefixtures("clock")


def resource(cast: Cast, organization: Organization | None = None, **more: Any) -> Service:
    actor = cast.owner if organization else cast.operator
    values = {"name": "api", "kind": "resource"} | more
    return create_service(actor=actor, organization=organization, **values)


def ends(service: Service) -> list[timedelta | None]:
    """How long each of its secrets goes on, the newest first."""
    now = timezone.now()
    rows = service.secrets.order_by("-id")
    return [row.ends_at - now if row.ends_at else None for row in rows]


def test_a_secret_is_recognized_offline_and_kept_as_a_digest(
    cast: Cast, haystack: Haystack
) -> None:
    service = resource(cast, cast.organization)
    minted = create_service_secret(actor=cast.owner, service=service)
    secret = minted.plaintext.reveal()
    assert re.fullmatch("rsv_[0-9A-Za-z]{42}", secret)
    assert has_right_checksum(secret)
    assert not has_right_checksum(secret[:-7] + "_" + secret[-6:])
    assert minted.secret.digest == digest_of(secret, minted.secret.root_number)
    assert repr(minted.plaintext) == "***"
    assert haystack.finds(secret) == []
    event = Event.objects.get(action="service:secret-created")
    assert (event.target_uuid, event.after["secret_id"]) == (service.uuid, minted.secret.pk)


@pytest.mark.parametrize(
    ("overlap", "left"),
    [(None, timedelta(days=1)), (timedelta(0), timedelta(0)), (timedelta(hours=1),) * 2],
)
def test_the_secret_before_goes_on_for_the_overlap(
    cast: Cast, overlap: timedelta | None, left: timedelta
) -> None:
    service = resource(cast, cast.organization)
    create_service_secret(actor=cast.owner, service=service)
    assert ends(service) == [None]
    create_service_secret(actor=cast.owner, service=service, overlap=overlap)
    assert ends(service) == [None, left]


def test_two_work_at_most_and_no_end_is_put_off(cast: Cast) -> None:
    service = resource(cast, cast.organization)
    for hours in (1, 1, 48):
        create_service_secret(actor=cast.owner, service=service, overlap=timedelta(hours=hours))
    assert ends(service) == [None, timedelta(hours=48), timedelta(0)]
    assert service.secrets.live().count() == 2


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), timedelta(days=31)])
def test_an_overlap_is_neither_past_nor_endless(cast: Cast, overlap: timedelta) -> None:
    service = resource(cast, cast.organization)
    with pytest.raises(ValidationError):
        create_service_secret(actor=cast.owner, service=service, overlap=overlap)
    assert not service.secrets.exists()


def test_a_repeated_request_mints_nothing(cast: Cast) -> None:
    service, key = resource(cast, cast.organization), uuid.uuid4()
    first = create_service_secret(actor=cast.owner, service=service, request_key=key)
    with pytest.raises(Repeated):
        create_service_secret(actor=cast.owner, service=service, request_key=key)
    other = uuid.UUID(bytes=key.bytes[:-1] + bytes([key.bytes[-1] ^ 1]))
    with pytest.raises(ValidationError):
        create_service_secret(actor=cast.owner, service=service, request_key=other)
    second = resource(cast, cast.organization, name="second")
    with pytest.raises(Conflict):
        create_service_secret(actor=cast.owner, service=second, request_key=key)
    assert ServiceSecret.objects.get() == first.secret
    assert ends(service) == [None]


def test_whoever_is_signed_in_gives_the_password_first(cast: Cast) -> None:
    def ask() -> None:
        raise PermissionDenied

    service = resource(cast, cast.organization)
    cast.owner.presence = ask
    with pytest.raises(PermissionDenied):
        create_service_secret(actor=cast.owner, service=service)
    assert not service.secrets.exists()


def test_a_registry_has_secrets_too_and_a_proxy_has_none(cast: Cast) -> None:
    given: Any = {"actor": cast.owner, "organization": cast.organization, "host": "r.example.com"}
    registry = create_service(**given, name="mirror")
    create_service_secret(actor=cast.owner, service=registry)
    assert ends(registry) == [None]
    proxy = create_service(**given, name="front", kind="proxy", proxy="nginx")
    with pytest.raises(ValidationError):
        create_service_secret(actor=cast.owner, service=proxy)
    assert not proxy.secrets.exists()


def test_the_environments_registry_has_secrets_too(cast: Cast) -> None:
    registry = Service.objects.get(from_environment=True)
    create_service_secret(actor=cast.operator, service=registry)
    assert ends(registry) == [None]


def test_a_registry_needs_a_host(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        create_service(actor=cast.owner, organization=cast.organization, name="second")
    assert list(refused.value.message_dict) == ["host"]


@pytest.mark.parametrize("audience", ["a b", "ä", "a\nb", "x" * 256])
def test_an_audience_is_printable_without_spaces(cast: Cast, audience: str) -> None:
    with pytest.raises(ValidationError) as refused:
        resource(cast, cast.organization, audience=audience)
    assert list(refused.value.message_dict) == ["audience"]


TAKEN = """
https://api.example.com https://site.example.com site acme/first registry http://127.0.0.1:8000
"""


@pytest.mark.parametrize("audience", TAKEN.split())
def test_an_audience_is_one_services_alone(cast: Cast, audience: str) -> None:
    resource(cast, None, name="site", audience="https://site.example.com")
    resource(cast, cast.organization, name="first", audience="https://api.example.com")
    second = resource(cast, cast.organization, name="second")
    with pytest.raises(ValidationError):
        resource(cast, cast.organization, name="third", audience=audience)
    with pytest.raises(ValidationError):
        update_service(actor=cast.owner, service=second, audience=audience)
    assert set(Service.objects.values_list("audience", flat=True)) == {
        "",
        "https://site.example.com",
        "https://api.example.com",
    }


def test_another_organization_may_use_the_same_audience(cast: Cast) -> None:
    resource(cast, cast.organization, audience="https://api.example.com")
    other = create_service(
        actor=cast.stranger,
        organization=cast.other_organization,
        name="api",
        kind="resource",
        audience="https://api.example.com",
    )
    assert other.audience == "https://api.example.com"


@pytest.mark.parametrize("audience", ["globex/api", "globex/no-such", "nowhere/api"])
def test_none_is_what_a_service_of_another_organization_is_called(
    cast: Cast, audience: str
) -> None:
    """Whoever checks signatures alone would take that organization's tokens for this one's. Whether there
    is such a service, or such an organization, is not told.
    """
    create_service(
        actor=cast.stranger, organization=cast.other_organization, name="api", kind="resource"
    )
    said = set()
    for organization in (cast.organization, None):
        with pytest.raises(ValidationError) as refused:
            resource(cast, organization, name="taking", audience=audience)
        said.add(str(refused.value.message_dict))
    assert said == {"{'audience': ['So services of another organization are called.']}"}


def test_a_name_that_is_an_audience_already_is_taken(cast: Cast) -> None:
    resource(cast, cast.organization, name="first", audience="acme/second")
    with pytest.raises(ValidationError) as refused:
        resource(cast, cast.organization, name="second")
    assert list(refused.value.message_dict) == ["name"]


@pytest.mark.parametrize(("days", "left"), [(89, 2), (91, 1)])
def test_an_ended_secret_goes_after_90_days_and_what_works_stays(
    cast: Cast, clock: time_machine.Traveller, days: int, left: int
) -> None:
    service = resource(cast, cast.organization)
    for _ in range(2):
        create_service_secret(actor=cast.owner, service=service, overlap=timedelta(0))
    clock.shift(timedelta(days=days))
    forget_secrets()
    assert service.secrets.count() == left
    assert service.secrets.live().count() == 1
