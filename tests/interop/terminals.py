"""A terminal in which `manage.py` runs, as a person has one before them."""

import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.interop.processes import PATIENCE_SECONDS, ROOT, Installation, eventually


class Terminal:
    """A command at a terminal, and all that it shows."""

    def __init__(self, installation: Installation, *arguments: str, typed: str = "") -> None:
        self.screen, end = pty.openpty()
        self._shown = b""
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={"TERM": "xterm"} | installation.environment,
            stdin=subprocess.PIPE if typed else end,
            stdout=end,
            stderr=end,
            start_new_session=True,
        )
        os.close(end)
        if typed and self.process.stdin:
            self.process.stdin.write(typed.encode())
            self.process.stdin.close()
        self.reading = threading.Thread(target=self._read)
        self.reading.start()

    def _read(self) -> None:
        """Until nobody holds the other end any longer, which Linux says by an error."""
        try:
            while more := os.read(self.screen, 65_536):
                self._shown += more
        except OSError:
            pass

    @property
    def shown(self) -> str:
        return self._shown.decode().replace("\r\n", "\n")

    def wait_for(self, text: str) -> None:
        eventually(lambda: text in self.shown, f"it shows {text}: {self.shown}")

    def ends(self) -> int:
        """The exit code, once all of it is read."""
        code = self.process.wait(PATIENCE_SECONDS)
        self.reading.join(PATIENCE_SECONDS)
        return code


@contextmanager
def at_terminal(installation: Installation, *arguments: str, typed: str = "") -> Iterator[Terminal]:
    """A command that ends by itself, or by Ctrl-C where this ends."""
    terminal = Terminal(installation, *arguments, typed=typed)
    try:
        yield terminal
    finally:
        if terminal.process.poll() is None:
            terminal.process.send_signal(signal.SIGINT)
        terminal.ends()
        os.close(terminal.screen)
