"""Public keys of other issuers: which are taken, from JWK sets (RFC 7517) and PEM. Nobody is asked here."""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurve,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.util import base64_to_int, urlsafe_b64decode

from robots.trusts.documents import Members, read_object

MOST_KEYS = 50
MOST_PASTED = 64 * 1024
MOST_NAME = 200
# Of RSA; more is nowhere in use and slow. A key of that size has so many characters.
LEAST_BITS, MOST_BITS, MOST_CHARACTERS = 2048, 8192, 1400
MOST_EXPONENT_BITS = 32
CURVES: dict[str, type[EllipticCurve]] = {
    "P-256": SECP256R1,
    "P-384": SECP384R1,
    "P-521": SECP521R1,
}
# What OpenSSL calls them.
NAMES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
OF_RSA = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
OF_CURVES = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
OF_ED25519 = frozenset({"Ed25519", "EdDSA"})
# RFC 7518, 6.2.2 and 6.3.2; RFC 8037, 2.
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth"}
PEM_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----")
PUBLIC_BLOCKS = {"PUBLIC KEY", "RSA PUBLIC KEY"}


class Unfit(Exception):
    """A key is not taken, for a reason that stands behind its name."""


class LeakedKey(ValueError):
    """A private key is where public ones belong."""

    def __init__(self) -> None:
        super().__init__(
            "It holds a private key, which only its issuer may know: replace that key. What belongs here is"
            " the public one."
        )


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """A key, what it is called, and which algorithms (RFC 7518) it may verify."""

    kid: str | None
    algorithms: frozenset[str]
    key: Key
    kind: str


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of an issuer, and a sentence about each that was left out."""

    keys: tuple[IssuerKey, ...]
    skipped: tuple[str, ...] = ()

    def fitting(self, kid: str | None, algorithm: str) -> tuple[Key, ...]:
        """What may have signed a token that says so; each is to be tried.

        A key without a name may be any, and a token that names none may be from any.
        """
        fit = (each for each in self.keys if None in {kid, each.kid} or each.kid == kid)
        return tuple(each.key for each in fit if algorithm in each.algorithms)


@functools.lru_cache(maxsize=256)
def parse_keys(text: str) -> Keys:
    """The keys in a JWK set, one JWK or PEM, as people paste them; raises `ValueError` with a sentence."""
    if len(text) > MOST_PASTED:
        raise ValueError(f"Give at most {MOST_PASTED // 1024} KiB of keys.")
    if "PRIVATE KEY-----" in text:
        raise LeakedKey
    if "-----BEGIN" in text:
        found = _gathered(_pem_keys(text))
    else:
        document = read_object(text)
        found = read_key_set({"keys": [document]} if "kty" in document else document)
    if not found.keys:
        raise ValueError(" ".join(["It has no key that Roster takes.", *found.skipped[:3]]))
    return found


def read_key_set(document: Members) -> Keys:
    """The keys of a JWK set, perhaps none; raises `ValueError` with a sentence where it is no such set."""
    jwks = document.get("keys")
    if not isinstance(jwks, list):
        raise ValueError("It has no list “keys”, as a JWK set has (RFC 7517).")  # noqa: TRY004 - its text is wrong
    return _gathered([functools.partial(_jwk_key, jwk) for jwk in jwks])


def _gathered(readers: list[Callable[[], IssuerKey]]) -> Keys:
    if len(readers) > MOST_KEYS:
        raise ValueError(f"It has {len(readers)} keys; {MOST_KEYS} are the most.")
    taken, skipped = dict[tuple[object, ...], IssuerKey](), list[str]()
    for number, read in enumerate(readers, 1):
        try:
            key = read()
        except Unfit as reason:
            skipped.append(f"Key {number} {reason}.")
        else:
            # A name may stand for several keys; the same key is there once.
            taken[key.kid, key.algorithms, key.key.thumbprint()] = key
    return Keys(tuple(taken.values()), tuple(skipped))


def _pem_keys(text: str) -> list[Callable[[], IssuerKey]]:
    if PEM_BLOCK.sub("", text).strip():
        raise ValueError("Between the PEM blocks, or in them, is something that is none.")
    return [functools.partial(_pem_key, found[1], found[0]) for found in PEM_BLOCK.finditer(text)]


def _pem_key(label: str, block: str) -> IssuerKey:
    if label not in PUBLIC_BLOCKS:
        raise Unfit(f"is a {label}, not a PUBLIC KEY")
    try:
        return _key(load_pem_public_key(block.encode()), None)
    except (ValueError, UnsupportedAlgorithm):
        raise Unfit("cannot be read") from None


def _jwk_key(jwk: object) -> IssuerKey:
    """A key that says that it verifies signatures, or does not say what it is for."""
    if not isinstance(jwk, dict):
        raise Unfit("is no object")
    if _reader(jwk) and PRIVATE & jwk.keys():
        raise LeakedKey
    kid, use, operations = jwk.get("kid"), jwk.get("use", "sig"), jwk.get("key_ops", ["verify"])
    if kid is not None and not _is_name(kid):
        raise Unfit(f"has a “kid” that is no text of 1 to {MOST_NAME} visible characters")
    if use != "sig" or not isinstance(operations, list) or "verify" not in operations:
        raise Unfit("is not for verifying signatures, by its “use” or “key_ops”")
    return _key(_public(jwk), kid, jwk.get("alg"))


def _is_name(kid: object) -> bool:
    return isinstance(kid, str) and 0 < len(kid) <= MOST_NAME and kid.isprintable()


def _reader(jwk: Members) -> Callable[[Members], object] | None:
    kind = jwk.get("kty")
    return PUBLIC_OF.get(kind) if isinstance(kind, str) else None


def _public(jwk: Members) -> object:
    read = _reader(jwk)
    if read is None:
        raise Unfit("is of a kind that is not taken: “kty” is none of " + ", ".join(PUBLIC_OF))
    try:
        return read(jwk)
    except (ValueError, UnsupportedAlgorithm):
        raise Unfit("cannot be read") from None


def _rsa(jwk: Members) -> RSAPublicKey:
    modulus = _number(jwk, "n")
    _require_size(modulus.bit_length())
    return RSAPublicNumbers(_number(jwk, "e"), modulus).public_key()


def _elliptic(jwk: Members) -> EllipticCurvePublicKey:
    curve = CURVES.get(_text(jwk, "crv"))
    if curve is None:
        raise Unfit("is on a curve that is not taken: “crv” is none of " + ", ".join(CURVES))
    return EllipticCurvePublicNumbers(_number(jwk, "x"), _number(jwk, "y"), curve()).public_key()


def _edwards(jwk: Members) -> Ed25519PublicKey:
    if _text(jwk, "crv") != "Ed25519":
        raise Unfit("is on a curve that is not taken: “crv” is not Ed25519")
    return Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(_text(jwk, "x").encode()))


PUBLIC_OF: dict[str, Callable[[Members], object]] = {
    "RSA": _rsa,
    "EC": _elliptic,
    "OKP": _edwards,
}


def _text(jwk: Members, name: str) -> str:
    text = jwk.get(name)
    if not isinstance(text, str) or not 0 < len(text) <= MOST_CHARACTERS:
        raise ValueError(name)
    return text


def _number(jwk: Members, name: str) -> int:
    return base64_to_int(_text(jwk, name))


def _key(public: object, kid: str | None, only: object = None) -> IssuerKey:
    """`only` is the one algorithm that the key is for, if it says so."""
    key, kind, algorithms = _described(public)
    if only is not None:
        algorithms &= {str(only)}
    if not algorithms:
        raise Unfit("is for an algorithm that is not taken for such a key: its “alg”")
    return IssuerKey(kid, algorithms, key, kind)


def _described(public: object) -> tuple[Key, str, frozenset[str]]:
    if isinstance(public, RSAPublicKey):
        _require_size(public.key_size, public.public_numbers().e.bit_length())
        return RSAKey.import_key(public), f"RSA, {public.key_size} bits", OF_RSA
    if isinstance(public, EllipticCurvePublicKey) and public.curve.name in NAMES:
        name = NAMES[public.curve.name]
        return ECKey.import_key(public), f"EC, {name}", frozenset({OF_CURVES[name]})
    if isinstance(public, Ed25519PublicKey):
        return OKPKey.import_key(public), "Ed25519", OF_ED25519
    raise Unfit("is of a kind that is not taken")


def _require_size(bits: int, exponent_bits: int = 0) -> None:
    if bits < LEAST_BITS:
        raise Unfit(f"is too weak: {bits} bits, and {LEAST_BITS} are the least")
    if bits > MOST_BITS or exponent_bits > MOST_EXPONENT_BITS:
        raise Unfit(f"is too large: {MOST_BITS} bits are the most, {MOST_EXPONENT_BITS} of its “e”")
