"""What is believed of a request, and of whom."""

import pytest

from console.networks import normalize
from console.serving.callers import (
    FORWARDED,
    LONGEST_CHAIN,
    X_FORWARDED_FOR,
    Proxies,
    ProxyFault,
    forwarded_client,
    identify,
    neighbour,
)
from console.serving.heads import join_headers

PEER, CLIENT, OTHER = "10.0.0.1", "203.0.113.9", "198.51.100.1"
TRUSTED = Proxies(normalize("10.0.0.0/8, 2001:db8:1::/48"), unix=True)


def of(peer: str, chain: str, proxies: Proxies = TRUSTED, **more: str) -> str:
    headers = {"x-forwarded-for": chain} | {
        name.replace("_", "-"): value for name, value in more.items()
    }
    return identify(peer, headers, proxies).address


def test_nobody_else_is_believed() -> None:
    assert of(OTHER, CLIENT) == OTHER
    assert of(PEER, CLIENT, Proxies()) == PEER
    assert of("::ffff:198.51.100.1", CLIENT) == OTHER


@pytest.mark.parametrize(
    ("chain", "address"),
    [
        (CLIENT, CLIENT),
        (f"{OTHER}, {CLIENT}", CLIENT),
        (f"{OTHER},{CLIENT},10.9.9.9", CLIENT),
        (f"nonsense, {CLIENT}", CLIENT),
        (f", ,{CLIENT},", CLIENT),
        ("10.0.0.5, 10.0.0.6", "10.0.0.5"),
        (f"{CLIENT}:1234", CLIENT),
        (f"::ffff:{CLIENT}", CLIENT),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:443, 2001:db8:1::5", "2001:db8::7"),
        ("2001:DB8::0007", "2001:db8::7"),
    ],
)
def test_the_client_is_the_first_from_the_right_that_is_no_proxy(chain: str, address: str) -> None:
    assert of(PEER, chain) == of("", chain) == of("2001:db8:1::9", chain) == address


@pytest.mark.parametrize(
    "chain",
    [
        "",
        " ",
        ",",
        "unknown",
        "_hidden",
        f"{CLIENT}, x",
        f"{CLIENT} {OTHER}",
        "[",
        "[x]",
        ":1",
        "1.2.3.4:x",
        "256.1.1.1",
    ],
)
def test_a_proxy_that_does_not_say_an_address_is_refused(chain: str) -> None:
    with pytest.raises(ProxyFault, match="X-Forwarded-For with"):
        of(PEER, chain)


@pytest.mark.parametrize("header", [X_FORWARDED_FOR, FORWARDED])
def test_a_chain_that_is_too_long_to_remember_is_refused(header: str) -> None:
    proxies = Proxies(TRUSTED.networks, header=header)
    end = f", for={CLIENT}" if header == FORWARDED else f", {CLIENT}"
    chain = "x" * (LONGEST_CHAIN - len(end)) + end
    assert identify(PEER, {header.lower(): chain}, proxies).address == CLIENT
    with pytest.raises(ProxyFault, match=f"{header} with at most 2000 characters"):
        identify(PEER, {header.lower(): f"x{chain}"}, proxies)


@pytest.mark.parametrize(
    ("value", "address", "scheme"),
    [
        (f"for={CLIENT};proto=https;host=x", CLIENT, "https"),
        (
            f"for={OTHER};proto=http, For={CLIENT};Proto=HTTPS, for=10.1.1.1;proto=http",
            CLIENT,
            "https",
        ),
        (f'for="{CLIENT}:99"', CLIENT, ""),
        ('for="[2001:db8::7]:4711";by=203.0.113.43; proto=https', "2001:db8::7", "https"),
        (f"for={CLIENT};proto=gopher", CLIENT, ""),
    ],
)
def test_the_standard_header_is_read_where_it_is_chosen(
    value: str, address: str, scheme: str
) -> None:
    proxies = Proxies(TRUSTED.networks, header=FORWARDED)
    headers = {"forwarded": value, "x-forwarded-for": OTHER, "x-forwarded-proto": "ftp"}
    caller = identify(PEER, headers, proxies)
    assert (caller.address, caller.scheme) == (address, scheme)


@pytest.mark.parametrize(
    "value",
    ["", "for=unknown", "for=_x", "proto=https", f"for={CLIENT}, x", f"for={CLIENT}, for=a b"],
)
def test_the_standard_header_has_to_name_an_address(value: str) -> None:
    with pytest.raises(ProxyFault, match="Forwarded with"):
        identify(PEER, {"forwarded": value}, Proxies(TRUSTED.networks, header=FORWARDED))


