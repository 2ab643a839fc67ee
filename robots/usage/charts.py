"""Days of use as bars with a scale, what each bar says, and the tables that say the same."""

from dataclasses import dataclass
from typing import Any

from django import forms

from console.pages.actions import Tab
from console.pages.reading import wanted_of
from console.paging import Reading, address
from robots.usage.days import DAYS, PERIODS, Day, Share, Use

SLOT, BAR, HEIGHT = 12, 8, 96


class PeriodForm(forms.Form):
    """How many days a chart shows."""

    days = forms.ChoiceField(
        label="Days",
        required=False,
        choices=[(str(days), f"{days} days") for days in PERIODS],
        error_messages={"invalid_choice": f"Write {', '.join(map(str, PERIODS))}."},
    )


def days_of(query: Any) -> int:  # noqa: ANN401 - a `QueryDict`
    """How many days an address asks for; thirty unless it says."""
    return int(wanted_of(PeriodForm(query)).get("days") or DAYS)


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle of a chart, in its own units."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a day stands, from the scale's top to its foot, and what happened on it."""

    x: int
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars with their scale, their tables, and the sentence that says it."""

    rows: list[Day]
    bars: list[Bar]
    slots: list[Slot]
    scale: list[int]
    summary: str
    verifiers: list[Share]
    reasons: list[tuple[str, int]]
    periods: list[Tab]
    width: int
    slot: int = SLOT
    height: int = HEIGHT


def chart_of(use: Use, reading: Reading) -> Chart:
    """The days of `use`, accepted beneath and refused on top; other numbers of days as addresses."""
    top = _top(max((row.accepted + row.refused for row in use.days), default=0))
    return Chart(
        use.days,
        _bars(use.days, top),
        [Slot(number * SLOT, _words(row)) for number, row in enumerate(use.days)],
        [top, top // 2, 0],
        _summary(use.days),
        use.verifiers,
        use.reasons,
        _periods(reading, len(use.days)),
        len(use.days) * SLOT,
    )


def _top(highest: int) -> int:
    """The least 2, 4, 6 or 10 times a power of ten that holds the highest bar: its half is whole, too."""
    unit = int("1".ljust(len(str(highest)), "0"))
    return next(step * unit for step in (2, 4, 6, 10) if step * unit >= highest)


def _bars(rows: list[Day], highest: int) -> list[Bar]:
    bars = []
    for number, row in enumerate(rows):
        top = float(HEIGHT)
        for kind, amount in (("accepted", row.accepted), ("refused", row.refused)):
            length = round(amount / highest * HEIGHT, 1)
            top -= length
            if length:
                bars.append(Bar(number * SLOT + (SLOT - BAR) / 2, round(top, 1), BAR, length, kind))
    return bars


def _words(row: Day) -> str:
    return f"{row.label}: {row.accepted:,} accepted, {row.refused:,} refused"


def _summary(rows: list[Day]) -> str:
    accepted, refused = sum(row.accepted for row in rows), sum(row.refused for row in rows)
    return f"{accepted:,} accepted and {refused:,} refused in the last {len(rows)} days"


def _periods(reading: Reading, shown: int) -> list[Tab]:
    return [
        Tab(f"{days} days", address(reading.query, cursor="", days=str(days)), days == shown)
        for days in PERIODS
    ]
