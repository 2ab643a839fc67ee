"""Changes to scanning partners and their keys. They count from the next report on, in every process."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from console.audit.recording import EventActor, changing, record
from console.errors import Conflict
from console.models import ScanningKey, ScanningPartner
from console.models.scanning import canonical_pem
from console.permissions.operators import PerhapsOperator, require_operator


class SiteActor(EventActor, PerhapsOperator, Protocol):
    """A person, or whoever types a command."""


def create_partner(*, actor: SiteActor, name: str) -> ScanningPartner:
    """Let somebody report leaked secrets, once they have a key."""
    partner = ScanningPartner(name=name)
    with changing(None) as chain:
        require_operator(actor)
        partner.full_clean()
        partner.save()
        record(
            chain,
            actor=actor,
            action="scanning-partner:created",
            target=partner,
            after={"name": name},
        )
    return partner


def delete_partner(*, actor: SiteActor, partner: ScanningPartner) -> None:
    """Take nothing more from a partner: its keys go with it. What it has reported stays as it is."""
    with changing(None) as chain:
        require_operator(actor)
        partner = _refetch(partner)
        before = {"name": partner.name, "keys": [key.identifier for key in partner.keys.all()]}
        ScanningPartner.objects.filter(pk=partner.pk).delete()
        record(chain, actor=actor, action="scanning-partner:deleted", target=partner, before=before)


def add_key(
    *, actor: SiteActor, partner: ScanningPartner, identifier: str, public_pem: str
) -> ScanningKey:
    """Believe what this key signs to be the partner's."""
    with changing(None) as chain:
        require_operator(actor)
        key = ScanningKey(
            partner=_refetch(partner),
            identifier=identifier,
            public_pem=public_pem,
            created_by=actor.actor_label,
        )
        key.full_clean()
        key.public_pem = canonical_pem(public_pem)
        key.save()
        record(
            chain,
            actor=actor,
            action="scanning-key:added",
            target=key,
            after={"identifier": identifier, "public_key": key.public_pem},
        )
    return key


def remove_key(*, actor: SiteActor, key: ScanningKey) -> None:
    """Believe the key no longer: the next report that it signs is refused."""
    with changing(None) as chain:
        require_operator(actor)
        found, _ = ScanningKey.objects.filter(pk=key.pk).delete()
        if not found:
            raise Conflict("The key has been removed meanwhile.")
        record(
            chain,
            actor=actor,
            action="scanning-key:removed",
            target=key,
            before={"identifier": key.identifier, "public_key": key.public_pem},
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a partner's keys: the identifiers of those that came and that went."""

    added: list[str]
    removed: list[str]


def take_keys(*, actor: SiteActor, partner: ScanningPartner, published: Mapping[str, str]) -> Taken:
    """Make the partner's keys those that it publishes, in PEM by identifier: all of it, or nothing."""
    with changing(None):
        require_operator(actor)
        there = {key.identifier: key for key in _refetch(partner).keys.select_related("partner")}
        stale = [key for key in there.values() if _canonical(published, key) != key.public_pem]
        for key in stale:
            remove_key(actor=actor, key=key)
        added = sorted(published.keys() - (there.keys() - {key.identifier for key in stale}))
        for identifier in added:
            pem = published[identifier]
            add_key(actor=actor, partner=partner, identifier=identifier, public_pem=pem)
    return Taken(added, [key.identifier for key in stale])


def _canonical(published: Mapping[str, str], key: ScanningKey) -> str | None:
    """The published key of the same identifier as it would be kept."""
    pem = published.get(key.identifier)
    return None if pem is None else canonical_pem(pem)


def _refetch(partner: ScanningPartner) -> ScanningPartner:
    """The partner as it is now, under the chain's lock."""
    found = ScanningPartner.objects.filter(pk=partner.pk).first()
    if found is None:
        raise Conflict("The partner has been deleted meanwhile.")
    return found