def test_only_the_chosen_header_is_read() -> None:
    with pytest.raises(ProxyFault):
        identify(PEER, {"forwarded": f"for={CLIENT}"}, TRUSTED)


@pytest.mark.parametrize(
    ("said", "scheme"),
    [("https", "https"), (" HTTP ", "http"), ("https, http", ""), ("", ""), ("wss", "")],
)
def test_the_scheme_is_one_word_of_the_proxys(said: str, scheme: str) -> None:
    headers = {"x-forwarded-for": CLIENT, "x-forwarded-proto": said}
    assert identify(PEER, headers, TRUSTED).scheme == scheme
    assert identify(OTHER, headers, TRUSTED).scheme == "http"


def test_a_request_id_is_a_proxys_and_of_a_safe_form() -> None:
    def believed(peer: str, said: str) -> str:
        headers = {"x-forwarded-for": CLIENT, "x-request-id": said}
        return identify(peer, headers, TRUSTED).correlation.request_id

    assert believed(PEER, "0af7651916cd43dd") == "0af7651916cd43dd"
    for said in (
        "short",
        "x" * 65,
        "a b c d e f g",
        "abcdefgh\n",
        "abcdefgh, abcdefgh",
        "<script>x",
    ):
        assert believed(PEER, said) == ""
    assert believed(OTHER, "0af7651916cd43dd") == ""


TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{PARENT}-01"


def trace_believed(peer: str, said: str) -> str:
    headers = {"x-forwarded-for": CLIENT, "traceparent": said}
    return identify(peer, headers, TRUSTED).correlation.traceparent


def test_a_trace_is_a_trusted_proxys_word() -> None:
    assert trace_believed(PEER, TRACEPARENT) == TRACEPARENT
    assert trace_believed(OTHER, TRACEPARENT) == ""
    assert neighbour(PEER, {"traceparent": TRACEPARENT}, TRUSTED).correlation.traceparent
    assert not neighbour(OTHER, {"traceparent": TRACEPARENT}, TRUSTED).correlation.traceparent


@pytest.mark.parametrize("more", ["", "-", "-what-01-comes"])
def test_of_a_later_version_of_traces_what_is_known_is_kept(more: str) -> None:
    said = f"01-{TRACE}-{PARENT}-01"
    assert trace_believed(PEER, said + more) == said


@pytest.mark.parametrize(
    "said",
    [
        TRACEPARENT.upper(),
        f" {TRACEPARENT}",
        f"{TRACEPARENT}-",
        f"{TRACEPARENT}\n",
        f"{TRACEPARENT},{TRACEPARENT}",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{PARENT}-1",
        f"00-{TRACE[1:]}-{PARENT}-01",
        f"01-{TRACE}-{PARENT}-01x",
        f"01-{TRACE}-{PARENT}-01-{'x' * 300}",
    ],
)
def test_a_trace_in_another_form_is_none(said: str) -> None:
    assert trace_believed(PEER, said) == ""


def test_a_neighbour_is_who_connected_whatever_it_says_of_a_client() -> None:
    said = {"x-forwarded-for": CLIENT, "x-forwarded-proto": "https", "x-request-id": "0af7651916cd"}
    for peer, proxied in ((PEER, True), (OTHER, False), ("", True)):
        caller = neighbour(peer, said, TRUSTED)
        assert (caller.address, caller.scheme, caller.proxied) == (peer, "http", proxied)
        assert caller.correlation.request_id == ("0af7651916cd" if proxied else "")
    unsafe = neighbour(PEER, {"x-request-id": "<script>x"}, TRUSTED)
    assert unsafe.correlation.request_id == ""
    assert neighbour("", {}, Proxies()).proxied is False


def test_the_client_of_a_chain_is_read_like_that_of_a_request() -> None:
    assert forwarded_client(f"{OTHER}, {CLIENT}, {PEER}", TRUSTED) == CLIENT
    for chain in ("", "unknown", "x" * (LONGEST_CHAIN + 1)):
        with pytest.raises(ProxyFault):
            forwarded_client(chain, TRUSTED)


def test_no_spelling_folds_into_another() -> None:
    raw = [
        (b"x-forwarded-for", b"1.1.1.1"),
        (b"x_forwarded_for", b"2.2.2.2"),
        (b"x-forwarded_for", b"3.3.3.3"),
        (b"x-forwarded-for", b"4.4.4.4"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
    ]
    assert join_headers(raw) == {"x-forwarded-for": "1.1.1.1, 4.4.4.4", "cookie": "a=1; b=2"}
