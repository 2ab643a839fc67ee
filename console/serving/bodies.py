"""Reading bodies: by a deadline, at a least rate, up to a size, in bounded memory."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Receive = Callable[[], Awaitable[dict[str, Any]]]
# A body has this long, and a second more for each piece of this size that came.
GRACE_SECONDS = 10.0
LEAST_BYTES_A_SECOND = 16 * 1024


class BodyTooLarge(Exception):
    """It has more bytes than are read; `more` is whether some are still to come."""

    def __init__(self, *, more: bool = True) -> None:
        super().__init__()
        self.more = more


class BodyTooSlow(Exception):
    """It did not come in time, or had to give way to others."""


class Disconnected(Exception):
    """The client went away before its body was whole."""


class Bodies:
    """All bodies of this process, which together hold `most_held` bytes at most.

    Where they would hold more, the one that has been coming for the longest gives way: whoever sends
    slowly, and many times over, takes nothing from those who do not.
    """

    def __init__(self, most_held: int) -> None:
        self.most_held, self.held = most_held, 0
        self.readings: dict[Reading, None] = {}  # in the order in which they began

    def read(self, receive: Receive, most: int) -> "Reading":
        """The body, to be held in a block: `async with bodies.read(receive, most) as body`.

        Raises `BodyTooLarge` past `most` bytes, `BodyTooSlow`, or `Disconnected`.
        """
        return Reading(self, receive, most)

    def hold(self, reading: "Reading", size: int) -> None:
        """Hold so much more of a body. Raises `BodyTooSlow` where it has to give way."""
        if reading.given_up:
            raise BodyTooSlow  # what came was on its way already
        reading.size += size
        self.held += size
        while self.held > self.most_held and (oldest := self._oldest()):
            oldest.give_up()
            if oldest is reading:
                raise BodyTooSlow

    def _oldest(self) -> "Reading | None":
        return next((reading for reading in self.readings if not reading.whole), None)

    def release(self, reading: "Reading") -> None:
        """Hold nothing of it any more."""
        if reading in self.readings:
            del self.readings[reading]
            self.held -= reading.size


class Reading:
    """A body that is being read, or was and is still needed."""

    __slots__ = ("_bodies", "_limit", "_most", "_receive", "given_up", "size", "whole")

    def __init__(self, bodies: Bodies, receive: Receive, most: int) -> None:
        self._bodies, self._receive, self._most = bodies, receive, most
        self._limit = asyncio.timeout(GRACE_SECONDS)
        self.size, self.whole, self.given_up = 0, False, False

    async def __aenter__(self) -> bytes:
        self._bodies.readings[self] = None
        try:
            async with self._limit:
                body = await self._read()
        except BaseException as fault:
            self._bodies.release(self)
            if isinstance(fault, TimeoutError):
                raise BodyTooSlow from fault
            raise
        self.whole = True
        return body

    async def __aexit__(self, *fault: object) -> None:
        self._bodies.release(self)

    async def _read(self) -> bytes:
        parts, more = [], True
        begun = asyncio.get_running_loop().time()
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            part, more = message.get("body", b""), bool(message.get("more_body"))
            self._bodies.hold(self, len(part))
            if self.size > self._most:
                raise BodyTooLarge(more=more)
            parts.append(part)
            if more:
                end = begun + GRACE_SECONDS + self.size / LEAST_BYTES_A_SECOND
                self._limit.reschedule(end)
        return b"".join(parts)

    def give_up(self) -> None:
        """Make room for others."""
        self.given_up = True
        self._bodies.release(self)
        if not self._limit.expired():
            self._limit.reschedule(0)  # long ago: it ends as soon as it is its turn


async def skip(receive: Receive, most: int) -> None:
    """Take the rest of a body and keep nothing of it, so that its sender reads the answer.

    Raises `BodyTooLarge` past `most` bytes, `BodyTooSlow`, or `Disconnected`.
    """
    try:
        async with asyncio.timeout(GRACE_SECONDS) as limit:
            await _skip(receive, most, limit)
    except TimeoutError as fault:
        raise BodyTooSlow from fault


async def _skip(receive: Receive, most: int, limit: asyncio.Timeout) -> None:
    begun, size, more = asyncio.get_running_loop().time(), 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        size, more = size + len(message.get("body", b"")), bool(message.get("more_body"))
        if size > most:
            raise BodyTooLarge
        limit.reschedule(begun + GRACE_SECONDS + size / LEAST_BYTES_A_SECOND)
