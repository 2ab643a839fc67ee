"""Days of use as bars with their table."""

from dataclasses import dataclass

from robots.usage.days import DAYS, Day

SLOT, BAR, HEIGHT = 12, 8, 96


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle of a chart, in its own units."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, their table, and the sentence that says it."""

    rows: list[Day]
    bars: list[Bar]
    summary: str
    width: int = DAYS * SLOT
    height: int = HEIGHT


def chart_of(rows: list[Day]) -> Chart:
    """The last 30 days, accepted beneath and refused on top."""
    return Chart(rows, _bars(rows), _summary(rows))


def _bars(rows: list[Day]) -> list[Bar]:
    highest = max((row.accepted + row.refused for row in rows), default=0) or 1
    bars = []
    for number, row in enumerate(rows):
        top = float(HEIGHT)
        for kind, count in (("accepted", row.accepted), ("refused", row.refused)):
            length = round(count / highest * HEIGHT, 1)
            top -= length
            if length:
                bars.append(Bar(number * SLOT + (SLOT - BAR) / 2, round(top, 1), BAR, length, kind))
    return bars


def _summary(rows: list[Day]) -> str:
    accepted, refused = sum(row.accepted for row in rows), sum(row.refused for row in rows)
    return f"{accepted:,} accepted and {refused:,} refused in the last {DAYS} days"
