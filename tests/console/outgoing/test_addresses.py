"""Which addresses requests go to that somebody else has chosen."""

from ipaddress import ip_address

import pytest

from console.networks import normalize
from console.outgoing.addresses import METADATA, is_allowed

PUBLIC = ["1.1.1.1", "11.0.0.1", "100.63.255.255", "172.32.0.1", "198.20.0.1", "223.255.255.255"]
PUBLIC_6 = ["2606:4700::1111", "2a00:1450::1", "2001:200::1", "2003::1", "64:ff9b::1.1.1.1"]
INSIDE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
]
INSIDE_6 = [
    "::",
    "::1",
    "::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001:2::1",
    "2001:10::1",
    "2001:db8::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


def carriers(address: str) -> list[str]:
    """How an IPv4 address hides in IPv6 ones."""
    number = int(ip_address(address))
    high, low = number >> 16, number & 0xFFFF
    return [
        f"::ffff:{address}",
        f"::{high:x}:{low:x}",
        f"64:ff9b::{address}",
        f"64:ff9b:1::{address}",
        f"2002:{high:x}:{low:x}::1",
        f"2001:0:101:101::{high ^ 0xFFFF:x}:{low ^ 0xFFFF:x}",
        f"2001:0:{high:x}:{low:x}::fefe:fefe",
    ]


@pytest.mark.parametrize("address", [*PUBLIC, *PUBLIC_6, "::ffff:1.1.1.1"])
def test_the_internet_may_be_reached(address: str) -> None:
    assert is_allowed(ip_address(address), "")


@pytest.mark.parametrize("address", [*INSIDE, *INSIDE_6, *map(str, METADATA)])
def test_nothing_else_may_unless_it_is_listed(address: str) -> None:
    assert not is_allowed(ip_address(address), "")
    assert not is_allowed(ip_address(address), normalize("10.250.0.0/16 fd99::/16"))
    assert is_allowed(ip_address(address), normalize(address))


@pytest.mark.parametrize("address", [*INSIDE, "169.254.169.254", "168.63.129.16"])
def test_nothing_inside_is_reached_by_way_of_ipv6(address: str) -> None:
    for carrier in carriers(address):
        assert not is_allowed(ip_address(carrier), ""), carrier
        assert not is_allowed(ip_address(carrier), normalize("10.250.0.0/16 2000::/3")), carrier


def test_what_is_listed_may_be_reached_by_way_of_ipv6() -> None:
    for carrier in ("::ffff:10.1.2.3", "64:ff9b::10.1.2.3"):
        assert is_allowed(ip_address(carrier), "10.0.0.0/8")
    # Two more gates, which have to be listed as well.
    assert not is_allowed(ip_address("2002:a01:203::1"), "10.0.0.0/8")
    assert is_allowed(ip_address("2002:a01:203::1"), "10.0.0.0/8 2002::/16")


@pytest.mark.parametrize("address", sorted(map(str, METADATA)))
def test_metadata_of_a_cloud_has_to_be_named_by_itself(address: str) -> None:
    metadata = ip_address(address)
    assert not is_allowed(metadata, normalize("0.0.0.0/0 ::/0"))
    assert is_allowed(metadata, normalize(f"10.0.0.0/8 {address}"))
    for carrier in carriers(address) if metadata.version == 4 else ():
        assert not is_allowed(ip_address(carrier), normalize("0.0.0.0/0 ::/0")), carrier
