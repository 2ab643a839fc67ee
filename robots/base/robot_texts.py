"""What people write about a robot: a row here is in form, list, filter, CSV, API and audit log.

Besides, a text has a column on the model, and its option and field in the `roster` command.
"""

from dataclasses import dataclass
from typing import TypedDict


@dataclass(frozen=True, slots=True)
class RobotText:
    """One text: the name of its column, which is that of its field everywhere, and how it is shown."""

    name: str
    label: str
    help: str = ""
    rows: int = 1
    # Whether lists can be narrowed to robots with exactly this text.
    is_filter: bool = False


class RobotTexts(TypedDict, total=False):
    """The texts, as services take them."""

    description: str
    purpose: str


ROBOT_TEXTS = (
    RobotText("description", "Description", rows=2),
    RobotText(
        "purpose",
        "Purpose",
        "What its logins are for, in one line. Lists can be narrowed to robot accounts of one purpose.",
        is_filter=True,
    ),
)
TEXT_NAMES = tuple(text.name for text in ROBOT_TEXTS)
TEXT_FILTERS = tuple(text for text in ROBOT_TEXTS if text.is_filter)
