"""Which addresses Roster may send a request to, when somebody else has chosen where it goes. Pure."""

import ipaddress
from collections.abc import Iterator

from console.networks import Address, contain

# What is no machine of the Internet, by IANA's special-purpose address registries (RFC 6890) and RFC 5771.
SPECIAL_4 = [
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # between a provider and its customers
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT relays
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
]
# Of IPv6 only this is machines of the Internet, but for what stands below.
UNICAST_6 = ipaddress.IPv6Network("2000::/3")
SPECIAL_6 = [
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
]
# Through it, a network without IPv4 reaches IPv4 (RFC 6052): what counts is where that leads.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Their last 32 bits are an IPv4 address (RFC 4291, 2.5.5; RFC 6052; RFC 8215).
ENDING_IN_IPV4 = [
    NAT64,
    *map(ipaddress.IPv6Network, ("::ffff:0:0/96", "64:ff9b:1::/48", "::/96")),
]
# Where clouds tell a machine its own credentials. Some are addresses of the Internet for everybody else.
METADATA = {
    ipaddress.ip_address(address)
    for address in (
        "100.100.100.200",
        "168.63.129.16",
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "192.0.0.192",
        "fd00:42::42",
        "fd00:ec2::23",
        "fd00:ec2::254",
        "fd20:ce::254",
        "fe80::a9fe:a9fe",
    )
}


def is_allowed(address: Address, networks: str) -> bool:
    """Whether a request may go there: a machine of the Internet, or in one of the `networks`, which are as
    `console.networks.normalize` writes them. Metadata of a cloud has to be named there by itself.
    """
    ways = (address, *_carried(address))
    return _is_named(address, networks) or all(_is_allowed(each, networks) for each in ways)


def _is_named(address: Address, networks: str) -> bool:
    """A network of one address is written as the address."""
    return str(address) in networks.split()


def _is_allowed(address: Address, networks: str) -> bool:
    if address in METADATA:
        return _is_named(address, networks)
    return _is_public(address) or contain(networks, str(address))


def _is_public(address: Address) -> bool:
    if address.version == 4:
        return not any(address in network for network in SPECIAL_4)
    if address.ipv4_mapped or address in NAT64:
        return True  # what it carries decides
    return address in UNICAST_6 and not any(address in network for network in SPECIAL_6)


def _carried(address: Address) -> Iterator[ipaddress.IPv4Address]:
    """The IPv4 addresses that a packet to `address` may end up at."""
    if address.version == 4:
        return
    if any(address in network for network in ENDING_IN_IPV4):
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    yield from address.teredo or ()
    if address.sixtofour:
        yield address.sixtofour
