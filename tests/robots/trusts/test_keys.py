"""Which keys are taken from a JWK set or from PEM, and what is said of the others."""

import json
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from robots.base.jwt import verified_claims
from robots.trusts.keys import MOST_KEYS, MOST_PASTED, Keys, parse_keys

Jwk = dict[str, Any]
RSA = RSAKey.generate_key(2048)
CURVES = {name: ECKey.generate_key(name) for name in ("P-256", "P-384", "P-521")}
ED = OKPKey.generate_key("Ed25519")
GOOD: dict[str, tuple[Key, str, set[str]]] = {
    "RSA": (
        RSA,
        "RSA, 2048 bits",
        {f"{kind}{bits}" for kind in ("RS", "PS") for bits in (256, 384, 512)},
    ),
    "P-256": (CURVES["P-256"], "EC, P-256", {"ES256"}),
    "P-384": (CURVES["P-384"], "EC, P-384", {"ES384"}),
    "P-521": (CURVES["P-521"], "EC, P-521", {"ES512"}),
    "Ed25519": (ED, "Ed25519", {"Ed25519", "EdDSA"}),
}
ALL = {algorithm for _, _, algorithms in GOOD.values() for algorithm in algorithms}
EC = {**CURVES["P-256"].as_dict(private=False), "kid": "ec"}
NUMBER = RSA.as_dict(private=False)


def jwk(key: Key, **members: object) -> Jwk:
    return {**key.as_dict(private=False), **members}


def jwks(*keys: object) -> str:
    return json.dumps({"keys": keys})


def pem(key: Any, encoding: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> str:
    return str(key.public_bytes(Encoding.PEM, encoding).decode())


def signed(key: Key, algorithm: str) -> str:
    registry = jws.JWSRegistry(algorithms=[algorithm])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)  # of `EdDSA`
        return jws.serialize_compact({"alg": algorithm}, b'{"sub": "x"}', key, registry=registry)


def taken(keys: Keys) -> list[str | None]:
    return [key.kid for key in keys.keys]


def refusal(text: str) -> str:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the words follow
        parse_keys(text)
    return str(refused.value)


@pytest.mark.parametrize("name", GOOD)
def test_each_kind_verifies_its_algorithms_and_no_other(name: str) -> None:
    key, kind, algorithms = GOOD[name]
    for text in (jwks(jwk(key, kid="a")), json.dumps(jwk(key, kid="a")), pem(key.public_key)):
        [found] = parse_keys(text).keys
        assert (found.kind, set(found.algorithms)) == (kind, algorithms)
        for algorithm in algorithms:
            [fit] = parse_keys(text).fitting("a", algorithm)
            assert verified_claims(signed(key, algorithm), fit, algorithm) == {"sub": "x"}
        for other in {*ALL, "HS256", "none", ""} - algorithms:
            assert parse_keys(text).fitting("a", other) == ()


