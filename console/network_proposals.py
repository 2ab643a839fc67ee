"""Networks that cover the addresses from which something was used, for people to choose from. Pure."""

import ipaddress
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from console.networks import Address, read_address

# From how many addresses on a network is proposed instead of them.
SEVERAL = 3
MAX_PROPOSED = 10
# Prefix lengths of IPv4 and IPv6, the narrowest networks first: the first that makes few enough is taken, and
# nothing wider than the last is ever proposed.
WIDTHS = ((24, 64), (20, 56), (16, 48), (16, 32))


class SeenFrom(NamedTuple):
    """An address from which something was used, how often, and when last."""

    address: str
    uses: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A network or one address, with what was seen from there."""

    network: str
    addresses: int
    uses: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Proposals:
    """What is proposed, the most used first, and how many addresses none of it covers."""

    rows: list[Proposal]
    left_out: int = 0


@dataclass(slots=True)
class _Seen:
    address: Address
    uses: int
    last: datetime


def propose(seen: Iterable[SeenFrom]) -> Proposals:
    """At most `MAX_PROPOSED` networks for the addresses of `seen`, as narrow as that number allows.

    Few addresses of a network are proposed one by one, several as the network. What is no address counts
    for nothing, and an address that is there twice once.
    """
    merged = _merged(seen)
    groups: list[list[_Seen]] = []
    for widths in WIDTHS:
        groups = _grouped(merged, widths, SEVERAL if widths == WIDTHS[0] else 2)
        if len(groups) <= MAX_PROPOSED:
            break
    rows = sorted(map(_proposal, groups), key=_most_used)
    return Proposals(rows[:MAX_PROPOSED], sum(row.addresses for row in rows[MAX_PROPOSED:]))


def _merged(seen: Iterable[SeenFrom]) -> list[_Seen]:
    found: dict[Address, _Seen] = {}
    for row in seen:
        address = read_address(row.address)
        if address is None:
            continue
        if one := found.get(address):
            one.uses, one.last = one.uses + row.uses, max(one.last, row.last)
        else:
            found[address] = _Seen(address, row.uses, row.last)
    return list(found.values())


def _grouped(merged: list[_Seen], widths: tuple[int, int], several: int) -> list[list[_Seen]]:
    """Those of one network together where they are `several`, the others each alone."""
    networks: dict[tuple[int, int], list[_Seen]] = defaultdict(list)
    for one in merged:
        networks[_first_bits(one.address, *widths)].append(one)
    groups: list[list[_Seen]] = []
    for group in networks.values():
        groups += [group] if len(group) >= several else [[one] for one in group]
    return groups


def _first_bits(address: Address, width: int, width6: int) -> tuple[int, int]:
    bits = width if address.version == 4 else width6
    return address.version, int(address) >> (address.max_prefixlen - bits)


def _proposal(group: list[_Seen]) -> Proposal:
    return Proposal(
        _written([one.address for one in group]),
        len(group),
        sum(one.uses for one in group),
        max(one.last for one in group),
    )


def _written(addresses: Collection[Address]) -> str:
    """One address alone; else the narrowest network of all of them that is no narrower than usual."""
    first, last = min(addresses, key=int), max(addresses, key=int)
    if first == last:
        return str(first)
    common = first.max_prefixlen - (int(first) ^ int(last)).bit_length()
    usual = WIDTHS[0][first.version == 6]
    return str(ipaddress.ip_network(f"{first}/{min(common, usual)}", strict=False))


def _most_used(row: Proposal) -> tuple[int, int, str]:
    return -row.uses, -row.addresses, row.network
