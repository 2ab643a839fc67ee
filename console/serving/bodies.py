"""Reading bodies: by a deadline, at a least rate, up to a size, in bounded memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

Receive = Callable[[], Awaitable[dict[str, Any]]]
# A body has this long, and a second more for each piece of this size that came.
GRACE_SECONDS = 10.0
LEAST_BYTES_A_SECOND = 16 * 1024


class BodyTooLarge(Exception):
    """It has more bytes than are read."""


class BodyTooSlow(Exception):
    """It did not come in time, or had to give way to others."""


class Disconnected(Exception):
    """The client went away before its body was whole."""


@dataclass(eq=False, slots=True)
class Reading:
    """A body that is being read, or was and is still needed."""

    limit: asyncio.Timeout
    size: int = 0
    whole: bool = False
    given_up: bool = False


class Bodies:
    """All bodies of this process, which together hold `most_held` bytes at most.

    Where they would hold more, the one that has been coming for the longest gives way: whoever sends
    slowly, and many times over, takes nothing from those who do not.
    """

    def __init__(self, most_held: int) -> None:
        self.most_held, self.held = most_held, 0
        self.readings: dict[Reading, None] = {}  # in the order in which they began

    @asynccontextmanager
    async def read(self, receive: Receive, most: int) -> AsyncIterator[bytes]:
        """The body, held until the block ends.

        Raises `BodyTooLarge` past `most` bytes, `BodyTooSlow`, or `Disconnected`.
        """
        reading = Reading(asyncio.timeout(GRACE_SECONDS))
        self.readings[reading] = None
        try:
            yield await self._whole(reading, receive, most)
        finally:
            self._release(reading)

    async def _whole(self, reading: Reading, receive: Receive, most: int) -> bytes:
        try:
            async with reading.limit:
                parts = [part async for part in self._parts(reading, receive, most)]
        except TimeoutError as fault:
            raise BodyTooSlow from fault
        reading.whole = True
        return b"".join(parts)

    async def _parts(self, reading: Reading, receive: Receive, most: int) -> AsyncIterator[bytes]:
        begun = asyncio.get_running_loop().time()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            part: bytes = message.get("body", b"")
            self._hold(reading, len(part), most)
            yield part
            if not message.get("more_body"):
                return
            reading.limit.reschedule(begun + GRACE_SECONDS + reading.size / LEAST_BYTES_A_SECOND)

    def _hold(self, reading: Reading, size: int, most: int) -> None:
        if reading.given_up:
            raise BodyTooSlow  # what came was on its way already
        reading.size += size
        self.held += size
        if reading.size > most:
            raise BodyTooLarge
        while self.held > self.most_held and (oldest := self._oldest()):
            self._give_up(oldest)
            if oldest is reading:
                raise BodyTooSlow

    def _give_up(self, reading: Reading) -> None:
        reading.given_up = True
        self._release(reading)
        if not reading.limit.expired():
            reading.limit.reschedule(0)  # long ago: it ends as soon as it is its turn

    def _oldest(self) -> Reading | None:
        return next((reading for reading in self.readings if not reading.whole), None)

    def _release(self, reading: Reading) -> None:
        if reading in self.readings:
            del self.readings[reading]
            self.held -= reading.size
