"""What a browser has to fetch for a page: bytes as they come compressed, and from whom."""

import gzip
import http.client
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from bench.machine import HERE
from bench.server import Running

# As a proxy compresses it; Roster hands pages out uncompressed.
LEVEL = 6
FETCHED = {"link": "href", "script": "src", "img": "src", "source": "src", "iframe": "src"}
IN_STYLE = re.compile(r"url\(\s*['\"]?(?!data:)([^'\")]+)")


@dataclass(frozen=True, slots=True)
class Weight:
    """Compressed bytes of a page by kind, the number of its requests, and those to other hosts."""

    html: int
    styles: int
    scripts: int
    images: int
    requests: int
    elsewhere: int

    @property
    def counted(self) -> int:
        """HTML, style sheets and scripts."""
        return self.html + self.styles + self.scripts


class _Addresses(HTMLParser):
    """Collects what a page makes a browser fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        address = dict(attributes).get(FETCHED.get(tag, ""))
        if address and not address.startswith("data:"):
            self.found.append(address)


def _get(port: int, path: str, cookies: str) -> tuple[int, bytes]:
    """The bytes that come compressed, and what they are when they are not."""
    connection = http.client.HTTPConnection(HERE, port, timeout=30)
    connection.request("GET", path, headers={"Cookie": cookies, "Accept-Encoding": "gzip"})
    response = connection.getresponse()
    body, encoding = response.read(), response.getheader("Content-Encoding")
    connection.close()
    if response.status != 200:
        raise SystemExit(f"{path} answered {response.status}")
    if encoding:
        return len(body), gzip.decompress(body)
    return len(gzip.compress(body, LEVEL)), body


def weigh(server: Running, path: str, cookies: str) -> Weight:
    """Fetch the page at `path` and everything it names, as a browser without a cache does."""
    html, body = _get(server.port, path, cookies)
    parser = _Addresses()
    parser.feed(body.decode())
    sizes, elsewhere = {"css": 0, "js": 0, "": 0}, 0
    for address in dict.fromkeys(parser.found):
        parts = urlsplit(urljoin(path, address))
        if parts.netloc:
            elsewhere += 1
            continue
        size, content = _get(server.port, parts.path, cookies)
        kind = parts.path.rpartition(".")[2]
        sizes[kind if kind in sizes else ""] += size
        elsewhere += _elsewhere(content) if kind == "css" else 0
    return Weight(html, sizes["css"], sizes["js"], sizes[""], 1 + len(set(parser.found)), elsewhere)


def _elsewhere(style: bytes) -> int:
    """How many addresses of a style sheet lie on other hosts."""
    found = IN_STYLE.findall(style.decode(errors="ignore"))
    return sum(bool(urlsplit(address).netloc) for address in found)
