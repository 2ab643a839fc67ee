"""Signing keys as time goes on: next, current, retired, gone; and one that leaked."""

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from django.core.exceptions import ValidationError
from django.utils import timezone
from joserfc import jws
from joserfc.jwk import KeySet
from pytest_django import Settings

from console.models import Event
from robots.models import Secret, SigningKey
from robots.secrets import signing_keys
from robots.secrets.key_changes import ANNOUNCED, forget_keys, rotate, withdraw
from tests.conftest import Cast
from tests.robots.verifiers.asking import get, part

REGISTRY, ROBOTS, AUTHORITY = "registry", "robot-tokens", "registry-ca"


@pytest.fixture(autouse=True)
def keys(db: None) -> None:
    signing_keys.forget()
    signing_keys.ensure_all()


def states(purpose: str) -> dict[str, list[str]]:
    """The names of the keys by what they do."""
    found: dict[str, list[str]] = {}
    for row in SigningKey.objects.filter(purpose=purpose).order_by("id"):
        found.setdefault(row.state, []).append(row.kid)
    return found


def announce() -> None:
    """Let every key be known for long enough."""
    SigningKey.objects.update(created_at=timezone.now() - ANNOUNCED)


def published(*purposes: str) -> set[Any]:
    return {key["kid"] for key in signing_keys.jwks(*purposes or (REGISTRY, ROBOTS))["keys"]}


def key_set() -> KeySet:
    """The published keys of registries, as a verifier reads them."""
    return KeySet.import_key_set(json.loads(json.dumps(signing_keys.jwks(REGISTRY))))


def signs(cast: Cast) -> str:
    """The key of a registry token that is asked for now."""
    return str(part(get(cast).json["token"], 0)["kid"])


def trusted(bundle: str) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(bundle.encode())


@pytest.mark.parametrize("purpose", [REGISTRY, ROBOTS])
def test_a_key_signs_once_verifiers_have_had_time_to_hear_of_it(cast: Cast, purpose: str) -> None:
    before = states(purpose)
    assert before.keys() == {"current", "next"}
    with pytest.raises(ValidationError, match=r"Try again in 3[56]\d seconds"):
        rotate(purpose, actor=cast.owner)
    assert states(purpose) == before
    announce()
    rotate(purpose, actor=cast.owner)
    after = states(purpose)
    assert (after["retired"], after["current"]) == (before["current"], before["next"])
    assert len(after["next"]) == 1
    with pytest.raises(ValidationError):
        rotate(purpose, actor=cast.owner)


def test_what_verifiers_remember_for_five_minutes_opens_what_is_signed_meanwhile(
    cast: Cast, settings: Settings
) -> None:
    settings.ROSTER_REGISTRY_X5C = False
    remembered, tokens = key_set(), [get(cast)]
    announce()
    rotate(REGISTRY, actor=cast.owner)
    tokens.append(get(cast))
    fresh = key_set()
    kids = set()
    for token in (answer.json["token"] for answer in tokens):
        kids.add(part(token, 0)["kid"])
        for known in (remembered, fresh):
            jws.deserialize_compact(token, known, algorithms=["ES256"])
    assert len(kids) == 2


def test_what_signs_no_more_has_no_private_part(cast: Cast) -> None:
    announce()
    rotate(REGISTRY, actor=cast.owner)
    withdraw(states(REGISTRY)["current"][0], actor=cast.owner)
    ended = SigningKey.objects.filter(state__in=["retired", "withdrawn"])
    assert {bytes(row.private) for row in ended} == {b""}
    assert all(bytes(row.private) for row in SigningKey.objects.difference(ended))


@pytest.mark.parametrize("state", ["current", "next", "retired"])
@pytest.mark.parametrize("purpose", [REGISTRY, ROBOTS])
def test_a_key_that_leaked_leaves_at_once(cast: Cast, purpose: str, state: str) -> None:
    announce()
    rotate(purpose, actor=cast.owner)
    before = states(purpose)
    [leaked] = before[state]
    assert leaked in published()
    withdraw(leaked, actor=cast.owner)
    after = states(purpose)
    assert leaked not in published()
    assert after["withdrawn"] == [leaked]
    assert len(after["next"]) == len(after["current"]) == 1
    if state == "current":
        assert after["current"] == before["next"]
    assert leaked not in {*after["next"], *after["current"]}
    with pytest.raises(ValidationError, match="already"):
        withdraw(leaked, actor=cast.owner)


