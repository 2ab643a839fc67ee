"""What a page offers, as data that components draw: actions, tabs, columns of a table."""

from dataclasses import dataclass
from typing import Literal

Method = Literal["get", "post", "dialog"]


@dataclass(frozen=True, slots=True)
class Action:
    """What one can do: an entry of a menu, or a button.

    `get` leads to a page, `dialog` to one that htmx shows above this one, and `post` does it at once.
    """

    label: str
    url: str
    icon: str = ""
    tone: Literal["", "primary", "danger"] = ""
    method: Method = "get"
    is_apart: bool = False  # a line divides it from what stands above
    has_focus: bool = False  # what the page is about just now


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the pages of a thing."""

    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a table's column: with `sort_url` it sorts.

    Where there is no room for all, those of priority 3 go first, then those of 2; each cell says it, too.
    """

    label: str
    kind: Literal["", "number", "menu", "tick"] = ""
    sort_url: str = ""
    direction: str = ""
    priority: int = 1
