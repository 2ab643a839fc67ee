"""A token in the moment it is handed over, and one form in which it is taken away. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PersonalHandover:
    """A person's own token with its secret in the clear, in the moment it is handed over."""

    access_id: UUID
    secret: str
    token_name: str
    origin: str

    @property
    def stem(self) -> str:
        """How the names of its files begin."""
        return f"personal-{self.token_name}"


@dataclass(frozen=True, slots=True)
class Handover(PersonalHandover):
    """The same of a robot, with what a registry and a cluster ask for."""

    robot_id: int
    robot_name: str
    # The slug of its project; empty for one of the organization.
    project: str
    login_name: str
    organization: str
    registry_host: str
    registry_service: str
    created_at: datetime
    ends_at: datetime | None
    # The hosts of further registries that take it.
    other_hosts: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        return f"{self.place}-{self.token_name}"

    @property
    def place(self) -> str:
        """What tells the robot from those of other projects that have the same name."""
        return ".".join(filter(None, (self.project, self.robot_name)))


@dataclass(frozen=True, slots=True)
class Export:
    """One ready form: what it is called, its file's name and its text.

    Forms of one `group` stand in one tab; a `note` says how one is used, and `steps` what comes next:
    each in words, with the command if there is one.
    """

    key: str
    title: str
    filename: str
    text: str
    group: str
    holds_secret: bool = True
    note: str = ""
    steps: tuple[tuple[str, str], ...] = ()
