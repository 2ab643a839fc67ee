"""Secrets: what is minted, what is recognized, and that nothing near it is."""

import base64
import copy
import json
import pickle
import re
import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.minted_secrets import BASE62, Plaintext
from robots.base.credentials import (
    MAX_LENGTH,
    Kind,
    digest,
    matches,
    mint_compact,
    mint_signed,
    parse,
)
from tests.secrets import SIGNER

ACCESS_ID = uuid.UUID("6f1b5a52-6c2e-4f0e-9a43-0d7c8f6f2f10")
ROBOT = uuid.UUID("0a0a0a0a-0000-4000-8000-000000000001")
KEY = b"k" * 32


def signed(expires_at: datetime | None = None) -> str:
    return mint_signed(
        SIGNER,
        access_id=ACCESS_ID,
        subject=f"robot|{ROBOT}",
        issuer="http://127.0.0.1:8000",
        expires_at=expires_at,
    ).reveal()


def decoded(part: str) -> str:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()


def test_a_compact_secret_is_a_prefix_36_random_characters_and_a_checksum() -> None:
    secret = mint_compact().reveal()
    assert re.fullmatch(r"rbt_[0-9A-Za-z]{42}", secret)
    assert parse(secret) is not None
    assert mint_compact().reveal() != secret


def test_the_checksum_is_crc32_in_base62_so_that_scanners_can_check_offline() -> None:
    # CRC-32 (IEEE) of the 40 characters before it is 0x8943AD75.
    assert parse("rbt_" + "0" * 36 + "2Vqn6j") is not None


def test_every_truncation_of_a_compact_secret_is_refused() -> None:
    secret = mint_compact().reveal()
    assert [cut for cut in range(len(secret)) if parse(secret[:cut])] == []
    assert [cut for cut in range(1, len(secret)) if parse(secret[cut:])] == []


@given(st.characters(), st.integers(0, 46))
def test_every_insertion_into_a_compact_secret_is_refused(extra: str, place: int) -> None:
    secret = mint_compact().reveal()
    assert parse(secret[:place] + extra + secret[place:]) is None


@given(st.integers(4, 45), st.sampled_from(BASE62))
def test_every_changed_character_of_a_compact_secret_is_refused(place: int, other: str) -> None:
    secret = mint_compact().reveal()
    changed = secret[:place] + other + secret[place + 1 :]
    assert changed == secret or parse(changed) is None


def test_every_flipped_case_of_a_compact_secret_is_refused() -> None:
    secret = mint_compact().reveal()
    flipped = [
        secret[:place] + letter.swapcase() + secret[place + 1 :]
        for place, letter in enumerate(secret)
        if letter.swapcase() != letter
    ]
    assert [changed for changed in flipped if parse(changed)] == []


def test_a_signed_secret_begins_as_scanners_know_it() -> None:
    header = decoded(signed().split(".")[0])
    assert header == '{"alg":"RS256","typ":"JWT","kid":"roster-test"}'


def test_the_claims_of_a_signed_secret() -> None:
    claims = json.loads(decoded(signed().split(".")[1]))
    assert claims.pop("iat") > 0
    assert len(claims.pop("nonce")) == 22
    assert claims == {
        "jti": str(ACCESS_ID),
        "sub": f"robot|{ROBOT}",
        "iss": "http://127.0.0.1:8000",
        "aud": "http://127.0.0.1:8000",
    }


def test_a_signed_secret_says_when_it_ends_only_if_it_does() -> None:
    end = datetime(2030, 1, 1, tzinfo=UTC)
    assert json.loads(decoded(signed(end).split(".")[1]))["exp"] == 1893456000
    assert "exp" not in json.loads(decoded(signed().split(".")[1]))


def test_the_same_row_never_makes_the_same_signed_secret_twice() -> None:
    assert signed().split(".")[1] != signed().split(".")[1]


def test_a_signed_secret_names_its_token() -> None:
    parsed = parse(signed())
    assert parsed is not None
    assert (parsed.kind, parsed.access_id) == (Kind.SIGNED, ACCESS_ID)


def test_every_change_of_a_signed_secret_has_another_digest() -> None:
    secret = signed()
    changes = [secret[:cut] for cut in range(len(secret))]
    changes += [secret + extra for extra in (".", "=", " ", "\n", "A", "\0")]
    changes += [
        secret[:place] + letter.swapcase() + secret[place + 1 :]
        for place, letter in enumerate(secret)
        if letter.swapcase() != letter
    ]
    assert [changed for changed in changes if matches(changed, digest(secret, KEY), KEY)] == []


def jwt(claims: object) -> str:
    body = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    return f"e30.{base64.urlsafe_b64encode(body).rstrip(b'=').decode()}.c2ln"


NOT_OURS = {
    "empty": "",
    "a word": "password",
    "two parts": "a.b",
    "four parts": "a.b.c.d",
    "no jti": jwt({"sub": "x"}),
    "jti a number": jwt({"jti": 7}),
    "jti null": jwt({"jti": None}),
    "jti a list": jwt({"jti": [str(ACCESS_ID)]}),
    "jti not a UUID": jwt({"jti": "nobody"}),
    "claims a list": jwt([1]),
    "claims a number": jwt(1),
    "not JSON": jwt(b"{"),
    "not UTF-8": jwt(b"\xff\xfe\xfd"),
    "deeply nested": jwt(b"[" * 1500),
    "a huge number": jwt(b'{"jti":' + b"9" * 1400 + b"}"),
    "padding": "a=.b=.c=",
    "trailing newline": signed() + "\n",
    "too long": "a" * (MAX_LENGTH + 1),
    "a Harbor secret": "Harbor12345",
}


@pytest.mark.parametrize("what", NOT_OURS)
def test_what_cannot_be_ours_is_not_recognized(what: str) -> None:
    assert parse(NOT_OURS[what]) is None


@given(st.text(max_size=200))
def test_any_text_is_recognized_or_not_and_never_an_error(text: str) -> None:
    parse(text)


@given(st.binary(max_size=300))
def test_any_claims_are_recognized_or_not_and_never_an_error(claims: bytes) -> None:
    parse(jwt(claims))


def test_a_digest_is_keyed_and_bound_to_its_purpose() -> None:
    assert digest("secret", KEY) != digest("secret", b"x" * 32)
    # HMAC-SHA-256 of `robot-token:v1:secret`, computed with openssl.
    assert digest("secret", KEY) == (
        "f3db2aa770566d72f6ec24fc254fc1c323fcb1fe32983d23858c4db8c4ee94ed"
    )


@given(st.text(max_size=60), st.text(max_size=60))
def test_only_the_exact_secret_matches(secret: str, other: str) -> None:
    stored = digest(secret, KEY)
    assert matches(secret, stored, KEY)
    assert matches(other, stored, KEY) == (other == secret)


def test_a_plain_secret_does_not_show_and_cannot_be_stored() -> None:
    plain = Plaintext("hush")
    assert f"{plain} {plain!r} {[plain]}" == "*** *** [***]"
    for store in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            store(plain)
    with pytest.raises(TypeError):
        json.dumps(plain)
    assert plain.reveal() == "hush"
