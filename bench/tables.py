"""Figures as Markdown tables, which are also plain enough for a terminal."""

from collections.abc import Sequence

Cell = str | int | float


def _text(value: Cell) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) or value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """A titled table, its columns as wide as their widest cell; numbers to the right."""
    texts = [list(head), *([_text(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(head))]
    right = [
        bool(rows) and all(not isinstance(row[column], str) for row in rows)
        for column in range(len(head))
    ]
    rule = [
        "-" * (width - 1) + ":-"[not number] for width, number in zip(widths, right, strict=True)
    ]
    lines = [_line(row, widths, right) for row in texts]
    lines.insert(1, _line(rule, widths, right))
    return f"## {title}\n\n" + "\n".join(lines) + "\n"


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = [
        cell.rjust(width) if is_right else cell.ljust(width)
        for cell, width, is_right in zip(cells, widths, right, strict=True)
    ]
    return f"| {' | '.join(padded)} |"