@pytest.mark.parametrize(
    ("members", "algorithms"),
    [
        ({"use": "sig", "key_ops": ["verify"], "alg": "RS256"}, {"RS256"}),
        ({"alg": "PS384"}, {"PS384"}),
        ({"key_ops": ["sign", "verify"]}, GOOD["RSA"][2]),
        ({"x5c": ["nonsense"], "x5t": 5, "ext": True, "issuer": "x"}, GOOD["RSA"][2]),
        ({"kid": None, "alg": None}, GOOD["RSA"][2]),
    ],
)
def test_what_a_key_says_of_itself_is_honoured(members: Jwk, algorithms: set[str]) -> None:
    [found] = parse_keys(jwks(jwk(RSA, **members))).keys
    assert found.algorithms == algorithms


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"use": "enc"}, "not for verifying signatures"),
        ({"use": ["sig"]}, "not for verifying signatures"),
        ({"use": None}, "not for verifying signatures"),
        ({"key_ops": ["sign"]}, "not for verifying signatures"),
        ({"key_ops": []}, "not for verifying signatures"),
        ({"key_ops": "verify"}, "not for verifying signatures"),
        ({"alg": "ES256"}, "algorithm that is not taken"),
        ({"alg": "RSA-OAEP"}, "algorithm that is not taken"),
        ({"alg": "none"}, "algorithm that is not taken"),
        ({"alg": "HS256"}, "algorithm that is not taken"),
        ({"alg": ""}, "algorithm that is not taken"),
        ({"alg": ["RS256"]}, "algorithm that is not taken"),
        ({"kid": ""}, "“kid”"),
        ({"kid": 5}, "“kid”"),
        ({"kid": "a\nb"}, "“kid”"),
        ({"kid": "\ud800"}, "“kid”"),
        ({"kid": "k" * 201}, "“kid”"),
        ({"kty": "rsa"}, "“kty” is none of RSA, EC, OKP"),
        ({"kty": "AKP"}, "“kty” is none of RSA, EC, OKP"),
        ({"kty": ["RSA"]}, "“kty” is none of RSA, EC, OKP"),
        ({"kty": None}, "“kty” is none of RSA, EC, OKP"),
        ({"n": 5}, "cannot be read"),
        ({"n": ""}, "cannot be read"),
        ({"n": f"{NUMBER['n']}="}, "cannot be read"),
        ({"n": "ü" * 342}, "cannot be read"),
        ({"n": "A" * 2000}, "cannot be read"),
        ({"e": "AA"}, "cannot be read"),
        ({"e": "AQ"}, "cannot be read"),
        ({"e": "Ag"}, "cannot be read"),
        ({"e": None}, "cannot be read"),
        ({"e": 65537}, "cannot be read"),
        ({"e": "_" * 40 + "w"}, "cannot be read"),
        ({"e": "////"}, "cannot be read"),
        ({"e": "_" * 8}, "too large"),
        ({"n": "w" + "A" * 1365 + "E"}, "too large"),
    ],
)
def test_a_key_that_is_not_taken_is_skipped_with_its_reason(members: Jwk, words: str) -> None:
    found = parse_keys(jwks(jwk(RSA, **members), EC))
    assert taken(found) == ["ec"]
    [reason] = found.skipped
    assert reason.startswith("Key 1 ")
    assert words in reason
    alone = refusal(jwks(jwk(RSA, **members)))
    assert alone == f"It has no key that Roster takes. {reason}"


