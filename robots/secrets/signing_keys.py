"""Signing keys: made once, parsed once per process, published for whoever checks signatures.

RS256 with 3072 bits signs robot tokens; ES256 signs access tokens, and registry tokens, whose key carries a
certificate under the site's own authority, so that a registry takes later keys without a restart. How keys
change is in `key_changes`.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.db.models import QuerySet
from joserfc.jwk import ECKey, RSAKey

from console import keyring
from console.audit.recording import ROSTER, Chain, EventActor, changing, record
from robots.base.credentials import KID_PREFIX
from robots.base.jwt import Signer
from robots.models import SigningKey
from robots.secrets import certificates

Jwk = dict[str, str | list[str]]
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
SEALING = "signing-keys:v1"
Purpose, State = SigningKey.Purpose, SigningKey.State
RELOAD_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class SigningIdentity:
    """The current key of a purpose, ready to sign, and its certificate as a JWS header names it."""

    signer: Signer
    x5c: tuple[str, ...]


class _Loaded:
    """What this process has parsed, and when it last asked whether that is still current."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.identities: dict[str, tuple[SigningIdentity, float]] = {}


_loaded = _Loaded()


def forget() -> None:
    """Drop every parsed key of this process."""
    _loaded.identities.clear()


def current(purpose: str, *, now: Callable[[], float] = time.monotonic) -> SigningIdentity:
    """The key that signs for `purpose`; made now if there is none. Asks the table every 5 seconds."""
    found = _loaded.identities.get(purpose)
    if found and now() - found[1] < RELOAD_SECONDS:
        return found[0]
    with _loaded.lock:
        known = found and [found[0].signer.kid, found[0].x5c] == _current_name(purpose)
        identity = found[0] if found and known else _identity(ensure(purpose))
        _loaded.identities[purpose] = (identity, now())
    return identity


def _current_name(purpose: str) -> list[object]:
    """What tells the key from others: its `kid`, and the certificate that it may get anew."""
    rows = rows_of(purpose, State.CURRENT).values_list("kid", "certificate_pem")
    return [part for kid, pem in rows for part in (kid, certificates.x5c(pem))]


def rows_of(purpose: str, *states: str) -> QuerySet[SigningKey]:
    """The keys of `purpose` in one of `states`."""
    return SigningKey.objects.filter(purpose=purpose, state__in=states)


def ensure(purpose: str, state: str = State.CURRENT, *, actor: EventActor = ROSTER) -> SigningKey:
    """The key of `purpose` that signs, or will sign next, made exactly once however many processes ask."""
    row = rows_of(purpose, state).first()
    if row is not None:
        return row
    fresh = make(purpose)
    with changing(None) as chain:
        row = rows_of(purpose, state).first()
        if row is not None:
            return row
        save(chain, fresh, state, actor)
    return fresh


def ensure_all() -> None:
    """Make every key that the product needs, and those that come next: verifiers hear of them ahead."""
    for purpose in Purpose.values:
        for state in (State.CURRENT, State.NEXT):
            ensure(purpose, state)


def save(chain: Chain, row: SigningKey, state: str, actor: EventActor) -> None:
    """Write the key in its new state with its event: part of a change that is under way."""
    row.state = state
    row.full_clean()
    row.save()
    record(
        chain,
        actor=actor,
        action=f"signing-key:{state}",
        target=row,
        after={"kid": row.kid, "purpose": row.purpose, "algorithm": row.algorithm},
    )


def make(purpose: str) -> SigningKey:
    """A new key, not saved. A registry's is certified by the authority there is."""
    private: PrivateKey
    if purpose == Purpose.ROBOT_TOKENS:
        private = rsa.generate_private_key(public_exponent=65537, key_size=3072)
        kid = KID_PREFIX + _thumbprint(private.public_key())[:16]
        return _row(purpose, "RS256", kid, private)
    private = ec.generate_private_key(ec.SECP256R1())
    row = _row(purpose, "ES256", _thumbprint(private.public_key()), private)
    if purpose == Purpose.REGISTRY_CA:
        row.certificate_pem = certificates.authority(private)
    elif purpose == Purpose.REGISTRY:
        certify(row, ensure(Purpose.REGISTRY_CA))
    return row


def certify(row: SigningKey, authority: SigningKey) -> None:
    """Give a registry's key a certificate of `authority`; not saved."""
    public = serialization.load_pem_public_key(row.public_pem.encode())
    private = serialization.load_der_private_key(_unsealed(authority), password=None)
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(
        private, ec.EllipticCurvePrivateKey
    ):
        raise TypeError("a key that signs for registries, or their authority's, is not an EC key")
    row.certificate_pem = certificates.leaf(public, authority.certificate_pem, private)


def _row(purpose: str, algorithm: str, kid: str, private: PrivateKey) -> SigningKey:
    number = keyring.current()
    plain = private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return SigningKey(
        kid=kid,
        algorithm=algorithm,
        purpose=purpose,
        private=keyring.encrypt(SEALING, number, plain, bound_to=kid),
        root_number=number,
        public_pem=private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
    )


def _thumbprint(public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> str:
    """RFC 7638, SHA-256."""
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    kind = RSAKey if isinstance(public, rsa.RSAPublicKey) else ECKey
    return kind.import_key(pem).thumbprint()


def _unsealed(row: SigningKey) -> bytes:
    """The private part of a row, as PKCS #8 in DER."""
    return keyring.decrypt(SEALING, row.root_number, bytes(row.private), bound_to=row.kid)


def opens_a_key(number: int) -> bool | None:
    """Whether a key is sealed under this root of the keyring; `None` where none says so."""
    row = SigningKey.objects.filter(root_number=number).exclude(private=b"").first()
    if row is None:
        return None
    return opens(row)


def opens(row: SigningKey) -> bool:
    """Whether its private part can be opened with this keyring."""
    try:
        return bool(_unsealed(row))
    except InvalidTag:
        return False


def _identity(row: SigningKey) -> SigningIdentity:
    kind = RSAKey if row.algorithm == "RS256" else ECKey
    signer = Signer(row.kid, row.algorithm, kind.import_key(_unsealed(row)))
    return SigningIdentity(signer, certificates.x5c(row.certificate_pem))


def registry_bundle() -> str:
    """The PEM that a registry takes as `rootcertbundle`: the authority, and the one that would follow it."""
    present, following = (ensure(Purpose.REGISTRY_CA, it) for it in (State.CURRENT, State.NEXT))
    return present.certificate_pem + following.certificate_pem


def jwks(*purposes: str) -> dict[str, list[Jwk]]:
    """The public keys of `purposes` as a JWK set (RFC 7517): what signs, what signed, what will sign next."""
    published = SigningKey.objects.exclude(state=State.WITHDRAWN).filter(purpose__in=purposes)
    return {"keys": [_jwk(row) for row in published.order_by("-id")]}


def _jwk(row: SigningKey) -> Jwk:
    kind = RSAKey if row.algorithm == "RS256" else ECKey
    public = kind.import_key(row.public_pem).as_dict(private=False)
    return {**public, "kid": row.kid, "alg": row.algorithm, "use": "sig"}
