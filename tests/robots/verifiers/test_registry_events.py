"""`POST /service/events`: who may tell, and what becomes of what cannot be understood."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from console import measures
from console.models import Repository, ServiceSecret
from console.services.services import create_service_secret, delete_service
from console.serving import calling, endpoints
from console.serving.callers import Caller, Proxies
from console.serving.heads import Head
from robots.models import ArtifactUse, CountedEvent, Tag
from robots.usage.flush import flush
from robots.verifiers.registry.events import MAX_BODY, OUTCOMES
from tests.conftest import Cast
from tests.front import ask, basic
from tests.robots.artifacts.telling import KIND, URL, Registry, digest_of, event
from tests.robots.verifiers.bad_tokens import WRONG
from tests.robots.verifiers.oauth.asking import proof, register
from tests.rules.profiles import examples
from tests.snapshots import rows


@pytest.fixture
def registry(cast: Cast) -> Registry:
    return Registry(cast)


@pytest.mark.parametrize("kind", [KIND, KIND.replace("v1", "v2"), "application/json; charset=x"])
def test_an_envelope_is_taken_whatever_its_version(registry: Registry, kind: str) -> None:
    answer = registry.post({"events": [event()]}, CONTENT_TYPE=kind)
    assert (answer.status, answer.json["counted"]) == (200, 1)
    assert answer.headers["Cache-Control"] == "no-store"


def refused(cast: Cast, authorization: str | None) -> None:
    body = json.dumps({"events": [event()]}).encode()
    answer = ask(URL, "POST", body=body, authorization=authorization, CONTENT_TYPE=KIND)
    assert (answer.status, answer.json["errors"][0]["code"]) == (401, "UNAUTHORIZED")
    assert "WWW-Authenticate" in answer.headers
    assert not ArtifactUse.objects.exists()


def test_nobody_tells_without_a_registrys_secret(cast: Cast, registry: Registry) -> None:
    """Nor with the registry's as a password, a robot's, or a resource server's."""
    resource = proof(cast, register(cast, cast.organization))
    secret = registry.secret
    wrong = [
        None,
        "",
        "Bearer",
        f"Bearer  {secret}",
        f"Bearer {secret},x",
        f"Bearer {secret[:-1]}{'y' if secret[-1] == 'x' else 'x'}",
    ]
    wrong += [basic(str(registry.service.uuid), secret), resource, f"Bearer {cast.secret}"]
    wrong += [f"Bearer {secret.swapcase()}", f"Bearer {secret[:-1]}", "Bearer rsv_"]
    for authorization in wrong:
        refused(cast, authorization)
    registry.tells(event())


def test_a_secret_that_was_replaced_tells_until_its_end(cast: Cast, registry: Registry) -> None:
    old = registry.secret
    for overlap, goes_on in ((timedelta(hours=1), True), (timedelta(0), False)):
        made = create_service_secret(actor=cast.operator, service=registry.service, overlap=overlap)
        registry.secret = old
        assert (registry.send(event()).status == 200) == goes_on
        registry.secret = made.plaintext.reveal()
        registry.tells(event())
    assert flush()
    used = ServiceSecret.objects.exclude(last_used_at=None)
    assert used.count() == 3


def test_a_deleted_registry_tells_nothing(cast: Cast) -> None:
    own = Registry(cast, cast.organization)
    own.tells(event())
    delete_service(actor=cast.owner, service=own.service)
    assert own.send(event()).status == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"x", b"[]", b"{}", b'{"events":{}}', b"null", b"[" * 100_000, b"\xff", b"1" * 9999],
)
def test_what_is_no_envelope_is_400(registry: Registry, body: bytes) -> None:
    before = rows()
    answer = registry.post(body)
    assert (answer.status, answer.json["errors"][0]["code"]) == (400, "UNSUPPORTED")
    assert rows() == before


def test_another_media_type_is_415_and_another_method_405(registry: Registry) -> None:
    assert registry.post({"events": []}, CONTENT_TYPE="text/plain").status == 415
    assert ask(URL).status == 405


def test_what_cannot_be_read_is_counted_and_the_rest_taken(registry: Registry) -> None:
    broken = [event(digest=""), event(tag="-"), event(digest="sha256:x"), event(path="")]
    broken += [event() | {"id": ""}, event(path=f"acme/payments/{'x' * 250}"), event(tag="x" * 129)]
    registry.tells(event(), *WRONG, *broken, counted=1, unreadable=len(WRONG) + len(broken))
    assert CountedEvent.objects.count() == 1