def test_registries_believe_the_new_key_and_with_a_new_bundle_no_longer_the_old(cast: Cast) -> None:
    before = trusted(signing_keys.registry_bundle())
    leaked = signs(cast)
    certificate = trusted_leaf(cast)
    withdraw(leaked, actor=cast.owner)
    after = trusted(signing_keys.registry_bundle())
    assert signs(cast) != leaked
    # The bundle that registries have holds the authority that certifies now; the new one not the old.
    assert is_signed_by(trusted_leaf(cast), before)
    assert is_signed_by(trusted_leaf(cast), after)
    assert is_signed_by(certificate, before)
    assert not is_signed_by(certificate, after)


def trusted_leaf(cast: Cast) -> x509.Certificate:
    row = SigningKey.objects.get(kid=signs(cast))
    return x509.load_pem_x509_certificate(row.certificate_pem.encode())


def is_signed_by(leaf: x509.Certificate, authorities: list[x509.Certificate]) -> bool:
    for authority in authorities:
        try:
            leaf.verify_directly_issued_by(authority)
        except Exception:  # noqa: BLE001 - several kinds, and all of them are a no
            continue
        return True
    return False


def test_an_authority_that_leaked_is_followed_by_the_one_beside_it(cast: Cast) -> None:
    before, key = states(AUTHORITY), signs(cast)
    withdraw(before["current"][0], actor=cast.owner)
    assert states(AUTHORITY)["current"] == before["next"]
    assert signs(cast) == key
    assert is_signed_by(trusted_leaf(cast), trusted(signing_keys.registry_bundle()))


def test_an_authority_that_never_certified_is_replaced_alone(cast: Cast) -> None:
    before, leaf = states(AUTHORITY), trusted_leaf(cast)
    withdraw(before["next"][0], actor=cast.owner)
    assert states(AUTHORITY)["current"] == before["current"]
    assert is_signed_by(leaf, trusted(signing_keys.registry_bundle()))
    assert signs(cast)


def test_each_change_is_an_event(cast: Cast) -> None:
    announce()
    first = Event.objects.latest("id").pk
    rotate(ROBOTS, actor=cast.owner)
    withdraw(states(ROBOTS)["retired"][0], actor=cast.owner)
    made = Event.objects.filter(pk__gt=first).order_by("id").values_list("action", flat=True)
    assert list(made) == ["signing-key:current", "signing-key:next", "signing-key:withdrawn"]


def over(days: int) -> None:
    SigningKey.objects.exclude(retired_at=None).update(
        retired_at=timezone.now() - timedelta(days=days)
    )


def test_a_key_goes_once_nothing_is_good_that_it_signed(cast: Cast) -> None:
    announce()
    [[first], [second]] = (states(purpose)["current"] for purpose in (REGISTRY, ROBOTS))
    rotate(REGISTRY, actor=cast.owner)
    rotate(ROBOTS, actor=cast.owner)
    Secret.objects.all().delete()
    assert forget_keys() == 0
    over(2)
    assert forget_keys() == 2
    assert {first, second}.isdisjoint(published())
    assert Event.objects.filter(action="signing-key:gone").count() == 2
    assert forget_keys() == 0


def test_a_key_of_robots_stays_for_the_tokens_that_it_signed(cast: Cast) -> None:
    announce()
    [kid] = states(ROBOTS)["current"]
    rotate(ROBOTS, actor=cast.owner)
    over(400)
    Secret.objects.update(kind="signed", created_at=timezone.now() - timedelta(days=401))
    assert forget_keys() == 0
    assert kid in published()
    withdraw(kid, actor=cast.owner)
    over(400)
    assert forget_keys() == 1
