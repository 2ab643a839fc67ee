"""What ends a command: each is one sentence for the person in front of it."""


class Failure(Exception):
    """Ends the command with `roster: error: <text>` and exit code 1."""


class NotLoggedIn(Failure):
    """There is no token to act with."""

    def __init__(self) -> None:
        super().__init__("not logged in; run `roster login -a ORGANIZATION`")


class NoOrganization(Failure):
    """A personal account was asked for what only organizations have."""

    def __init__(self) -> None:
        super().__init__("only organizations can have robot accounts")


class Refused(Failure):
    """The server's answer was an error; `problem` is what it said (RFC 9457)."""

    def __init__(self, text: str, status: int, problem: dict[str, object]) -> None:
        super().__init__(text)
        self.status = status
        self.problem = problem


class Repeated(Refused):
    """A request that was sent again because an answer was lost had worked the first time."""
