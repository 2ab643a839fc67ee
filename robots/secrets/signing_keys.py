"""Signing keys: made once, parsed once per process, and the site's certificate authority.

RS256 with 3072 bits signs robot tokens; ES256 signs registry tokens, whose key carries a certificate
under the site's own CA, so that a registry takes later keys without a restart.
"""

import base64
import datetime
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from joserfc.jwk import ECKey, RSAKey

from console import keyring
from console.audit.recording import ROSTER, Chain, EventActor, changing, record
from robots.base.credentials import KID_PREFIX
from robots.base.jwt import Signer
from robots.models import SigningKey

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
SEALING = "signing-keys:v1"
TEN_YEARS = datetime.timedelta(days=3650)
SKEW = datetime.timedelta(hours=1)
Purpose, State = SigningKey.Purpose, SigningKey.State
RELOAD_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class SigningIdentity:
    """The current key of a purpose, ready to sign, and its certificate as a JWS header names it."""

    signer: Signer
    x5c: list[str]


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
        kid = _current_kid(purpose)
        known = found and found[0].signer.kid == kid
        identity = found[0] if found and known else _identity(ensure(purpose))
        _loaded.identities[purpose] = (identity, now())
    return identity


def _current_kid(purpose: str) -> str | None:
    kids = list(_current_rows(purpose).values_list("kid", flat=True))
    return kids[0] if kids else None


def _current_rows(purpose: str) -> QuerySet[SigningKey]:
    return SigningKey.objects.filter(purpose=purpose, state=State.CURRENT)


def ensure(purpose: str, *, actor: EventActor = ROSTER) -> SigningKey:
    """The row of the current key of `purpose`, made exactly once however many processes ask."""
    row = _current_rows(purpose).first()
    if row is not None:
        return row
    fresh = _make(purpose)
    with changing(None) as chain:
        row = _current_rows(purpose).first()
        if row is not None:
            return row
        _save(chain, fresh, State.CURRENT, actor)
    return fresh


def ensure_all() -> None:
    """Make every key that the product needs."""
    for purpose in Purpose.values:
        ensure(purpose)


def rotate(purpose: str, *, actor: EventActor) -> SigningKey:
    """Let the next key of `purpose` sign from now on, retire the present one, make a new next."""
    if purpose == Purpose.REGISTRY_CA:
        raise ValidationError(
            "The registry certificate authority is what registries trust; it stays."
        )
    ensure(purpose, actor=actor)
    promoted, following = _make(purpose), _make(purpose)
    with changing(None) as chain:
        _current_rows(purpose).update(state=State.RETIRED, retired_at=timezone.now())
        waiting = SigningKey.objects.filter(purpose=purpose, state=State.NEXT).first()
        _save(chain, waiting or promoted, State.CURRENT, actor)
        _save(chain, following, State.NEXT, actor)
    forget()
    return waiting or promoted


def _save(chain: Chain, row: SigningKey, state: str, actor: EventActor) -> None:
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


def _make(purpose: str) -> SigningKey:
    private: PrivateKey
    if purpose == Purpose.ROBOT_TOKENS:
        private = rsa.generate_private_key(public_exponent=65537, key_size=3072)
        kid = KID_PREFIX + _thumbprint(private.public_key())[:16]
        return _row(purpose, "RS256", kid, private)
    private = ec.generate_private_key(ec.SECP256R1())
    kid = _thumbprint(private.public_key())
    row = _row(purpose, "ES256", kid, private)
    row.certificate_pem = _certify(purpose, private)
    return row


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


def _certify(purpose: str, private: ec.EllipticCurvePrivateKey) -> str:
    if purpose == Purpose.REGISTRY_CA:
        name = _name("Roster registry token CA")
        return _certificate(name, name, private.public_key(), private, is_authority=True)
    authority = ensure(Purpose.REGISTRY_CA)
    issuer = x509.load_pem_x509_certificate(authority.certificate_pem.encode()).subject
    signer = serialization.load_der_private_key(_unsealed(authority), password=None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError("the certificate authority's key is not an EC key")
    return _certificate(_name("Roster registry tokens"), issuer, private.public_key(), signer)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _usage(is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool = False,
) -> str:
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + TEN_YEARS)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(_usage(is_authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    certificate = builder.sign(signer, hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _unsealed(row: SigningKey) -> bytes:
    """The private part of a row, as PKCS #8 in DER."""
    return keyring.decrypt(SEALING, row.root_number, bytes(row.private), bound_to=row.kid)


def _identity(row: SigningKey) -> SigningIdentity:
    kind = RSAKey if row.algorithm == "RS256" else ECKey
    signer = Signer(row.kid, row.algorithm, kind.import_key(_unsealed(row)))
    return SigningIdentity(signer, _x5c(row.certificate_pem))


def _x5c(certificate_pem: str) -> list[str]:
    """RFC 7515, 4.1.6: plain base64 of the DER, not the URL-safe kind."""
    if not certificate_pem:
        return []
    certificate = x509.load_pem_x509_certificate(certificate_pem.encode())
    return [base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()]


def registry_bundle() -> str:
    """The PEM that a registry takes as `rootcertbundle`."""
    return ensure(Purpose.REGISTRY_CA).certificate_pem
