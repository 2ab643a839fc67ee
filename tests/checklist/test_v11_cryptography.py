"""V11: keys, hashes, and what is random."""

import math

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from console.configuration.people import PASSWORD_HASHERS
from console.keyring import ROOT_BYTES
from console.minted_secrets import BASE62, mint
from robots.models import SigningKey
from robots.secrets import signing_keys
from teams.sign_in.hashers import Argon2Hasher
from tests.checklist import ROOT


def test_how_keys_live_is_written_down() -> None:
    """V11.1.1: SECURITY.md names each state of a key, the root, and what to do with a key that leaked."""
    told = (ROOT / "SECURITY.md").read_text()
    for state in set(SigningKey.State.values) - {"withdrawn"}:
        assert f"`{state}`" in told, state
    for words in ("withdraw_signing_key", "rotate_signing_key", "numbered 32-byte roots", "HKDF"):
        assert words in told, words


@pytest.mark.django_db
@pytest.mark.parametrize("purpose", SigningKey.Purpose.values)
def test_keys_are_strong(purpose: str) -> None:
    """V11.2.3: RSA has 3072 bits, curves 256; a root of the keyring has 256 as well."""
    key = load_pem_public_key(signing_keys.make(SigningKey.Purpose(purpose)).public_pem.encode())
    assert isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
    assert key.key_size >= (3072 if isinstance(key, rsa.RSAPublicKey) else 256)
    assert ROOT_BYTES * 8 >= 256


def test_passwords_are_kept_by_a_slow_hash() -> None:
    """V11.4.2: argon2id with at least what OWASP asks for, and no other hasher that makes new ones."""
    assert PASSWORD_HASHERS == ["teams.sign_in.hashers.Argon2Hasher"]
    hasher = Argon2Hasher()
    kept = hasher.encode("a long enough phrase", hasher.salt())
    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_what_nobody_may_guess_is_random() -> None:
    """V11.5.1: a minted secret has 214 random bits, and each place takes each character."""
    minted = [mint("rbt_").reveal().removeprefix("rbt_")[:36] for _ in range(2000)]
    assert len(set(minted)) == len(minted)
    for place in zip(*minted, strict=True):
        assert set(place) == set(BASE62)
    assert 36 * math.log2(len(BASE62)) > 128
