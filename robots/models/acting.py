"""What the instance of a robot that acts has besides its row: what came with its token."""

from collections.abc import Callable

from console.permissions.decision import CameWith, Target
from console.permissions.vocabulary import Permission, Permissions


class Acting:
    """An actor that comes with a token: what that narrows it to, and which one it is."""

    narrowing: Permissions | None = None
    came_with: CameWith | None = None
    # What takes note of each permission that it was asked for and holds.
    noting: Callable[[Permission, Target], None] | None = None
    is_operator = False

    def prove_presence(self) -> None:
        """A robot is never signed in: its token proves itself with every request."""

    def factors(self) -> None:
        """A robot has no second factor, and no organization asks for one."""

    def note_use(self, permission: Permission, target: Target) -> None:
        if self.noting:
            self.noting(permission, target)
