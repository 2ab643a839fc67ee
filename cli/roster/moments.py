"""Times and spans: ages as Kubernetes prints them, and how people write how long something lives."""

import re
from datetime import UTC, datetime

import click

from roster.shapes import Fields, Json

MINUTE, HOUR, DAY, YEAR = 60, 3600, 86400, 365 * 86400
# Up to how many seconds an age is written with which unit, and with which smaller one beside it.
AGES = (
    (2 * MINUTE, (1, "s"), None),
    (10 * MINUTE, (MINUTE, "m"), (1, "s")),
    (3 * HOUR, (MINUTE, "m"), None),
    (8 * HOUR, (HOUR, "h"), (MINUTE, "m")),
    (2 * DAY, (HOUR, "h"), None),
    (8 * DAY, (DAY, "d"), (HOUR, "h")),
    (2 * YEAR, (DAY, "d"), None),
    (8 * YEAR, (YEAR, "y"), (DAY, "d")),
)
UNITS = {"m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY, "y": YEAR}
NEVER = -1


def age(moment: object) -> str:
    """How long ago a time of the API was."""
    parsed = parse(moment)
    return "" if parsed is None else span((datetime.now(UTC) - parsed).total_seconds())


def parse(moment: object) -> datetime | None:
    """A time of the API (RFC 3339), None if there is none."""
    if not isinstance(moment, str) or not moment:
        return None
    return datetime.fromisoformat(moment)


def span(seconds: float) -> str:
    """A length of time in Kubernetes' words: `28m`, `7d6h`."""
    rest = max(0, int(seconds))
    for limit, large, small in AGES:
        if rest < limit:
            return _written(rest, large, small)
    return f"{rest // YEAR}y"


def _written(rest: int, large: tuple[int, str], small: tuple[int, str] | None) -> str:
    text = f"{rest // large[0]}{large[1]}"
    if small and (more := rest % large[0] // small[0]):
        return f"{text}{more}{small[1]}"
    return text


def seconds(text: str) -> float:
    """How many seconds somebody typed; `ValueError` says why it is none."""
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", text) or not float(text):
        raise ValueError(f"{text} is no number of seconds such as 60")
    return float(text)


class Seconds(click.ParamType[float]):
    """How long to wait, as `seconds` reads it."""

    name = "seconds"

    def convert(
        self, value: Json, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            return seconds(str(value))
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


class Lifetime(click.ParamType[Fields]):
    """`90d`, `12w`, `1y`, `12h` or `never`, as the fields that the API takes for it."""

    name = "lifetime"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "90d|never"

    def convert(
        self, value: Json, param: click.Parameter | None, ctx: click.Context | None
    ) -> Json:
        if isinstance(value, dict):
            return value
        text = str(value).strip().lower()
        if text == "never":
            return {"expires_in_days": NEVER}
        found = length(text)
        if found is None:
            self.fail(f"{value!r} is no time like 90d, 12h or never.", param, ctx)
        return _fields(found)


class Overlap(click.ParamType[int]):
    """`24h`, `7d` or `now`, as seconds."""

    name = "overlap"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "24h|now"

    def convert(self, value: Json, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value).strip().lower()
        found = 0 if text == "now" else length(text)
        if found is None:
            self.fail(f"{value!r} is no time like 24h, 7d or now.", param, ctx)
        return found


class Length(click.ParamType[int]):
    """`15m` or `1h`, as seconds."""

    name = "length"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "15m"

    def convert(self, value: Json, param: click.Parameter | None, ctx: click.Context | None) -> int:
        found = length(str(value).strip().lower())
        if found is None:
            self.fail(f"{value!r} is no time like 15m or 1h.", param, ctx)
        return found


def length(text: str) -> int | None:
    """The seconds of `12h`; None for what is no such time."""
    found = re.fullmatch(r"([1-9][0-9]{0,6})([mhdwy])", text)
    return int(found[1]) * UNITS[found[2]] if found else None


def _fields(seconds: int) -> Fields:
    if seconds % DAY == 0:
        return {"expires_in_days": seconds // DAY}
    # The server counts: this machine's clock may be wrong.
    return {"expires_in": seconds}
