"""What verifiers say from memory, beside what the database says."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from robots.usage.counters import Use
from robots.verifiers.authentication import Credential, authenticate, logins
from tests.rules.model import Place


@contextmanager
def _without_memory() -> Iterator[None]:
    known, logins._known = logins._known, {}
    try:
        yield
    finally:
        logins._known = known


def _said(secret: str, paths: list[str]) -> Any:
    """Why it is refused, or all that decides about it."""
    found = authenticate(None, secret, Use("test"))
    if not isinstance(found, Credential):
        return found
    own = found.organization_id
    holdings = {path: found.on_place(path) for path in paths}
    return found.row, holdings, own and found.permissions_in(own)


def otherwise_remembered(secrets: Iterable[str], places: list[Place]) -> list[str]:
    """What the memory says otherwise. It is filled by that, so the next time it has something to forget."""
    paths = [str(place) for place in places if not place.team]
    wrong = []
    for secret in secrets:
        remembered = _said(secret, paths)
        with _without_memory():
            if _said(secret, paths) != remembered:
                wrong.append("a secret is remembered with what is over")
    return wrong
