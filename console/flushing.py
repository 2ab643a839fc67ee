"""What a worker gathers in memory and writes down every few seconds, and once more at a clean stop."""

import threading
from multiprocessing.util import Finalize

from django.conf import settings
from django.db import Error, close_old_connections
from django.utils.module_loading import import_string

from console.models import Maintenance

FLUSH_SECONDS = 5.0
# Later than nothing: multiprocessing runs finalizers with a priority at a clean stop, when `atexit`
# no longer runs.
STOP_PRIORITY = 10


def _is_held_back() -> bool:
    """Whether what was gathered waits in memory, because no changes are taken. At a stop it is written all
    the same: it would be lost.
    """
    try:
        return Maintenance.objects.under_way() is not None
    except Error:  # each flush says that itself, and keeps what it has
        return False


def start() -> None:
    """Call the functions of `settings.FLUSHES` from now on. Each keeps, and logs, what it could not write."""
    flushes = [import_string(path) for path in settings.FLUSHES]
    signs = [import_string(path) for path in settings.SIGNS_OF_LIFE]

    def flush(*, held_back: bool = False) -> None:
        for each in [*signs, *(flushes if not held_back else [])]:
            each()

    def flush_for_ever() -> None:
        rest = threading.Event()
        while not rest.wait(FLUSH_SECONDS):
            close_old_connections()  # nobody else does that in this thread
            flush(held_back=_is_held_back())

    Finalize(None, flush, exitpriority=STOP_PRIORITY)
    threading.Thread(target=flush_for_ever, name="flushing", daemon=True).start()
