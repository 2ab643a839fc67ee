"""The check of signing keys: whether each purpose has one that signs and one that follows, and until when."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography import x509
from django.utils import timezone

from console.health.findings import Check, Finding, failed, ok, warning
from console.moments import date
from robots.models import SigningKey
from robots.secrets.signing_keys import Purpose, State, opens

# Registries have to be given a new bundle by hand.
ENDS_SOON = timedelta(days=90)


def signing_keys() -> Finding:
    """Asks the table; makes no key."""
    rows = list(SigningKey.objects.filter(state__in=[State.CURRENT, State.NEXT]).order_by("id"))
    signing = {row.purpose for row in rows if row.state == State.CURRENT}
    if missing := _labels(purpose for purpose in Purpose.values if purpose not in signing):
        return failed(f"No key signs: {missing}. Restart `serve`, which makes it.")
    if closed := _labels(row.purpose for row in rows if not opens(row)):
        return failed(
            f"Cannot be opened with this keyring: {closed}. Restore the keyring that made it."
        )
    following = {row.purpose for row in rows if row.state == State.NEXT}
    if missing := _labels(purpose for purpose in Purpose.values if purpose not in following):
        return warning(f"No key waits to follow: {missing}. Restart `serve`, which makes it.")
    return _end(rows)


def _labels(purposes: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(Purpose(purpose).label for purpose in purposes))


def _end(rows: list[SigningKey]) -> Finding:
    """When the first of the certificates ends that registries believe."""
    end = min((_ends_at(row) for row in rows if row.certificate_pem), default=None)
    words = "Each purpose has a key that signs and one that follows"
    if end is None:
        return ok(f"{words}.")
    if end < timezone.now() + ENDS_SOON:
        return warning(
            f"A certificate of registry keys ends on {date(end)}. Rotate the key (`rotate_signing_key"
            " registry`); if it is the authority's, withdraw it and give each registry the new bundle."
        )
    return ok(f"{words}; the first certificate ends on {date(end)}.")


def _ends_at(row: SigningKey) -> datetime:
    certificate = x509.load_pem_x509_certificate(row.certificate_pem.encode())
    return certificate.not_valid_after_utc


CHECK = Check("signing-keys", "Signing keys", signing_keys)
