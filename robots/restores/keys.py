"""Signing keys that leaked and were withdrawn, and sign again."""

from functools import partial

from console.audit.evidence import Line
from robots.models import SigningKey
from robots.restores.claims import ACTOR, Claims, Revived, claiming
from robots.secrets.key_changes import withdraw


def _withdrawn(line: Line) -> Revived | None:
    believed = SigningKey.objects.exclude(state=SigningKey.State.WITHDRAWN)
    row = believed.filter(uuid=line.target).first()
    if row is None:
        return None
    end = partial(withdraw, row.kid, actor=ACTOR)
    return Revived("signing key", row.kid, "had leaked and was withdrawn", end)


CLAIMS: dict[str, Claims] = {"signing-key:withdrawn": claiming("signing key", _withdrawn)}
