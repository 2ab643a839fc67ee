"""Which URLs Roster sends requests to, before anything is looked up."""

import pytest

from console.outgoing.places import read_place


@pytest.mark.parametrize(
    ("url", "host", "port", "target"),
    [
        ("https://example.com", "example.com", 443, "/"),
        ("https://EXAMPLE.com/A?b=C", "example.com", 443, "/A?b=C"),
        ("HTTPS://example.com:8443/", "example.com", 8443, "/"),
        ("https://example.com?b", "example.com", 443, "/?b"),
        ("https://example.com//a/../b", "example.com", 443, "//a/../b"),
        ("https://192.0.2.7:1/a", "192.0.2.7", 1, "/a"),
        ("https://[2001:DB8::1]:65535/", "2001:db8::1", 65535, "/"),
        ("https://bücher.example/", "xn--bcher-kva.example", 443, "/"),
        ("https://BÜCHER.example/%C3%BC", "xn--bcher-kva.example", 443, "/%C3%BC"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443, "/"),
        # For DNS, full-width digits and an ideographic full stop are the plain ones.
        ("https://\uff11\uff12\uff17\u3002\uff10.0.1/", "127.0.0.1", 443, "/"),
        ("https://1password.example/", "1password.example", 443, "/"),
    ],
)
def test_a_url_says_where_a_request_goes(url: str, host: str, port: int, target: str) -> None:
    place = read_place(url)
    assert (place.host, place.port, place.target) == (host, port, target)


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("https://example.com:443/", "example.com"),
        ("https://example.com:444/", "example.com:444"),
        ("https://[2001:db8::1]/", "[2001:db8::1]"),
        ("https://[2001:db8::1]:444/", "[2001:db8::1]:444"),
    ],
)
def test_the_host_header_has_the_port_only_where_it_is_another(url: str, authority: str) -> None:
    assert read_place(url).authority == authority


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "does not begin with https://"),
        ("example.com", "does not begin with https://"),
        ("//example.com/", "does not begin with https://"),
        ("http://example.com/", "does not begin with https://"),
        ("file:///etc/passwd", "does not begin with https://"),
        ("gopher://example.com/", "does not begin with https://"),
        ("https:example.com", "is no host"),
        ("https:///path", "is no host"),
        ("https://:443/", "is no host"),
        ("https://user@example.com/", "user name or a password"),
        ("https://user:word@example.com/", "user name or a password"),
        ("https://@example.com/", "user name or a password"),
        ("https://example.com@127.0.0.1/", "user name or a password"),
        ("https://example.com/#part", "fragment"),
        ("https://example.com/#", "fragment"),
        ("https://example.com:0/", "is no number from 1 to 65535"),
        ("https://example.com:/", "is no number from 1 to 65535"),
        ("https://example.com:65536/", "is no URL"),
        ("https://example.com:https/", "is no URL"),
        ("https://example.com:4_4/", "is no URL"),
        ("https://[::1/", "is no URL"),
        ("https://[127.0.0.1]/", "is no"),
        ("https://[example.com]/", "is no"),
        ("https://[v1.example]/", "is no"),
        ("https://::1/", "is no URL"),
        ("https://[fe80::1%25eth0]/", "%"),
        ("https://exa%6dple.com/", "%"),
        ("https://example.com /", "blank"),
        (" https://example.com/", "blank"),
        ("https://example.com/a\tb", "nobody can see"),
        ("https://example.com/a\r\nHost: other", "nobody can see"),
        ("https://example.com/\x00", "nobody can see"),
        ("https://example.com/\u202e", "nobody can see"),
        ("https://example.com\\@127.0.0.1/", "backslash"),
        ("https://example.com/ü", "with %"),
        ("https://-example.com/", "is no host"),
        ("https://exam_ple.com/", "is no host"),
        ("https://example..com/", "is no host"),
        ("https://example.com./", "is no host"),
        ("https://☃.example/", "cannot be the name of a host"),
        ("https://ex\u00adample.com/", "nobody can see"),
        (f"https://{'a' * 64}.example/", "is no host"),
        (f"https://{'ü' * 64}.example/", "cannot be the name of a host"),
        (f"https://example.com/{'a' * 2000}", "at most 2000 characters"),
    ],
)
def test_other_urls_are_refused_in_words(url: str, words: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the words follow
        read_place(url)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "127.0.1",
        "2130706433",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "0x7f000001",
        "0X7F.1",
        "127.0.0.01",
        "127.0.0.1.",
        "127.0.0.256",
        "1.2.3.4.5",
        "0",
        "0x",
        "00000177.0.0.1",
        "4294967297",
        "example.127",
        "①②⑦.1",
    ],
)
def test_an_address_has_one_spelling(host: str) -> None:
    with pytest.raises(ValueError, match="is no address"):
        read_place(f"https://{host}/")
