"""The heads of the tables of robots and tokens."""

from collections.abc import Mapping
from functools import partial

from console.pages.actions import Column

_MENU = Column("Actions", "menu")
_USE = (Column("Expires"), Column("Last used"), _MENU)
ROBOT_TOKENS = (Column("Token"), Column("State"), Column("Created by"), *_USE)
OWN_TOKENS = (Column("Token"), Column("State"), Column("May do"), Column("Created"), *_USE)


def robot_columns(sorts: Mapping[str, tuple[str, str]], *, ticks: bool) -> list[Column]:
    """The columns of a list of robots; `sorts` has the address and the direction of each that sorts."""

    sorted_by = partial(_sorted_by, sorts)
    return [
        *_ticks(ticks=ticks),
        sorted_by("Robot", "name"),
        Column("State"),
        Column("Level"),
        Column("Teams", priority=2),
        Column("Permissions", "number", priority=2),
        Column("Tokens", "number", priority=2),
        sorted_by("Expires", "expires"),
        sorted_by("Last used", "used"),
        sorted_by("Created", "created", priority=3),
    ]


def all_token_columns(sorts: Mapping[str, tuple[str, str]], *, ticks: bool) -> list[Column]:
    """The columns of a list of tokens of many robots; `sorts` as above."""
    sorted_by = partial(_sorted_by, sorts)
    return [
        *_ticks(ticks=ticks),
        sorted_by("Token", "name"),
        Column("Owner"),
        Column("State and kind"),
        sorted_by("Expires", "expires"),
        sorted_by("Last used", "used"),
        sorted_by("Created by", "created", priority=2),
        Column("Seen by", priority=3),
    ]


def _ticks(*, ticks: bool) -> list[Column]:
    return [Column("Tick all on this page", "tick")] if ticks else []


def _sorted_by(
    sorts: Mapping[str, tuple[str, str]], label: str, name: str, *, priority: int = 1
) -> Column:
    url, direction = sorts[name]
    return Column(label, sort_url=url, direction=direction, priority=priority)
