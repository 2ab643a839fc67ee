"""What a worker gathers in memory and writes down every few seconds, and once more at a clean stop."""

import threading
from multiprocessing.util import Finalize

from django.conf import settings
from django.db import close_old_connections
from django.utils.module_loading import import_string

FLUSH_SECONDS = 5.0
# Later than nothing: multiprocessing runs finalizers with a priority at a clean stop, when `atexit`
# no longer runs.
STOP_PRIORITY = 10


def start() -> None:
    """Call the functions of `settings.FLUSHES` from now on. Each keeps, and logs, what it could not write."""
    flushes = [import_string(path) for path in settings.FLUSHES]

    def flush() -> None:
        for each in flushes:
            each()

    def flush_for_ever() -> None:
        rest = threading.Event()
        while not rest.wait(FLUSH_SECONDS):
            close_old_connections()  # nobody else does that in this thread
            flush()

    Finalize(None, flush, exitpriority=STOP_PRIORITY)
    threading.Thread(target=flush_for_ever, name="flushing", daemon=True).start()
