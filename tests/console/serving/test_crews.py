"""Threads for one kind of work each."""

import asyncio
import gc
import threading
import weakref

import pytest

from console.serving.crews import Crew, Overloaded

LONG = 600.0  # seconds; nothing here takes as much


class Work:
    """Work that is counted."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> None:
        self.done += 1


async def given_up(crew: Crew, held: asyncio.Task[None], gate: threading.Event) -> tuple[bool, int]:
    """Two pieces of work that nobody waits for: whether the first is kept, how often the second was done."""
    crew.patience = 0
    work, other = Work(), Work()
    with pytest.raises(Overloaded):
        await crew.do(work)
    with pytest.raises(Overloaded):
        await crew.do(other)
    kept = weakref.ref(work)
    del work
    gc.collect()
    is_kept = kept() is not None
    gate.set()
    crew.patience = LONG
    await held
    await crew.do(lambda: None)
    return is_kept, other.done


def test_work_that_was_given_up_is_neither_done_later_nor_kept() -> None:
    begun, gate = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        gate.wait()

    async def overload() -> tuple[bool, int]:
        crew = Crew("test", 1, LONG, lambda: None, whole=False)
        held = asyncio.create_task(crew.do(hold))
        while not begun.is_set():
            await asyncio.sleep(0)
        return await given_up(crew, held, gate)

    assert asyncio.run(overload()) == (False, 0)
