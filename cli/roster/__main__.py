"""Where the program begins and ends: Ctrl-C and closed pipes are quiet, the rest is `roster.cli`."""

import sys

from roster.lazy import load

INTERRUPTED = 130


def main() -> None:
    """Run the command line; 0 done, 1 failed, 2 used wrongly, 130 interrupted."""
    sys.exit(_quietly())


def _quietly() -> int:
    streams = load("roster.streams")
    streams.prepare()
    try:
        code: int = load("roster.cli").run()
    except KeyboardInterrupt:
        return INTERRUPTED
    streams.drop()
    return code


if __name__ == "__main__":
    main()
