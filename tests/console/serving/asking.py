"""Requests to an ASGI application as the server makes them: a scope, what comes in, what goes out."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Message = dict[str, Any]
# Answers for ever to whoever waits for the next message.
SILENCE = "silence"


@dataclass
class Exchange:
    """What came back: messages, in their order."""

    sent: list[Message] = field(default_factory=list)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode().lower(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])

    @property
    def is_whole(self) -> bool:
        return bool(self.sent) and not self.sent[-1].get("more_body", False)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def scope_of(target: str, method: str, headers: Iterable[tuple[str, str]], peer: str) -> Message:
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "method": method,
        "raw_path": path.encode("latin-1"),
        "path": path,
        "query_string": query.encode("latin-1"),
        "client": (peer, 1),
        "scheme": "http",
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ],
    }


async def exchange(
    application: Callable[..., Awaitable[None]],
    target: str,
    method: str = "GET",
    *,
    headers: Iterable[tuple[str, str]] = (),
    body: Iterable[bytes | str] = (),
    peer: str = "192.0.2.7",
    take: Callable[[Message], Awaitable[None]] | None = None,
    left: asyncio.Event | None = None,
) -> Exchange:
    """One request. Of the `body`, whose pieces come one by one, `SILENCE` never comes. After it the client
    stays until it has `left`.
    """
    pieces, found = list(body) or [b""], Exchange()

    async def receive() -> Message:
        if not pieces:
            await (left or asyncio.Event()).wait()
            return {"type": "http.disconnect"}
        piece = pieces.pop(0)
        if isinstance(piece, str):
            await asyncio.Event().wait()
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: Message) -> None:
        if take is not None:
            await take(message)
        found.sent.append(message)

    await application(scope_of(target, method, headers, peer), receive, send)
    return found


def ask(
    application: Callable[..., Awaitable[None]], target: str, method: str = "GET", **how: Any
) -> Exchange:
    """The same from a test that does nothing else meanwhile."""
    return asyncio.run(exchange(application, target, method, **how))
