"""Which partner signed a body: ECDSA with P-256 and SHA-256 over its bytes, before anything in it is read."""

import binascii

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings

from console.failures import Failures
from console.models import ScanningKey, ScanningPartner
from console.serving.endpoints import FrontRequest, Refused

# The names that GitHub's partner programme has made common; no client knows others.
IDENTIFIER, SIGNATURE = "Github-Public-Key-Identifier", "Github-Public-Key-Signature"
UNSIGNED = f"a report is signed: send {IDENTIFIER} and {SIGNATURE}"
UNKNOWN = "no scanning partner has this key; an operator of this Roster adds it"
WRONG = "the signature is not this key's, or not over this body"

# A partner may have changed its keys, and an operator has to hear of it.
refusals = Failures(structlog.get_logger("roster.leaks"))


def partner_of(request: FrontRequest) -> ScanningPartner:
    """Whoever signed the report. Raises `Refused` (401) for nobody who is known."""
    identifier, signature = request.header(IDENTIFIER), request.header(SIGNATURE)
    if not identifier or not signature:
        raise _unauthorized(UNSIGNED)
    key = _key(identifier)
    if key is None:
        raise _unauthorized(UNKNOWN)
    if not _is_right(key, signature, request.body):
        raise _unauthorized(WRONG)
    return key.partner


def _key(identifier: str) -> ScanningKey | None:
    if not identifier.isprintable():  # PostgreSQL cannot even be asked for the rest
        return None
    return ScanningKey.objects.select_related("partner").filter(identifier=identifier).first()


def _is_right(key: ScanningKey, signature: str, body: bytes) -> bool:
    try:
        signed = binascii.a2b_base64(signature, strict_mode=True)
        key.public_key.verify(signed, body, ec.ECDSA(SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True


def _unauthorized(message: str) -> Refused:
    refusals.log("leak report refused", reason=message)
    challenge = ("WWW-Authenticate", f'Signature realm="{settings.ROSTER_ORIGIN}"')
    return Refused(401, "UNAUTHORIZED", message, (challenge,))
