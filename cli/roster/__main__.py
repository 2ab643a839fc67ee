"""Where the program begins and ends: Ctrl-C and closed pipes are quiet, the rest is `roster.cli`."""

import os
import sys

from roster.lazy import load

INTERRUPTED = 130


def main() -> None:
    """Run the command line; 0 done, 1 failed, 2 used wrongly, 130 interrupted."""
    sys.exit(_quietly())


def _quietly() -> int:
    try:
        code: int = load("roster.cli").run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes stdout once more as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


if __name__ == "__main__":
    main()
