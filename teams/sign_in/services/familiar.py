"""Telling people of sign-ins from a browser or a network that is new to their account."""

import ipaddress
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from console import keyring
from console.audit.recording import changing
from console.http import current
from console.notices.kinds import SIGN_IN_NEW
from console.notices.letters import tell_by_letter
from console.notices.telling import News
from teams.models import KnownSignIn, User
from teams.sign_in.devices import device

# Longer ago counts as new again.
KNOWN_FOR = timedelta(days=90)
# Addresses change inside what one provider gives out.
PREFIX = {4: 24, 6: 64}


def note_where(user: User) -> None:
    """Remember where this sign-in came from, and tell of it unless both were known or it is the first."""
    came = current.get()
    name = device(came.agent)
    with changing(None):
        rows = KnownSignIn.objects.filter(user=user)
        rows.filter(seen_at__lt=timezone.now() - KNOWN_FOR).delete()
        is_first = not rows.exists()
        texts = (f"browser:{name}", f"network:{_network(came.address)}")
        known = [_is_known(user, text) for text in texts]
        if not (is_first or all(known)):
            _tell(user, name, came.address)


def _network(address: str) -> str:
    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{address}/{PREFIX[version]}", strict=False))


def _is_known(user: User, text: str) -> bool:
    """Whether somebody signed in from there before; from now on they have."""
    digests = [KnownSignIn.digest_of(text, number) for number in keyring.numbers()]
    rows = KnownSignIn.objects.filter(user=user, digest__in=digests)
    if rows.update(seen_at=timezone.now()):
        return True
    KnownSignIn.objects.create(user=user, digest=digests[-1])
    return False


def _tell(user: User, name: str, address: str) -> None:
    where = f" from {address}" if address else ""
    words = f"Your account was signed in to with {name}{where}"
    data = {"device": name, "address": address}
    tell_by_letter(
        SIGN_IN_NEW, None, News(user, words, reverse("teams:session-list"), [user], data)
    )
