"""A service that names its actor: how it is called, and the event that it writes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from teams.models import User
from tests.stage import Stage


@dataclass(frozen=True)
class Row:
    """How a service is called, the action of its event, and what that is about (else what it returns)."""

    call: Callable[[Any, Stage], Any]
    action: str
    target: Callable[[Stage], Any] | None = None
    # Those who do it to themselves have no other actor.
    actor: Callable[[Stage], User] | None = None
    # Whether it is refused to robots, whatever they hold.
    is_for_people: bool = False


Rows = dict[Callable[..., Any], Row]


def person(stage: Stage) -> User:
    return stage.person


# A link is a person's, who has to hold what it confers when it is opened.
def owner(stage: Stage) -> User:
    return stage.owner
