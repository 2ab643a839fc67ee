"""Certificates of registry keys: a site's own authority, and the leaves by which registries know its keys."""

import base64
import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

TEN_YEARS = datetime.timedelta(days=3650)
SKEW = datetime.timedelta(hours=1)


def authority(private: ec.EllipticCurvePrivateKey) -> str:
    """The PEM by which a registry trusts whatever this key signs."""
    name = _name("Roster registry token CA")
    return _certificate(name, name, private.public_key(), private, is_authority=True)


def leaf(
    public: ec.EllipticCurvePublicKey, issuer_pem: str, issuer: ec.EllipticCurvePrivateKey
) -> str:
    """The PEM of a key that signs registry tokens."""
    subject = x509.load_pem_x509_certificate(issuer_pem.encode()).subject
    return _certificate(_name("Roster registry tokens"), subject, public, issuer)


def x5c(certificate_pem: str) -> tuple[str, ...]:
    """RFC 7515, 4.1.6: plain base64 of the DER, not the URL-safe kind."""
    if not certificate_pem:
        return ()
    certificate = x509.load_pem_x509_certificate(certificate_pem.encode())
    return (base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode(),)


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