def test_an_empty_envelope_is_nothing(registry: Registry) -> None:
    registry.tells(counted=0)


@pytest.mark.parametrize(
    "name", ["id", "timestamp", "action", "target", "request", "actor", "source"]
)
def test_any_value_of_any_field_is_answered_well(cast: Cast, registry: Registry, name: str) -> None:
    told = [event() | {name: value} for value in WRONG]
    told += [
        event(**{part: value}) for part in event()["target"] for value in WRONG if part != "tag"
    ]
    answer = registry.send(*told)
    assert answer.status == 200
    assert sum(answer.json.values()) == len(told)


TIMES = {
    "ahead": (timezone.now() + timedelta(days=900)).isoformat(),
    "long ago": "2001-01-01T00:00:00Z",
    "never": "0001-01-01T00:00:00Z",
    "no time": "yesterday",
    "no zone": "2026-11-28T10:00:00",
    "none": "",
}


@pytest.mark.parametrize("what", TIMES)
def test_a_moment_that_cannot_be_is_the_present(cast: Cast, registry: Registry, what: str) -> None:
    begin = timezone.now()
    registry.tells(event() | {"timestamp": TIMES[what]})
    assert begin <= Tag.objects.get().pushed_at <= timezone.now()


def test_a_moment_is_read_to_the_microsecond_whatever_its_zone(registry: Registry) -> None:
    at = timezone.now().replace(microsecond=123456) - timedelta(hours=1)
    text = at.isoformat().replace("+00:00", "789Z")
    registry.tells(event() | {"timestamp": text})
    assert Tag.objects.get().pushed_at == at


def oversized(registry: Registry, authorization: str) -> Any:
    """What the front passes on of a body that was too long to be read."""
    headers = {"authorization": authorization, "content-type": KIND}
    head = Head("POST", URL, "", "192.0.2.7", headers)
    handler = endpoints.routes()[URL]
    answer = calling.answer(handler, head, None, Caller("192.0.2.7", "http", proxied=False))
    return answer.status, json.loads(answer.body)


def test_a_body_that_is_too_long_is_taken_too_once_it_is_known_whose_it_is(
    cast: Cast, registry: Registry
) -> None:
    """Else everything behind it would wait for ever: its client says how long it is."""
    handler = endpoints.routes()[URL]
    assert (handler.most_body, handler.skips_oversized) == (MAX_BODY, True)
    status, answer = oversized(registry, f"Bearer {registry.secret}")
    assert (status, answer["unreadable"], answer["counted"]) == (200, 1, 0)
    assert oversized(registry, "Bearer x")[0] == 401


def test_what_came_to_what_is_a_metric(registry: Registry) -> None:
    counters = [measures.REGISTRY_EVENTS.labels(outcome)._value for outcome in OUTCOMES]
    before, told = [counter.get() for counter in counters], event()
    registry.send(told, told, event(path="a/b/c"), 5)
    after = [counter.get() for counter in counters]
    assert [new - old for new, old in zip(after, before, strict=True)] == [1.0] * 4


NAMES = ("id", "timestamp", "action", "target", "request", "actor", "repository", "tag", "digest")
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(("push", "pull", "delete", "acme/payments/api", digest_of(1), KIND, "GET"))
)
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner),
)


def test_whatever_stands_in_an_envelope_is_answered_well(registry: Registry) -> None:
    @examples(few=30, many=1000)
    @given(st.lists(DOCUMENTS, max_size=5))
    def send(documents: list[Any]) -> None:
        answer = registry.send(*documents)
        assert answer.status == 200
        assert sum(answer.json.values()) == len(documents)

    send()


def test_many_at_once_are_taken(cast: Cast, registry: Registry) -> None:
    registry.tells(
        *(event(tag=f"v{number}", path=f"acme/payments/r{number % 3}") for number in range(60))
    )
    assert Repository.objects.filter(name__startswith="r").count() == 3
    assert Tag.objects.count() == 60


def test_a_registry_beside_the_proxy_is_no_client_of_its(
    cast: Cast, registry: Registry, settings: Settings
) -> None:
    """It sends from a listed proxy's address, and names no client."""
    settings.PROXIES = Proxies("192.0.2.7")
    registry.tells(event(), counted=1)
