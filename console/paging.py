"""Lists that page by key: constant cost at any depth, and counts that stop at 10,000."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.core import signing
from django.core.exceptions import BadRequest
from django.db.models import IntegerField, Model, Q, QuerySet, Subquery
from django.http import QueryDict

PAGE_SIZE = 50
COUNT_LIMIT = 10_000
CURSOR = "cursor"

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Order:
    """A sort key: a column in one direction, made unique by the id unless it is so by itself."""

    column: str
    descending: bool = False
    unique: bool = False

    @property
    def by(self) -> tuple[str, ...]:
        sign = "-" if self.descending else ""
        return (f"{sign}{self.column}",) if self.unique else (f"{sign}{self.column}", f"{sign}id")

    def reversed(self) -> "Order":
        return replace(self, descending=not self.descending)

    def beyond(self, value: Any, row_id: int) -> Q:  # noqa: ANN401 - any column's value
        """Rows after the key, written so that both databases use the index (performance.md)."""
        toward, past = ("lte", "lt") if self.descending else ("gte", "gt")
        if self.unique:
            return Q(**{f"{self.column}__{past}": value})
        if self.column == "id":
            return Q(**{f"id__{past}": row_id})
        return Q(**{f"{self.column}__{toward}": value}) & (
            Q(**{f"{self.column}__{past}": value}) | Q(**{f"id__{past}": row_id})
        )


# Of rows that no database sorts.
GATHERED = Order("key", unique=True)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A parameter of an address that asks for what is not there: what it is called, and why."""

    name: str
    value: str
    words: str
    query: QueryDict
    parameter: str = ""

    @property
    def without(self) -> str:
        """The address without it."""
        return address(self.query, **{self.parameter or self.name: "", CURSOR: ""})


@dataclass(frozen=True, slots=True)
class Reading:
    """What an address asks of a list, all of it: what is wanted, and what of it cannot be read."""

    query: QueryDict
    wanted: dict[str, Any] = field(default_factory=dict)
    unreadable: list[Unreadable] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text to look for."""
        return str(self.wanted.get("q") or "").strip()


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list with the addresses around it."""

    rows: Sequence[Row]
    count: int
    count_text: str
    next_url: str
    previous_url: str
    first_url: str
    # There may be rows: the address asks for what cannot be read, so none stands here.
    is_unread: bool = False


def _key(order: Order, row: Model) -> list[Any]:
    value = getattr(row, order.column)
    return [value.isoformat() if hasattr(value, "isoformat") else value, row.pk]


def _cursor(order: Order, row: Model, *, back: bool) -> str:
    return _signed(order, back, _key(order, row))


def _signed(order: Order, back: bool, key: list[Any]) -> str:
    return signing.dumps([order.column, order.descending, back, *key], salt="cursor", compress=True)


def _read(order: Order, text: str) -> tuple[bool, Any, int]:
    try:
        column, descending, back, value, row_id = signing.loads(text, salt="cursor")
    except (signing.BadSignature, ValueError) as error:
        raise BadRequest(
            "This page's address is not one of ours. Start at the first page."
        ) from error
    if (column, descending) != (order.column, order.descending):
        raise BadRequest("This page's address belongs to another order. Start at the first page.")
    return back, value, row_id


def _window(
    rows: QuerySet[Row], order: Order, cursor: str, size: int
) -> tuple[bool, list[Row], bool]:
    """Whether the cursor leads back, the rows there in their order, and whether there are more."""
    back = False
    if cursor:
        back, value, row_id = _read(order, cursor)
        rows = rows.filter((order.reversed() if back else order).beyond(value, row_id))
    ordered = rows.order_by(*(order.reversed() if back else order).by)
    window = list(ordered[: size + 1])
    more, window = len(window) > size, window[:size]
    return back, window[::-1] if back else window, more


