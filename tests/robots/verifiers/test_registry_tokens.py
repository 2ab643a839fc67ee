"""What the registry token service signs: header, claims, signature, end."""

import base64
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils import timezone
from joserfc import jws
from joserfc.jwk import ECKey
from pytest_django import Settings

from robots.models import Robot, SigningKey, Token
from robots.secrets import signing_keys
from robots.secrets.key_changes import rotate
from robots.usage import counters
from tests.conftest import Cast
from tests.robots.verifiers.asking import OWN, claims, get, part


@pytest.fixture(autouse=True)
def _fresh() -> None:
    counters.take()
    signing_keys.forget()


def test_the_answer(cast: Cast) -> None:
    answer = get(cast, f"{OWN}:pull")
    assert answer.json["token"] == answer.json["access_token"]
    assert answer.json["expires_in"] == 300
    assert set(answer.json) == {"token", "access_token", "expires_in", "issued_at"}
    issued = datetime.fromisoformat(answer.json["issued_at"])
    assert int(issued.timestamp()) == claims(answer)["iat"]


def test_the_claims(cast: Cast) -> None:
    found = claims(get(cast, f"{OWN}:pull"))
    times = {name: found.pop(name) for name in ("iat", "nbf", "exp")}
    assert {type(value) for value in times.values()} == {int}
    assert times["exp"] - times["iat"] == 300
    assert times["nbf"] == times["iat"]
    assert len(found.pop("jti")) == 32
    assert found == {
        "iss": "http://127.0.0.1:8000",
        "sub": "robot_acme.payments+ci",
        "aud": "registry",
        "access": [{"type": "repository", "name": "acme/payments/api", "actions": ["pull"]}],
    }


def test_every_token_has_its_own_id(cast: Cast) -> None:
    assert claims(get(cast))["jti"] != claims(get(cast))["jti"]


def test_the_header_names_the_key_by_thumbprint_and_carries_its_certificate(cast: Cast) -> None:
    header = part(get(cast).json["token"], 0)
    (leaf,) = header.pop("x5c")
    certificate = x509.load_der_x509_certificate(base64.b64decode(leaf, validate=True))
    public = certificate.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert header == {"alg": "ES256", "typ": "JWT", "kid": ECKey.import_key(pem).thumbprint()}
    authority = x509.load_pem_x509_certificate(signing_keys.registry_bundle().encode())
    certificate.verify_directly_issued_by(authority)


def test_the_signature_is_the_keys(cast: Cast, settings: Settings) -> None:
    settings.ROSTER_REGISTRY_X5C = False
    token = get(cast).json["token"]
    row = SigningKey.objects.get(purpose="registry", state="current")
    key = ECKey.import_key(row.public_pem)
    assert jws.deserialize_compact(token, key, algorithms=["ES256"]).headers()["kid"] == row.kid
    assert len(base64.urlsafe_b64decode(token.split(".")[2] + "==")) == 64


def test_a_registry_with_jwks_gets_no_certificate(cast: Cast, settings: Settings) -> None:
    settings.ROSTER_REGISTRY_X5C = False
    assert "x5c" not in part(get(cast).json["token"], 0)


def test_a_rotated_key_signs_at_once_in_the_process_that_rotated(cast: Cast) -> None:
    before = part(get(cast).json["token"], 0)["kid"]
    rotate("registry", actor=cast.owner, unannounced=True)
    after = part(get(cast).json["token"], 0)
    assert after["kid"] != before
    assert SigningKey.objects.get(kid=before).state == "retired"


@pytest.mark.parametrize("model", [Robot, Token])
def test_a_token_never_outlives_robot_or_token(cast: Cast, model: Any) -> None:
    end = timezone.now() + timedelta(seconds=100)
    model.objects.update(expires_at=end)
    answer = get(cast, f"{OWN}:pull")
    assert claims(answer)["exp"] == int(end.timestamp())
    assert 95 <= answer.json["expires_in"] <= 100


def test_how_long_a_token_is_good_for_is_a_setting(cast: Cast, settings: Settings) -> None:
    settings.ROSTER_REGISTRY_TOKEN_SECONDS = 60
    assert get(cast).json["expires_in"] == 60
