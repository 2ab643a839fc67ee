"""A network between two programs that is slow, swallows what it is given, or is cut."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from tests.interop.processes import free_port

CHUNK = 65_536


class Network:
    """Takes connections on `port` and passes them on to `target` on the same machine."""

    def __init__(self, target: int) -> None:
        self.target, self.port = target, free_port()
        # How long each piece is on its way, in seconds; whether pieces arrive at all.
        self.delay, self.arrives = 0.0, True
        self.writers: set[asyncio.StreamWriter] = set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)

    def start(self) -> None:
        self.thread.start()
        self._do(self._listen())

    async def _listen(self) -> None:
        self.server = await asyncio.start_server(self._connect, "127.0.0.1", self.port)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        self.writers |= {writer, far_writer}
        await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))
        self.writers -= {writer, far_writer}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(CHUNK):
                await asyncio.sleep(self.delay)
                if self.arrives:
                    writer.write(piece)
                    await writer.drain()
        writer.close()

    def cut(self) -> None:
        """End every connection, in the middle of whatever it says."""
        self._do(self._cut())

    async def _cut(self) -> None:
        for writer in self.writers:
            writer.transport.abort()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result()

    async def _close(self) -> None:
        self.server.close()
        await self._cut()
        # Whoever passes something on notices that there is nobody any more.
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def stop(self) -> None:
        self._do(self._close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@contextmanager
def network(target: int) -> Iterator[Network]:
    between = Network(target)
    between.start()
    try:
        yield between
    finally:
        between.stop()
