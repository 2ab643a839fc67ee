"""The addresses of a list: those that filter or sort it otherwise."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from console.paging import CURSOR, address

# What has a place of its own on the page and is no chip.
APART = frozenset({"q", "sort"})


def chips(
    query: QueryDict, wanted: Mapping[str, Any], in_words: Callable[[str, str], str]
) -> list[tuple[str, str]]:
    """What is filtered in words, each with the address without it."""
    return [
        (in_words(name, value), address(query, **{name: "", CURSOR: ""}))
        for name, value in wanted.items()
        if name not in APART
    ]


def value_links(
    query: QueryDict, name: str, values: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Each value of a filter: itself, in words, and the address that asks for it."""
    return [
        (value, words, address(query, **{name: value, CURSOR: ""}))
        for value, words in values.items()
    ]


def sorts(query: QueryDict, columns: Iterable[str], present: str) -> dict[str, tuple[str, str]]:
    """The address that sorts by each column, or turns it round, and how it is sorted now."""
    found = {}
    for column in columns:
        directions = {column: "ascending", f"-{column}": "descending"}
        turned = f"-{column}" if present == column else column
        found[column] = (address(query, sort=turned, cursor=""), directions.get(present, ""))
    return found


def query_of(wanted: Mapping[str, Any]) -> str:
    """What stands after the address of a list that is asked for this, with its question mark."""
    return f"?{urlencode(wanted)}" if wanted else ""
