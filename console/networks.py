"""Lists of networks: read from what people type, kept as one text, and asked about an address. Pure."""

import functools
import ipaddress

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
MAX_NETWORKS = 50
# ::ffff:0:0/96: an IPv4 address as an IPv6 socket sees it.
MAPPED_BITS = 96
CLIENT_BITS = 64


@functools.lru_cache(maxsize=4096)
def read_address(text: str) -> Address | None:
    """The address that `text` writes; an IPv4-mapped one is the IPv4 address. `None` if it is none."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if address.version == 6 else None
    return mapped or address


def read_network(text: str) -> Network | None:
    """The network that `text` writes, also as one address or by one inside it; `None` if it is none."""
    try:
        return _unmapped(ipaddress.ip_network(text.partition("%")[0], strict=False))
    except ValueError:
        return None


def sort_key(address: str) -> str:
    """The address as hexadecimal digits in the order of addresses, so that a network is a range of them;
    nothing for what is no address.
    """
    found = read_address(address)
    return _key(found) if found else ""


def key_range(network: Network) -> tuple[str, str]:
    """The first and the last `sort_key` of the network's addresses."""
    return _key(network.network_address), _key(network.broadcast_address)


def _key(address: Address) -> str:
    """Of one length within each version, so that every collation orders them alike."""
    return f"{address.version}{address.packed.hex()}"


def client_of(address: str) -> str:
    """What limits take for one client: an IPv4 address, or the /64 that one IPv6 client has to itself."""
    found = read_address(address)
    if found is None or found.version == 4:
        return str(found or "")
    return str(ipaddress.ip_network((int(found), CLIENT_BITS), strict=False))


def normalize(text: str) -> str:
    """The networks in `text`, which stand apart by white space or commas: sorted, each once.

    Raises `ValueError` with a sentence that says what is wrong with which of them.
    """
    networks = {_read(word) for word in text.replace(",", " ").split()}
    if len(networks) > MAX_NETWORKS:
        raise ValueError(f"Give at most {MAX_NETWORKS} networks; these are {len(networks)}.")
    ordered = sorted(networks, key=lambda network: (network.version, network))
    return " ".join(map(_written, ordered))


def _read(word: str) -> Network:
    if "%" in word:
        raise ValueError(
            f"“{word[:60]}” names an interface of one machine, which no request tells. "
            f"Write {word.partition('%')[0][:60]} without it."
        )
    try:
        network = ipaddress.ip_network(word, strict=False)
    except ValueError as error:
        raise ValueError(
            f"“{word[:60]}” is no address and no network. Write 192.0.2.7, 10.20.0.0/16 or 2001:db8::/32."
        ) from error
    host = ipaddress.ip_address(word.partition("/")[0])
    if host != network.network_address:
        raise ValueError(
            f"{word} is one address inside {network}. "
            f"Write {network} for the network or {host} for the address."
        )
    return _unmapped(network)


def _unmapped(network: Network) -> Network:
    """IPv4 networks written as IPv6 ones are IPv4 networks."""
    first = network.network_address
    mapped = first.ipv4_mapped if first.version == 6 else None
    if mapped is None or network.prefixlen < MAPPED_BITS:
        return network
    return ipaddress.IPv4Network((mapped, network.prefixlen - MAPPED_BITS))


def _written(network: Network) -> str:
    """A network of one address is written as the address."""
    alone = network.prefixlen == network.max_prefixlen
    return str(network.network_address if alone else network)


@functools.lru_cache(maxsize=4096)
def _parsed(normalized: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(word) for word in normalized.split())


def contain(normalized: str, address: str) -> bool:
    """Whether one of the `normalized` networks contains `address`; an unreadable address is in none."""
    found = read_address(address)
    return found is not None and any(found in network for network in _parsed(normalized))


def are_within(normalized: str, wider: str) -> bool:
    """Whether every address of the first is in the second, of which an empty one is everywhere."""
    if not wider:
        return True
    outer = _parsed(wider)
    return bool(normalized) and all(
        any(own.version == one.version and own.subnet_of(one) for one in outer)  # type: ignore[arg-type] # of one version
        for own in _parsed(normalized)
    )


def overlap(normalized: str, network: str) -> bool:
    """Whether one of the `normalized` networks shares an address with `network`; unreadable ones never do."""
    try:
        wanted = ipaddress.ip_network(network)
        return any(
            own.version == wanted.version and own.overlaps(wanted) for own in _parsed(normalized)
        )
    except ValueError:
        return False
