"""Scanning partners and their keys that were taken back, and are believed again."""

from functools import partial

from console.audit.evidence import Line
from console.models import ScanningKey, ScanningPartner
from console.scanning.services import delete_partner, remove_key
from robots.restores.claims import ACTOR, Claims, Revived, claiming


def _deleted(line: Line) -> Revived | None:
    found = ScanningPartner.objects.filter(uuid=line.target).first()
    if found is None:
        return None
    end = partial(delete_partner, actor=ACTOR, partner=found)
    return Revived("scanning partner", str(found), "was deleted", end)


def _removed(line: Line) -> Revived | None:
    found = ScanningKey.objects.select_related("partner").filter(uuid=line.target).first()
    if found is None:
        return None
    end = partial(remove_key, actor=ACTOR, key=found)
    return Revived("scanning key", str(found), "was removed", end)


CLAIMS: dict[str, Claims] = {
    "scanning-partner:deleted": claiming("scanning partner", _deleted),
    "scanning-key:removed": claiming("scanning key", _removed),
}
