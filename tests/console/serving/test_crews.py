"""Threads for one kind of work each."""

import asyncio
import gc
import threading
import weakref

from console.serving.crews import Crew, Overloaded


class Work:
    """Work that is counted."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> None:
        self.done += 1


def test_work_that_was_given_up_is_neither_done_later_nor_kept() -> None:
    gate = threading.Event()

    async def overload() -> tuple[bool, int]:
        crew = Crew("test", 1, 0.01, lambda: None, whole=False)
        held = asyncio.create_task(crew.do(gate.wait))
        while not crew.started or not crew.jobs.empty():
            await asyncio.sleep(0)
        work, other = Work(), Work()
        refused = 0
        for each in (work, other):
            try:
                await crew.do(each)
            except Overloaded:
                refused += 1
        kept = weakref.ref(work)
        del work, each
        gc.collect()
        is_kept = kept() is not None
        gate.set()
        await held
        await crew.do(lambda: None)
        assert refused == 2
        return is_kept, other.done

    assert asyncio.run(overload()) == (False, 0)
