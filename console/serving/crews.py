"""Threads for one kind of work each, so that one kind never waits for another."""

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from console import measures

Result = TypeVar("Result")


class Overloaded(Exception):
    """The work was not done in time."""


class Job:
    """Work for a thread. Whoever claims it first has it: a thread, to do it, or the clock, to give it up."""

    __slots__ = ("claimed", "future", "work")

    def __init__(self, work: Callable[[], Any], future: "asyncio.Future[Any]") -> None:
        self.work, self.future = work, future
        self.claimed = threading.Lock()

    def claim(self) -> bool:
        return self.claimed.acquire(blocking=False)

    def settle(self, result: object, fault: BaseException | None) -> None:
        """In the loop: pass on what came of it, if anybody still waits."""
        if self.future.done():
            return
        if fault is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(fault)

    def give_up(self, whole: bool) -> None:
        """In the loop: stop waiting for what no thread has begun, and with `whole` for what one has."""
        is_mine = self.claim()
        if is_mine or whole:
            self.settle(None, Overloaded())
        if is_mine:
            # The job stays in the queue, but not with the request's body, which both of them lead to.
            del self.work, self.future


class Crew:
    """`size` threads that take work in the order in which it came.

    Work waits `patience` seconds at most for a thread; with `whole` it has to be done within them, though
    a thread that has begun is not interrupted. Each thread calls `begin` once. Threads start with the
    first job, so that a process that forks has none.
    """

    def __init__(
        self, name: str, size: int, patience: float, begin: Callable[[], None], *, whole: bool
    ) -> None:
        self.name, self.size, self.patience, self.whole = name, size, patience, whole
        self.begin = begin
        self.jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self.started = False

    async def do(self, work: Callable[[], Result]) -> Result:
        """What `work` returns or raises. Raises `Overloaded` when it could not be done in time."""
        if not self.started:
            self._start()
        loop = asyncio.get_running_loop()
        job = Job(work, loop.create_future())
        self.jobs.put(job)
        clock = loop.call_later(self.patience, job.give_up, self.whole)
        try:
            result: Result = await job.future
        except Overloaded:
            measures.OVERLOADED.labels(self.name).inc()
            raise
        finally:
            clock.cancel()
        return result

    def _start(self) -> None:
        self.started = True
        for number in range(self.size):
            name = f"{self.name}-{number + 1}"
            threading.Thread(target=self._work, name=name, daemon=True).start()

    def _work(self) -> None:
        self.begin()
        while True:
            _do(self.jobs.get())


def _do(job: Job) -> None:
    if not job.claim():
        return
    result, fault = None, None
    try:
        result = job.work()
    except BaseException as raised:  # noqa: BLE001 - it is raised again where it is awaited
        fault = raised
    loop = job.future.get_loop()
    if not loop.is_closed():
        loop.call_soon_threadsafe(job.settle, result, fault)
