"""What ends a command: each is one sentence for the person in front of it."""


class Failure(Exception):
    """Ends the command with `roster: error: <text>` and exit code 1."""

    @property
    def texts(self) -> list[str]:
        """What went wrong, a sentence each."""
        return [str(self)]


class Failures(Failure):
    """Several at once, a sentence each."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__("; ".join(texts))
        self._texts = texts

    @property
    def texts(self) -> list[str]:
        return self._texts


class NotLoggedIn(Failure):
    """There is no token to act with."""

    def __init__(self) -> None:
        super().__init__("not logged in; run `roster login -a ORGANIZATION`")


class Over(Failure):
    """The login with a job's own token has ended."""

    def __init__(self, profile: str, end: str) -> None:
        super().__init__(
            f"the login of profile {profile} ended at {end}; run `roster login --oidc`"
        )


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

    @property
    def fields(self) -> set[str]:
        """The fields of the request that the server found wrong."""
        errors = self.problem.get("errors")
        found = errors if isinstance(errors, list) else []
        return {
            str(error["field"]) for error in found if isinstance(error, dict) and "field" in error
        }


class Repeated(Refused):
    """A request that was sent again because an answer was lost had worked the first time."""
