"""The head of a request as the server hands it over, before anything in it is believed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Scope = Mapping[str, Any]


@dataclass(slots=True)
class Head:
    """The head of one request.

    `target` is the path as it was sent, percent-encoded; `query` is as it was sent, too. `peer` is the
    address that connected, empty at a Unix socket. `headers` has names in lower case.
    """

    method: str
    target: str
    query: str
    peer: str
    headers: dict[str, str] = field(repr=False)

    def header(self, name: str) -> str:
        """The value of a header, empty when it did not come."""
        return self.headers.get(name.lower(), "")

    @property
    def has_body(self) -> bool:
        """Whether a body follows (RFC 9112, 6.3)."""
        return "transfer-encoding" in self.headers or self.header("Content-Length") not in {"", "0"}


def read_head(scope: Scope) -> Head:
    """The head in an ASGI HTTP scope."""
    return Head(
        scope["method"],
        scope["raw_path"].decode("latin-1"),
        scope["query_string"].decode("latin-1"),
        scope["client"][0] if scope["client"] else "",
        join_headers(scope["headers"]),
    )


def join_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by name; the values of a repeated one are joined in their order (RFC 9110, 5.3).

    A name with an underscore is dropped: where names are written as CGI writes them, which Django does,
    it could not be told from the name with a dash, and the client would choose what a proxy says.
    """
    headers: dict[str, str] = {}
    for name, value in raw:
        if b"_" in name:
            continue
        key, text = name.decode("latin-1"), value.decode("latin-1")
        if key in headers:
            separator = "; " if key == "cookie" else ", "
            text = f"{headers[key]}{separator}{text}"
        headers[key] = text
    return headers
