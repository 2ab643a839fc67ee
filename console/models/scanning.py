"""Scanning partners: who looks for secrets in public places and says in numbers what they found."""

import uuid
from uuid import UUID

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse

from console import names

MAX_IDENTIFIER = 128
# A key of the curve has 178 characters in PEM; people paste blank lines and comments as well.
MAX_PEM = 2000
NO_KEY = (
    "Give a public key of the curve P-256 in PEM, from -----BEGIN PUBLIC KEY----- to"
    " -----END PUBLIC KEY-----."
)
A_PRIVATE_KEY = "This is a private key, which only the partner may have. Give its public key."

validate_identifier = RegexValidator(
    rf"\A[!-~]{{1,{MAX_IDENTIFIER}}}\Z",
    f"Use at most {MAX_IDENTIFIER} printable ASCII characters without spaces.",
)


def read_public_key(pem: str) -> ec.EllipticCurvePublicKey:
    """The key of P-256 that `pem` writes. Raises `ValidationError` for all else."""
    try:
        key = serialization.load_pem_public_key(pem.encode("ascii"))
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise ValidationError(A_PRIVATE_KEY if "PRIVATE KEY" in pem else NO_KEY) from fault
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValidationError(NO_KEY)
    return key


def canonical_pem(pem: str) -> str:
    """The key without what stood around it where it was copied from."""
    encoding = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return read_public_key(pem).public_bytes(*encoding).decode()


def validate_public_key(value: str) -> None:
    """Refuse what no signature of a partner could be checked with."""
    read_public_key(value)


class ScanningPartner(models.Model):
    """Somebody who reports leaked secrets, and proves with a signature that they say so."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(
        max_length=100,
        unique=True,
        validators=[names.validate_line],
        error_messages={"unique": "There is a partner of this name."},
    )
    created_at = models.DateTimeField(auto_now_add=True)

    actor_kind = "partner"

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("console:partner", args=[self.uuid])

    @property
    def actor_uuid(self) -> UUID:
        return self.uuid

    @property
    def actor_label(self) -> str:
        return self.name


class ScanningKey(models.Model):
    """One of a partner's public keys, by the identifier that the partner sends along with a signature."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partner = models.ForeignKey(ScanningPartner, on_delete=models.CASCADE, related_name="keys")
    identifier = models.CharField(
        "key identifier",
        max_length=MAX_IDENTIFIER,
        unique=True,
        validators=[validate_identifier],
        error_messages={"unique": "There is a key with this identifier."},
    )
    public_pem = models.TextField(
        "public key", max_length=MAX_PEM, validators=[validate_public_key]
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=255)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.partner}, {self.identifier}"

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        return read_public_key(self.public_pem)