P256, X = EC, CURVES["P-384"].as_dict(private=False)["x"]
OTHERS: dict[str, Jwk] = {
    "is too weak: 1024 bits": {"kty": "RSA", "e": "AQAB", "n": "w" + "A" * 169 + "E"},
    "is too weak: 2040 bits": {"kty": "RSA", "e": "AQAB", "n": "_" * 340},
    "“crv” is none of P-256": {**P256, "crv": "secp256k1"},
    "“crv” is not Ed25519": {"kty": "OKP", "crv": "X25519", "x": ED.as_dict(private=False)["x"]},
    "“kty” is none of": OctKey.generate_key(256).as_dict(),
}
UNREADABLE: list[Jwk] = [
    {**P256, "x": P256["y"], "y": P256["x"]},
    {**P256, "x": "AA", "y": "AA"},
    {**P256, "crv": "P-384"},
    {**P256, "x": X},
    {**P256, "crv": None},
    {**P256, "crv": ["P-256"]},
    {"kty": "EC", "crv": "P-256", "x": P256["x"]},
    {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"},
    {"kty": "OKP", "crv": "Ed25519"},
    {"kty": "RSA"},
]


@pytest.mark.parametrize("words", OTHERS)
def test_weak_symmetric_and_unknown_keys_are_skipped(words: str) -> None:
    assert words in refusal(jwks(OTHERS[words]))
    assert taken(parse_keys(jwks(OTHERS[words], EC))) == ["ec"]


@pytest.mark.parametrize("key", [*UNREADABLE, None, 5, "text", [], [EC]])
def test_keys_that_are_none_are_skipped(key: object) -> None:
    reason = refusal(jwks(key))
    assert "Key 1 cannot be read." in reason or "Key 1 is no object." in reason
    assert taken(parse_keys(jwks(key, EC))) == ["ec"]


PRIVATE = [
    RSA.as_dict(private=True),
    CURVES["P-521"].as_dict(private=True),
    ED.as_dict(private=True),
    {**EC, "d": None},
    {**jwk(RSA), "p": "AA"},
    {**jwk(RSA), "oth": []},
]


@pytest.mark.parametrize("key", PRIVATE)
def test_a_private_key_spoils_all(key: Jwk) -> None:
    for text in (jwks(key), jwks(EC, key), json.dumps(key)):
        reason = refusal(text)
        assert reason.startswith("It holds a private key")
        assert "AA" not in reason
    assert all(str(value) not in reason for value in key.values() if len(str(value)) > 9)


@pytest.mark.parametrize("key", [RSA, CURVES["P-256"], ED])
def test_a_private_key_in_pem_is_told_as_well(key: Key) -> None:
    text = key.as_pem(private=True).decode()  # type: ignore[union-attr] # none of them is symmetric
    assert refusal(text).startswith("It holds a private key")
    assert refusal(f"{pem(RSA.public_key)}{text}").startswith("It holds a private key")


def test_a_name_may_stand_for_several_keys_and_a_key_stands_once() -> None:
    second = ECKey.generate_key("P-256")
    found = parse_keys(jwks(EC, EC, jwk(second, kid="ec"), jwk(RSA, kid="ec"), {**EC, "kid": "b"}))
    assert taken(found) == ["ec", "ec", "ec", "b"]
    assert len(found.fitting("ec", "ES256")) == 2
    assert len(found.fitting("ec", "RS256")) == 1
    assert found.fitting("EC", "ES256") == ()
    both = parse_keys(jwks(jwk(RSA, kid="a", alg="RS256"), jwk(RSA, kid="a", alg="PS256")))
    assert [len(both.fitting("a", name)) for name in ("RS256", "PS256", "PS384")] == [1, 1, 0]


def test_without_names_all_that_fit_are_tried() -> None:
    nameless = {name: value for name, value in EC.items() if name != "kid"}
    found = parse_keys(jwks(nameless, jwk(ECKey.generate_key("P-256"), kid="a"), jwk(RSA)))
    assert len(found.fitting("a", "ES256")) == 2
    assert len(found.fitting("b", "ES256")) == 1
    assert len(found.fitting(None, "ES256")) == 2


def test_several_keys_may_be_pasted_as_pem() -> None:
    text = "\n\n".join(pem(key.public_key) for key, _, _ in GOOD.values())
    found = parse_keys(f"  {text}\r\n")
    assert [key.kind for key in found.keys] == [kind for _, kind, _ in GOOD.values()]
    assert taken(found) == [None] * 5
    assert parse_keys(pem(RSA.public_key, PublicFormat.PKCS1)).keys[0].kind == "RSA, 2048 bits"


WEAK: dict[str, Callable[[], Any]] = {
    "is too weak": lambda: rsa.generate_private_key(65537, 1024),
    "is of a kind that is not taken": lambda: ec.generate_private_key(ec.SECP256K1()),
    "of a kind that is not taken": ed448.Ed448PrivateKey.generate,
    "kind that is not taken": lambda: dsa.generate_private_key(1024),
}


@pytest.mark.parametrize("words", WEAK)
def test_other_keys_in_pem_are_skipped(words: str) -> None:
    text = pem(WEAK[words]().public_key())
    assert words in refusal(text)
    good = pem(ed25519.Ed25519PrivateKey.generate().public_key())
    assert len(parse_keys(text + good).skipped) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "is a CERTIFICATE"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "cannot be read"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA", "something that is none"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----", "that is none"),
        ("ssh-ed25519 AAAA -----BEGIN", "something that is none"),
        (f"key: {pem(RSA.public_key)}", "something that is none"),
        ("", "It is not JSON"),
        ("ssh-rsa AAAA", "It is not JSON"),
        ("{}", "no list “keys”"),
        ('{"keys": {}}', "no list “keys”"),
        ('{"keys": null}', "no list “keys”"),
        ('{"keys": []}', "no key that Roster takes"),
        ("[]", "no object"),
        ('{"keys": ' + "[" * 60_000, "nested too deeply"),
        ('{"keys": [], "keys": []}', "It says 'keys' twice"),
        (" " * (MOST_PASTED + 1), "at most 64 KiB"),
        (jwks(*[EC] * (MOST_KEYS + 1)), "It has 51 keys; 50 are the most"),
    ],
)
def test_what_is_neither_is_told_in_words(text: str, words: str) -> None:
    assert words in refusal(text)


TEXT = st.text().filter(lambda text: "PRIVATE KEY-----" not in text)  # that is refused whole
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=5,
)
NAMES = ["kty", "kid", "use", "alg", "key_ops", "crv", "x", "y", "n", "e", "x5c"]


@settings(deadline=None)
@given(st.sampled_from([EC, jwk(RSA), jwk(ED)]), st.dictionaries(st.sampled_from(NAMES), JSON))
def test_whatever_a_key_is_made_of_it_is_taken_or_skipped(key: Jwk, members: Jwk) -> None:
    found = parse_keys(jwks({**key, **members}, jwk(CURVES["P-384"], kid="other")))
    assert len(found.keys) + len(found.skipped) == 2


@settings(deadline=None)
@given(st.text() | JSON.map(json.dumps))
def test_whatever_is_pasted_is_read_or_refused(text: str) -> None:
    assert refusal(text)
