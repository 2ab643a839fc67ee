"""`/.well-known/jwks.json`: who asks for the public keys gets all of them, and no other part."""

import base64
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection

from robots.models import SigningKey
from robots.secrets import signing_keys
from robots.verifiers import published_keys
from tests.front import ask

ADDRESS = "/.well-known/jwks.json"
PARTS = {
    "EC": {"kty", "crv", "x", "y", "kid", "alg", "use"},
    "RSA": {"kty", "n", "e", "kid", "alg", "use"},
}


@pytest.fixture(autouse=True)
def _fresh(db: None) -> Iterator[None]:
    signing_keys.forget()
    signing_keys.ensure_all()
    published_keys.published.forget()
    yield
    published_keys.published.forget()


def test_everybody_gets_every_public_key_for_five_minutes() -> None:
    answer = ask(ADDRESS)
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Content-Type"] == "application/jwk-set+json"
    kids = SigningKey.objects.exclude(purpose="registry-ca").values_list("kid", flat=True)
    assert sorted(key["kid"] for key in answer.json["keys"]) == sorted(kids)
    assert len(kids) == 6


def test_a_key_has_its_public_parts_alone_with_padded_coordinates() -> None:
    for key in ask(ADDRESS).json["keys"]:
        assert key.keys() == PARTS[key["kty"]]
        assert key["use"] == "sig"
        for part in {"x", "y"} & key.keys():
            assert len(base64.urlsafe_b64decode(key[part] + "==")) == 32


def test_no_answer_but_this_one_is_kept() -> None:
    assert ask("/livez").headers["Cache-Control"] == "no-store"
    assert ask(ADDRESS, "POST").headers["Cache-Control"] == "no-store"
    assert ask(ADDRESS, "POST").status == 405


def test_while_the_database_is_gone_the_keys_stay() -> None:
    before = ask(ADDRESS).json
    published_keys.published.read_at -= 60
    with connection.execute_wrapper(_broken):
        assert ask(ADDRESS).json == before
        published_keys.published.forget()
        assert ask(ADDRESS).status == 503


def _broken(*statement: object) -> None:
    raise OperationalError("the server is gone")
