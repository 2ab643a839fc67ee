"""What comes from memory: the same request alone, counted and signed each time, until something ends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from console.models import ServiceSecret
from robots.models import Secret, Token, Usage
from robots.tokens.services.addresses import change_token_addresses
from robots.usage.flush import flush
from robots.verifiers import outcomes as remembering
from tests.counting import counted
from tests.front import ask
from tests.robots.verifiers.asking import claims
from tests.robots.verifiers.puller import PLACE, SCOPE, Puller

pytestmark = pytest.mark.usefixtures("listed")

HERE, AWAY = {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "198.51.100.7"}


def registry(puller: Puller, path: str = SCOPE, **extra: Any) -> Any:
    return ask(path, authorization=puller.login, **HERE | extra)


def is_remembered(monkeypatch: pytest.MonkeyPatch, call: Callable[[], object]) -> bool:
    """Whether a call that came often costs the ends of chains alone."""
    for _ in range(3):
        call()
    with counted(monkeypatch) as asked:
        call()
    return len(asked) == 1


def test_another_address_is_another_question(puller: Puller) -> None:
    change_token_addresses(actor=puller.owner, token=puller.token, addresses="192.0.2.0/24")
    assert [registry(puller).status for _ in range(4)] == [200] * 4
    assert registry(puller, **AWAY).status == 401
    assert registry(puller).status == 200


def test_what_a_proxy_adds_to_each_request_decides_nothing(
    puller: Puller, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("HTTP_X_REQUEST_ID", "HTTP_TRACEPARENT", "HTTP_TRACESTATE")
    numbers = iter(range(100))
    assert is_remembered(
        monkeypatch,
        lambda: registry(puller, **dict.fromkeys(names, f"request-{next(numbers)}")),
    )


def test_each_answer_is_signed_anew(puller: Puller, clock: time_machine.Traveller) -> None:
    answers = []
    for _ in range(4):
        answers.append(claims(registry(puller)))
        clock.shift(1)
    assert len({said["jti"] for said in answers}) == 4
    assert [said["iat"] - answers[0]["iat"] for said in answers] == [0, 1, 2, 3]


def test_each_answer_counts(puller: Puller) -> None:
    flush()
    Usage.objects.all().delete()
    for _ in range(5):
        assert registry(puller).status == 200
        assert puller.introspect(puller.secret)["active"]
    flush()
    counts = {
        row.verifier: row.count
        for row in Usage.objects.filter(token=puller.token, outcome="accepted")
    }
    assert (counts["registry"], counts["oauth"]) == (5, 5)


def test_a_services_secret_that_asked_is_seen(puller: Puller, clock: Any) -> None:
    for _ in range(3):
        puller.introspect(puller.secret)
    flush()
    clock.shift(9)
    puller.introspect(puller.secret)
    flush()
    seen = ServiceSecret.objects.get(service__kind="resource").last_used_at
    assert seen == timezone.now()


@pytest.mark.parametrize("what", ["token", "robot", "secret"])
def test_an_end_that_comes_meanwhile_is_an_end(puller: Puller, what: str, clock: Any) -> None:
    end = timezone.now() + timedelta(seconds=5)
    Secret.objects.filter(token=puller.token).update(**{"ends_at": end} if what == "secret" else {})
    Token.objects.filter(pk=puller.token.pk).update(
        **{"expires_at": end} if what == "token" else {}
    )
    if what == "robot":
        type(puller.robot).objects.filter(pk=puller.robot.pk).update(expires_at=end)
    asked = puller.asked()
    assert asked == dict.fromkeys(asked, True)
    puller.is_let_in_and_remembered()
    clock.shift(6)
    asked = puller.asked()
    assert asked == dict.fromkeys(asked, False)


def test_a_services_secret_that_ends_meanwhile_asks_no_more(puller: Puller, clock: Any) -> None:
    end = timezone.now() + timedelta(seconds=5)
    ServiceSecret.objects.filter(service__organization=puller.cast.organization).update(ends_at=end)
    for _ in range(3):
        assert puller.introspect(puller.secret)["active"]
        assert puller.review(puller.secret)
    clock.shift(6)
    assert puller.introspect(puller.secret) == {}
    assert puller.review(puller.secret) == []


def test_a_long_question_is_not_kept(puller: Puller, monkeypatch: pytest.MonkeyPatch) -> None:
    more = "".join(f"&scope=repository:{PLACE}{'x' * 100}{number}:pull" for number in range(3))
    assert is_remembered(monkeypatch, lambda: registry(puller))
    monkeypatch.setattr(remembering, "MAX_ASKED", 300)
    assert not is_remembered(monkeypatch, lambda: registry(puller, SCOPE + more))


def test_a_long_answer_is_not_kept(puller: Puller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "MAX_ANSWER", 300)
    assert not is_remembered(monkeypatch, lambda: registry(puller))
