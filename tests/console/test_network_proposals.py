"""Which networks are proposed for the addresses that were seen: as narrow as few rows allow."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest

from console.network_proposals import MAX_PROPOSED, Proposal, Proposals, SeenFrom, propose
from console.networks import contain, normalize

THEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def seen(*addresses: str) -> list[SeenFrom]:
    """Each used once more than the next, and a minute before it."""
    number = len(addresses)
    return [
        SeenFrom(address, number - n, THEN + timedelta(minutes=n))
        for n, address in enumerate(addresses)
    ]


def spread(network: str, number: int, step: int) -> list[str]:
    """So many addresses of a network, `step` apart."""
    first = int(ip_network(network).network_address)
    kind = type(ip_network(network).network_address)
    return [str(kind(first + n * step)) for n in range(1, number + 1)]


# What was seen -> what is proposed for it, in that order.
TABLE = {
    "nothing": ([], []),
    "one address": (["192.0.2.7"], ["192.0.2.7"]),
    "one of IPv6": (["2001:db8::7"], ["2001:db8::7"]),
    "two of a network": (["192.0.2.7", "192.0.2.9"], ["192.0.2.7", "192.0.2.9"]),
    "two of IPv6": (["2001:db8::7", "2001:db8::9"], ["2001:db8::7", "2001:db8::9"]),
    "three of a network": (["192.0.2.1", "192.0.2.2", "192.0.2.3"], ["192.0.2.0/24"]),
    "three of IPv6": (["2001:db8::1", "2001:db8::2", "2001:db8::3"], ["2001:db8::/64"]),
    "three of two networks": (
        ["192.0.2.1", "192.0.3.2", "192.0.2.3"],
        ["192.0.2.1", "192.0.3.2", "192.0.2.3"],
    ),
    "three of two networks of IPv6": (
        ["2001:db8::1", "2001:db8:0:1::1", "2001:db8::2"],
        ["2001:db8::1", "2001:db8:0:1::1", "2001:db8::2"],
    ),
    "several and a few": (
        ["198.51.100.1", "10.0.0.1", "10.0.0.2", "10.0.0.3", "198.51.100.2"],
        ["10.0.0.0/24", "198.51.100.1", "198.51.100.2"],
    ),
    "both versions": (
        ["2001:db8::1", "192.0.2.1", "192.0.2.2", "192.0.2.3"],
        ["192.0.2.0/24", "2001:db8::1"],
    ),
    "private ones like others": (
        ["10.0.0.1", "172.16.0.1", "192.168.0.1", "fd00::1", "127.0.0.1", "::1"],
        ["10.0.0.1", "172.16.0.1", "192.168.0.1", "fd00::1", "127.0.0.1", "::1"],
    ),
    "mapped ones are IPv4": (
        ["::ffff:192.0.2.1", "::ffff:192.0.2.2", "192.0.2.3"],
        ["192.0.2.0/24"],
    ),
    "one address written in two ways": (
        ["192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2"],
        ["192.0.2.1", "192.0.2.2"],
    ),
    "one address of IPv6 written in two ways": (
        ["2001:db8::1", "2001:0DB8:0:0::0001", "2001:db8::2"],
        ["2001:db8::1", "2001:db8::2"],
    ),
    "link-local with its interface": (["fe80::1%eth0"], ["fe80::1"]),
    "no address": (["", "nonsense", "192.0.2.256", "192.0.2.0/24"], []),
    "ten single ones": (spread("10.0.0.0/8", 10, 1 << 16), spread("10.0.0.0/8", 10, 1 << 16)),
    "two each of six networks": (
        [address for n in range(6) for address in (f"10.{n}.0.1", f"10.{n}.0.2")],
        [f"10.{n}.0.0/24" for n in range(6)],
    ),
    "two each of six networks of IPv6": (
        [address for n in range(6) for address in (f"2001:db8:{n}::1", f"2001:db8:{n}::2")],
        ["2001:db8::/64", *(f"2001:db8:{n}::/64" for n in range(1, 6))],
    ),
    "twelve networks side by side": ([f"10.0.{n}.1" for n in range(12)], ["10.0.0.0/20"]),
    "twelve networks of one /16": (
        [f"10.0.{n * 20}.1" for n in range(12)],
        ["10.0.0.0/16"],
    ),
    "no wider than it takes": (
        [f"10.0.{n * 8}.1" for n in range(12)],
        [f"10.0.{n * 16}.0/20" for n in range(6)],
    ),
    "twelve of one /56": ([f"2001:db8:0:{n:x}::1" for n in range(12)], ["2001:db8::/60"]),
    "twelve of one /48": ([f"2001:db8:0:{n:x}000::1" for n in range(12)], ["2001:db8::/48"]),
    "twelve of one /32": ([f"2001:db8:{n:x}000::1" for n in range(12)], ["2001:db8::/32"]),
    "one far off stays an address": (
        [*(f"10.0.{n}.1" for n in range(12)), "203.0.113.9"],
        ["10.0.0.0/20", "203.0.113.9"],
    ),
}


@pytest.mark.parametrize("what", TABLE)
def test_what_is_proposed(what: str) -> None:
    addresses, expected = TABLE[what]
    proposed = propose(seen(*addresses))
    assert [row.network for row in proposed.rows] == expected
    assert proposed.left_out == 0


def test_each_says_what_was_seen_there() -> None:
    found = propose(
        [
            SeenFrom("192.0.2.1", 5, THEN),
            SeenFrom("192.0.2.2", 1, THEN + timedelta(days=3)),
            SeenFrom("::ffff:192.0.2.2", 2, THEN + timedelta(days=1)),
            SeenFrom("192.0.2.3", 1, THEN + timedelta(days=2)),
            SeenFrom("2001:db8::1", 40, THEN),
        ]
    )
    assert found == Proposals(
        [
            Proposal("2001:db8::1", 1, 40, THEN),
            Proposal("192.0.2.0/24", 3, 9, THEN + timedelta(days=3)),
        ]
    )


def test_the_order_of_what_was_seen_does_not_matter() -> None:
    rows = seen(*(f"10.{n % 7}.{n}.1" for n in range(40)), "2001:db8::1")
    assert propose(rows) == propose(reversed(rows))


MANY = {
    "one network": spread("10.9.0.0/16", 5000, 1),
    "side by side": spread("10.0.0.0/8", 5000, 16),
    "all over": spread("1.0.0.0/8", 5000, 3343),
    "side by side of IPv6": spread("2001:db8::/32", 5000, 1 << 80),
    "all over of IPv6": spread("2000::/3", 5000, 1 << 112),
}


@pytest.mark.parametrize("what", MANY)
def test_many_addresses_become_few_networks_and_none_is_too_wide(what: str) -> None:
    proposed = propose(seen(*MANY[what]))
    networks = [ip_network(row.network) for row in proposed.rows]
    assert len(networks) <= MAX_PROPOSED
    for network in networks:
        assert network.prefixlen >= (16 if network.version == 4 else 32), network
    listed = normalize(" ".join(row.network for row in proposed.rows))
    outside = [address for address in MANY[what] if not contain(listed, address)]
    assert len(outside) == proposed.left_out
    assert sum(row.addresses for row in proposed.rows) == 5000 - proposed.left_out
    assert bool(outside) is what.startswith("all over")


def test_what_is_left_out_is_used_least() -> None:
    far = [f"{n}.0.0.1" for n in range(1, 15)]
    proposed = propose(seen(*far))
    assert [row.network for row in proposed.rows] == far[:MAX_PROPOSED]
    assert proposed.left_out == 4
    assert ip_address(far[-1]) not in [ip_address(row.network) for row in proposed.rows]
