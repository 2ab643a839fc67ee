"""What a run is told on its command line."""

import argparse
from dataclasses import dataclass

# The last version in which every decision read its state anew.
OLDER = "a118f5d"
THROWAWAY = "postgresql"


@dataclass(frozen=True, slots=True)
class Options:
    """The size of the data, the length of the run, and the database."""

    robots: int
    tokens: int
    organizations: int
    seconds: float
    rounds: int
    database: str
    keep: bool
    profile: bool
    peers: bool
    older: str


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Roster.")
    parser.add_argument("--robots", type=int, default=100_000)
    parser.add_argument("--tokens", type=int, default=1_000_000)
    parser.add_argument("--organizations", type=int, default=1_000, help="of the second data set")
    parser.add_argument("--seconds", type=float, default=3, help="of load, each time")
    parser.add_argument("--rounds", type=int, default=5, help="the median of so many is shown")
    parser.add_argument(
        "--database",
        default="",
        metavar="URL",
        help=f"postgresql://…, or `{THROWAWAY}` for a throw-away cluster of Debian's package; "
        "SQLite without it",
    )
    parser.add_argument("--keep", action="store_true", help="keep the filled databases")
    parser.add_argument("--profile", action="store_true", help="also show where the time goes")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="Roster alone")
    parser.add_argument(
        "--older", default=OLDER, metavar="COMMIT", help="the version to compare verifiers with"
    )
    return parser


def options(arguments: list[str] | None = None) -> Options:
    """The options of this run; ends the program when they make no sense."""
    parser = _parser()
    found = parser.parse_args(arguments)
    if found.tokens < found.robots * 2 or found.robots < 100:
        parser.error("at least 100 robots and two tokens for each")
    if found.rounds < 1 or found.seconds < 1:
        parser.error("at least one round of one second")
    return Options(**vars(found))
