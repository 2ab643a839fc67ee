"""The REST API as values: JSON in, JSON out, lists to their end, errors as failures."""

import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from roster.answers import odd, read
from roster.credentials import SECRET
from roster.errors import Failure
from roster.problems import refusal
from roster.progress import counting
from roster.shapes import BASE, Fields, Json, Row
from roster.transport import Answer, Transport

# The longest page a list gives.
LIMIT = "200"


class Client:
    """`/api/v1/` of a server; addresses are what follows that."""

    def __init__(self, server: str, token: str | None, **options: Any) -> None:
        self.transport = Transport(server, token, **options)

    def get(self, address: str, **params: str | None) -> Row:
        return self._thing(self.call("GET", address, params=params))

    def rows(self, address: str, **params: str | None) -> list[Row]:
        """A whole list, however many pages it has."""
        return list(counting(self._rows(address, params), "Reading"))

    def first(self, address: str, **params: str | None) -> list[Row]:
        """The first page of a list."""
        found: list[Row] = _list(self.get(address, **params), self)["results"]
        return found

    def post(self, address: str, body: Fields, *, once: bool = False) -> Row:
        """Create something; `once` sends a key by which the server knows a repeated request."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if once else {}
        return self._thing(self.call("POST", address, body=body, headers=headers))

    def patch(self, address: str, body: Fields) -> Row:
        return self._thing(self.call("PATCH", address, body=body))

    def delete(self, address: str) -> None:
        """Delete something; that it is gone after a lost answer is what was asked for."""
        answer = self.send("DELETE", address)
        if answer.was_repeated and answer.response.status_code == httpx.codes.NOT_FOUND:
            return
        _content(answer, self.transport.origin)

    def call(
        self,
        method: str,
        address: str,
        *,
        body: Json = None,
        params: Mapping[str, str | None] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """What the server answers, as JSON."""
        answer = self.send(method, address, body=body, params=params, headers=headers)
        return _content(answer, self.transport.origin)

    def send(
        self,
        method: str,
        address: str,
        *,
        body: Json = None,
        params: Mapping[str, str | None] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The server's answer, whatever it is."""
        path, asked = _asked(address, params or {})
        typed = {"Content-Type": "application/json"} if body is not None else {}
        return self.transport.send(
            method,
            BASE + path,
            params=asked,
            content=None if body is None else json.dumps(body).encode(),
            headers={**typed, **(headers or {})},
        )

    def _thing(self, content: Json) -> Row:
        if isinstance(content, dict):
            return content
        raise odd(self.transport.origin)

    def _rows(self, address: str, params: Mapping[str, str | None]) -> Iterator[Row]:
        is_limited = "limit" in dict(parse_qsl(urlsplit(address).query))
        longest = {} if is_limited else {"limit": LIMIT}
        page = _list(self.get(address, **{**longest, **params}), self)
        yield from page["results"]
        while following := page.get("next"):
            page = _list(self.get(_below(following, self)), self)
            yield from page["results"]


def _asked(address: str, params: Mapping[str, str | None]) -> tuple[str, httpx.QueryParams | None]:
    """The path, and what it and `params` ask together: httpx would take `params` alone."""
    path, _, query = address.partition("?")
    given = parse_qsl(query, keep_blank_values=True)
    given += [(name, value) for name, value in params.items() if value is not None]
    if any(SECRET.search(value) for _, value in given):
        raise Failure("that looks like a secret, so nothing was sent: addresses are logged")
    return path, httpx.QueryParams(tuple(given)) if given else None


def _below(url: str, client: Client) -> str:
    """The address of a next page. Its host does not matter: the token goes to the one we asked."""
    parts = urlsplit(url)
    path = parts.path[len(urlsplit(client.transport.origin).path) :]
    if not path.startswith(BASE):
        raise odd(client.transport.origin)
    return f"{path.removeprefix(BASE)}?{parts.query}"


def _list(content: Row, client: Client) -> Row:
    results = content.get("results")
    if isinstance(results, list) and all(isinstance(one, dict) for one in results):
        return content
    raise odd(client.transport.origin)


def _content(answer: Answer, origin: str) -> Json:
    response = answer.response
    if response.has_redirect_location:
        target = response.headers.get("Location", "")
        raise Failure(f"{origin} sends us on to {target}; use the address it really has")
    if response.is_error:
        raise refusal(response, was_repeated=answer.was_repeated)
    if response.status_code == httpx.codes.NO_CONTENT:
        return None
    return read(response, origin)
