"""Lists of networks: how they are written, and what is in them."""

import pytest

from console import networks
from console.networks import client_of, contain, normalize


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        (" \n ", ""),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7/32", "192.0.2.7"),
        ("2001:DB8:0::/32", "2001:db8::/32"),
        ("2001:db8::1/128", "2001:db8::1"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("::/0", "::/0"),
        ("10.1.0.0/255.255.0.0", "10.1.0.0/16"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        (
            "2001:db8::/32,10.9.0.0/16\n10.1.0.0/16 10.9.0.0/16",
            "10.1.0.0/16 10.9.0.0/16 2001:db8::/32",
        ),
    ],
)
def test_a_list_is_kept_sorted_each_network_once(typed: str, kept: str) -> None:
    assert normalize(typed) == kept
    assert normalize(kept) == kept


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("10.0.0.5/24", "Write 10.0.0.0/24 for the network or 10.0.0.5 for the address."),
        ("2001:db8::1/32", "Write 2001:db8::/32 for the network or 2001:db8::1 for the address."),
        ("10.0.0.0/33", "is no address and no network"),
        ("10.0.0", "is no address"),
        ("010.0.0.1", "is no address"),
        ("localhost", "is no address"),
        ("10.0.0.0/-1", "is no"),
        ("10.0.0.1-10.0.0.9", "is no address"),
        ("*", "is no address"),
        ("fe80::1%eth0/64", "%eth0"),
        (" ".join(f"10.0.{n}.0/24" for n in range(51)), "at most 50 networks; these are 51"),
    ],
)
def test_what_is_no_network_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the words follow
        normalize(typed)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("networks", "inside", "outside"),
    [
        ("10.20.0.0/16", ("10.20.0.0", "10.20.255.255"), ("10.19.255.255", "10.21.0.0", "::1")),
        ("192.0.2.7", ("192.0.2.7", "::ffff:192.0.2.7"), ("192.0.2.6", "192.0.2.8")),
        ("2001:db8::/32", ("2001:db8::1",), ("2001:db9::1", "10.0.0.1")),
        ("fe80::/10", ("fe80::1%eth0",), ("fec0::1",)),
        ("0.0.0.0/0", ("8.8.8.8", "::ffff:8.8.8.8"), ("2001:db8::1",)),
        ("::/0", ("2001:db8::1",), ("8.8.8.8", "::ffff:8.8.8.8")),
        ("10.0.0.0/8 2001:db8::/32", ("10.1.1.1", "2001:db8::9"), ("11.0.0.1",)),
    ],
)
def test_an_address_is_in_a_list_or_not(
    networks: str, inside: tuple[str, ...], outside: tuple[str, ...]
) -> None:
    assert all(contain(networks, address) for address in inside)
    assert not any(contain(networks, address) for address in (*outside, "", "nonsense", "10.20"))


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("nobody", ""),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:0:0:1", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_a_client_is_an_address_or_a_network_of_ipv6(address: str, client: str) -> None:
    assert client_of(address) == client


@pytest.mark.parametrize(
    ("network", "inside", "outside"),
    [
        (
            "10.20.0.0/16",
            ["10.20.0.0", "10.20.9.9", "10.20.255.255"],
            ["10.19.255.255", "10.21.0.0"],
        ),
        ("10.0.0.8", ["10.0.0.8", "::ffff:10.0.0.8"], ["10.0.0.7", "10.0.0.80", "::a00:8"]),
        ("2001:db8::/32", ["2001:db8::", "2001:db8:ffff::1"], ["2001:db9::", "32.1.13.184"]),
        ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255"], ["::", "", "x"]),
    ],
)
def test_a_network_is_a_range_of_keys(network: str, inside: list[str], outside: list[str]) -> None:
    found = networks.read_network(network)
    assert found
    first, last = networks.key_range(found)
    for address in inside:
        assert first <= networks.sort_key(address) <= last, address
    for address in outside:
        assert not first <= networks.sort_key(address) <= last, address