def page_of(
    rows: QuerySet[Row],
    order: Order,
    reading: Reading,
    noun: tuple[str, str],
    size: int = PAGE_SIZE,
    parameter: str = CURSOR,
) -> Page[Row]:
    """The page that the address's `cursor` asks for. `noun` is the counted thing, one and many.

    Where anything in the address cannot be read there are no rows: nobody acts on those of another list.

    A second list on the same page has its cursor in another `parameter`.

    Costs one query for the rows and one for the count, which stops counting at 10,000.
    """
    rows = rows.none() if reading.unreadable else rows
    cursor = "" if reading.unreadable else reading.query.get(parameter, "")
    back, window, more = _window(rows, order, cursor, size)
    count, link = capped_count(rows), partial(_link, reading.query, parameter, order, window)
    return Page(
        rows=window,
        count=count,
        count_text=f"{count_words(count)} {noun[0] if count == 1 else noun[1]}",
        next_url=link(-1) if window and (more or back) else "",
        previous_url=link(0) if window and cursor and (more or not back) else "",
        first_url=address(reading.query, **{parameter: ""}) if cursor else "",
        is_unread=bool(reading.unreadable),
    )


def page_of_gathered(
    rows: Iterable[Any],
    key: Callable[[Any], str],
    reading: Reading,
    noun: tuple[str, str],
    parameter: str = CURSOR,
) -> Page[Any]:
    """`page_of`, of rows that were gathered already: what they are filtered by, no database can tell.

    `key` is what they are sorted by, another one for each.
    """
    rows = [] if reading.unreadable else sorted(rows, key=key)
    cursor, keys = reading.query.get(parameter, ""), [key(row) for row in rows]
    start = _start(cursor, keys) if cursor and rows else 0
    window = rows[start : start + PAGE_SIZE]

    def link(row: Any, *, back: bool) -> str:  # noqa: ANN401 - as they are gathered
        return address(reading.query, **{parameter: _signed(GATHERED, back, [key(row), 0])})

    return Page(
        rows=window,
        count=len(rows),
        count_text=f"{count_words(len(rows))} {noun[0] if len(rows) == 1 else noun[1]}",
        next_url=link(window[-1], back=False) if start + len(window) < len(rows) else "",
        previous_url=link(window[0], back=True) if window and start else "",
        first_url=address(reading.query, **{parameter: ""}) if start else "",
        is_unread=bool(reading.unreadable),
    )


def _start(cursor: str, keys: Sequence[str]) -> int:
    """The index of the first row that `cursor` asks for."""
    back, value, _ = _read(GATHERED, cursor)
    return max(0, bisect_left(keys, value) - PAGE_SIZE) if back else bisect_right(keys, value)


def _link(
    query: QueryDict, parameter: str, order: Order, window: Sequence[Model], index: int
) -> str:
    return address(query, **{parameter: _cursor(order, window[index], back=index == 0)})


def chunks(rows: QuerySet[Row], order: Order, size: int) -> Iterator[list[Row]]:
    """All `rows` by key, as pages go, so that no question stays open and none reads what went before."""
    ordered = rows.order_by(*order.by)
    chunk = list(ordered[:size])
    while chunk:
        yield chunk
        last = chunk[-1]
        beyond = order.beyond(getattr(last, order.column), last.pk)
        chunk = list(ordered.filter(beyond)[:size]) if len(chunk) == size else []


def address(query: QueryDict, **changes: str) -> str:
    """The query string with `changes`; an empty value takes a parameter away."""
    kept = {name: value for name, value in query.items() if name not in changes}
    chosen = {name: value for name, value in (kept | changes).items() if value}
    return "?" + urlencode(chosen)


def capped_count(rows: QuerySet[Any]) -> int:
    """How many `rows` there are, or one more than the limit when there are more than that."""
    return rows.order_by().values("pk")[: COUNT_LIMIT + 1].count()


class CountOf(Subquery):
    """How many rows a question answers with, as a value within another one."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


class CappedCount(CountOf):
    """`capped_count` as a value within another question."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk")[: COUNT_LIMIT + 1])


def count_words(count: int) -> str:
    """A capped count as people read it."""
    return f"more than {COUNT_LIMIT:,}" if count > COUNT_LIMIT else f"{count:,}"
