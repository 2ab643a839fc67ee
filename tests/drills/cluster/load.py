"""Clients that go on asking until they are told to stop, each in a thread with a door of its own."""

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.drills.cluster.doors import Door
from tests.interop.processes import PATIENCE_SECONDS

# What a client does once; it says how that is called and what came of it.
Step = Callable[[Door], tuple[str, int]]
# Between two requests: a client that never pauses measures how fast Python is.
PAUSE_SECONDS = 0.05


class Load:
    """What came of everything that was asked."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, int]] = Counter()
        self.lock, self.ending = threading.Lock(), threading.Event()

    def run(self, door: Door, step: Step) -> None:
        while not self.ending.is_set():
            outcome = step(door)
            with self.lock:
                self.counts[outcome] += 1
            self.ending.wait(PAUSE_SECONDS)
        door.close()

    def total(self) -> int:
        with self.lock:
            return self.counts.total()

    def of(self, name: str) -> dict[int, int]:
        """How often each status came of what is called so."""
        with self.lock:
            return {
                status: times for (called, status), times in self.counts.items() if called == name
            }


@contextmanager
def load(doors: list[Door], *steps: Step) -> Iterator[Load]:
    """Let each door take one of the steps again and again, until the block ends."""
    going = Load()
    threads = [
        threading.Thread(target=going.run, args=pair)
        for pair in zip(doors, itertools.cycle(steps), strict=False)
    ]
    for thread in threads:
        thread.start()
    try:
        yield going
    finally:
        going.ending.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
