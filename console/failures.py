"""Lines about what fails all the time, once a second: a busy server without its database says a lot."""

import threading
import time
from typing import Any

SILENT_SECONDS = 1.0


class Failures:
    """Logs at most one line a second to `logger`, with the number of those left out before it."""

    def __init__(self, logger: Any, level: str = "error") -> None:  # noqa: ANN401 - structlog's lazy proxy
        self.logger, self.level, self.lock = logger, level, threading.Lock()
        self.silent_until, self.silent = 0.0, 0

    def log(self, event: str, **fields: object) -> None:
        """A line with these fields, unless there was one just now."""
        with self.lock:
            now = time.monotonic()
            if now < self.silent_until:
                self.silent += 1
                return
            since, self.silent, self.silent_until = self.silent, 0, now + SILENT_SECONDS
        getattr(self.logger, self.level)(event, not_logged=since, **fields)
