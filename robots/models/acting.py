"""What only an instance of a robot has that acts: what came in with its token."""

from collections.abc import Callable

from console.permissions.decision import CameWith, Target
from console.permissions.vocabulary import Permission, Permissions


class Acting:
    """An actor that comes with a token: what that narrows it to, and which one it is."""

    narrowing: Permissions | None = None
    came_with: CameWith | None = None
    # Who is told what it was asked for and holds, and where.
    noting: Callable[[Permission, Target], None] | None = None
    is_operator = False

    def prove_presence(self) -> None:
        """A robot is never signed in: its token proves itself with every request."""

    def note_use(self, permission: Permission, target: Target) -> None:
        if self.noting:
            self.noting(permission, target)
