"""The heads of the tables of robots and tokens."""

from collections.abc import Mapping

from console.pages.actions import Column

_MENU = Column("Actions", "menu")
_USE = (Column("Expires"), Column("Last used"), _MENU)
ROBOT_TOKENS = (Column("Token"), Column("State"), Column("Created by"), *_USE)
OWN_TOKENS = (Column("Token"), Column("State"), Column("May do"), Column("Created"), *_USE)


def robot_columns(sorts: Mapping[str, tuple[str, str]], *, ticks: bool) -> list[Column]:
    """The columns of a list of robots; `sorts` has the address and the direction of each that sorts."""

    def sorted_by(label: str, name: str) -> Column:
        url, direction = sorts[name]
        return Column(label, sort_url=url, direction=direction)

    tick = [Column("Tick all on this page", "tick")] if ticks else []
    return [
        *tick,
        sorted_by("Robot", "name"),
        Column("State"),
        Column("Level"),
        Column("Teams"),
        Column("Permissions", "number", short="Perms."),
        Column("Tokens", "number"),
        sorted_by("Expires", "expires"),
        sorted_by("Last used", "used"),
        sorted_by("Created", "created"),
    ]
