"""The one moment by which all of an exchange has to be over."""

import time


class Deadline:
    """A moment so many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """How many seconds are left, more than none; raises `TimeoutError` when it has passed."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left
