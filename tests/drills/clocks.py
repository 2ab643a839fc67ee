"""A clock that is set while programs run under it."""

from pathlib import Path

from tests.another_day import FAKED
from tests.interop.processes import Installation, require_tool

# Beside `faketime` itself: the library that it loads, for programs with threads.
LIBRARY = "libfaketimeMT.so.1"


class Clock:
    """What the programs of an installation take for the time; ours is another."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self.file = folder / "clock"
        self.set("+0")
        installation.environment |= FAKED | {
            "LD_PRELOAD": str(_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
        }

    def set(self, offset: str) -> None:
        """`+1d` or `-1d` from the true time; whoever looks meanwhile sees the one or the other."""
        new = self.file.with_suffix(".new")
        new.write_text(f"{offset}\n")
        new.replace(self.file)


def _library() -> Path:
    program = Path(require_tool("faketime")).resolve()
    return next(program.parent.parent.glob(f"lib/**/faketime/{LIBRARY}"))
