"""Sending answers: whole ones, and long ones a piece at a time, for as long as the client takes them."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from console.serving.bodies import Receive
from console.serving.crews import Crew

Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
PIECE = 64 * 1024
# A client has this long to take a piece.
TAKE_SECONDS = 30.0


@dataclass(slots=True)
class Answer:
    """An answer. Of a long one `body` is the beginning, and `rest` makes what follows when it is wanted.

    `close` is called when it was sent or given up. A HEAD's answer has `has_body` false.
    """

    status: int
    headers: Headers
    body: bytes
    rest: Iterator[bytes] | None = None
    close: Callable[[], None] | None = None
    has_body: bool = True


class NotTaken(Exception):
    """The client does not take the answer, or is gone; what was sent of it is visibly not all of it."""


async def send_answer(receive: Receive, send: Send, answer: Answer, crew: Crew) -> None:
    """Send `answer`; what makes the rest of it runs in `crew`. Raises `NotTaken`."""
    start = {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
    await send(start)
    try:
        if answer.has_body:
            await _send_body(receive, send, answer, crew)
        else:
            await _send(send, b"")
    finally:
        if answer.close is not None:
            await crew.do(answer.close)


async def _send_body(receive: Receive, send: Send, answer: Answer, crew: Crew) -> None:
    await _send(send, answer.body, more=answer.rest is not None)
    if answer.rest is None:
        return
    leaving = asyncio.create_task(_leave(receive))
    try:
        await _send_rest(send, answer.rest, crew, leaving)
    finally:
        leaving.cancel()


async def _send_rest(
    send: Send, rest: Iterator[bytes] | None, crew: Crew, leaving: asyncio.Task[None]
) -> None:
    while rest is not None:
        if leaving.done():  # the server takes pieces for nobody without a word
            raise NotTaken
        piece, rest = await crew.do(functools.partial(gather, rest))
        await _send(send, piece, more=rest is not None)


async def _leave(receive: Receive) -> None:
    """Until the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, body: bytes, *, more: bool = False) -> None:
    """All of `body`, in pieces whose taking has a deadline each."""
    last = max(len(body) - 1, 0) // PIECE
    for number in range(last + 1):
        piece = body[number * PIECE : (number + 1) * PIECE]
        goes_on = more or number < last
        message = {"type": "http.response.body", "body": piece, "more_body": goes_on}
        if not goes_on and number == 0:
            await send(message)  # it fits into what the system keeps for a connection
            continue
        try:
            await asyncio.wait_for(send(message), TAKE_SECONDS)
        except TimeoutError as fault:
            raise NotTaken from fault


def gather(parts: Iterable[bytes]) -> tuple[bytes, Iterator[bytes] | None]:
    """At least a piece of `parts`, if there is so much, and what makes the rest if there may be more."""
    taken: list[bytes] = []
    size, rest = 0, iter(parts)
    for part in rest:
        taken.append(part)
        size += len(part)
        if size >= PIECE:
            return b"".join(taken), rest
    return b"".join(taken), None
