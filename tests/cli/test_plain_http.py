"""Which servers and proxies the command gives a token to."""

import pytest

from tests.cli.shells import Shell
from tests.cli.standins import EMPTY, SECRET, Reply, StandIn, standing_in


def test_nobody_listens(shell: Shell, nobody: str) -> None:
    shell.log_in(nobody, SECRET, "acme")
    ran = shell("robot", "list", "--timeout", "0.5")
    assert (ran.code, ran.error.startswith(f"cannot reach {nobody}: ")) == (1, True)


@pytest.mark.parametrize("server", ["http://roster.example.com", "http://10.0.0.8:8000"])
def test_no_token_goes_over_plain_http(shell: Shell, server: str) -> None:
    shell.log_in(server, SECRET, "acme")
    for ran in (shell("robot", "list"), shell("login", "-t", SECRET)):
        assert ran.code == 1
        assert "refusing to send a token to" in ran.error
        assert "ROSTER_INSECURE=1" in ran.error


def test_plain_http_if_one_insists(shell: Shell) -> None:
    shell.log_in("http://roster.invalid", SECRET, "acme")
    assert shell("robot", "list", ROSTER_INSECURE="1").error.startswith("cannot reach")


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_plain_http_goes_through_no_proxy(here: Shell, standin: StandIn, name: str) -> None:
    standin.will(Reply(body=EMPTY))
    with standing_in() as proxy:
        proxy.will(Reply(body=EMPTY))
        here.good("robot", "list", **{name: proxy.url, "NO_PROXY": ""})
    assert (len(standin.asked), proxy.asked) == (1, [])


def test_https_goes_through_the_proxy_unseen_by_it(shell: Shell, standin: StandIn) -> None:
    shell.log_in("https://roster.invalid", SECRET, "acme")
    standin.will(Reply(403))
    ran = shell("robot", "list", https_proxy=standin.url, NO_PROXY="")
    assert "https://roster.invalid" in ran.error
    assert {(asked.method, asked.path) for asked in standin.asked} == {
        ("CONNECT", "roster.invalid:443")
    }
    assert not any("Authorization" in asked.headers for asked in standin.asked)


@pytest.mark.parametrize(
    "server",
    [
        "roster.example.com",
        "ftp://x",
        "http://",
        "https://a:b@c",
        "https://a b.example.com",
        "https://a.example.com#b",
        "https://a.example.com:b",
        "https://a.example.com:99999",
        "https://...",
        "https://xn--a",
        "https://[::",
        f"https://{'a' * 300}",
    ],
)
def test_what_is_no_address(shell: Shell, server: str) -> None:
    shell.log_in(server, SECRET, "acme")
    assert "is not the address of a server" in shell("robot", "list").error


def test_what_is_no_token(here: Shell, standin: StandIn) -> None:
    for token in ("two words", "ümlaut", "line\nbreak"):
        assert "that is not a token" in here("robot", "list", ROSTER_TOKEN=token).error
    assert standin.asked == []
