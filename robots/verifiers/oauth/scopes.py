"""Scopes: permissions by their names (RFC 6749, 3.3), on all that the owner of a token reaches."""

import re
from collections.abc import Iterable

from console.permissions.vocabulary import DATA_PERMISSIONS, Permission, Permissions
from robots.verifiers.credential import Credential
from robots.verifiers.oauth.forms import Fault

WORDS = re.compile(r"[!#-\[\]-~]+(?: [!#-\[\]-~]+)*")
KNOWN = {str(permission): permission for permission in Permission}


def parse_scope(text: str) -> Permissions:
    """The permissions it names; what is none gives nothing. Raises `Fault` for what is no scope."""
    if not WORDS.fullmatch(text):
        raise Fault(400, "invalid_scope", "a scope is words with one space between them")
    return known(text)


def known(text: str) -> Permissions:
    """The permissions among the words of a scope."""
    return frozenset(KNOWN[word] for word in text.split(" ") if word in KNOWN)


def written(permissions: Permissions) -> str:
    """Permissions as a scope."""
    return " ".join(sorted(permissions))


def held_somewhere(credential: Credential, organization_ids: Iterable[int]) -> Permissions:
    """What its owner holds anywhere in these organizations, as the token is narrowed."""
    return frozenset[Permission]().union(*map(credential.permissions_in, organization_ids))


def granted(asked: str | None, held: Permissions) -> Permissions:
    """What of the asked is held; where nothing is asked, all that is about artifacts and charts."""
    return held & (DATA_PERMISSIONS if asked is None else parse_scope(asked))
