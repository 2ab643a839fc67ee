"""What `apply` made, kept in a file beside the manifest: nothing else is ever pruned."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from roster.errors import Failure
from roster.files import path_of, replace
from roster.manifest.kinds import Item


@dataclass(frozen=True)
class Entry:
    """A thing that was made, by the id that nothing else ever has."""

    kind: str
    key: str
    id: str


@dataclass
class State:
    """The file; without a path nothing is kept."""

    path: Path | None
    server: str
    organization: str
    created: list[Entry]
    # What the server made beside those: whoever creates a project may become its admin.
    came_along: list[Entry] = field(default_factory=list)

    def made(self, item: Item) -> None:
        """Remember a thing, at once: the next step may be the one that fails."""
        self.forget(item, write=False)
        self.created.append(_entry(item))
        self._write()

    def has(self, item: Item) -> bool:
        """Whether it made this very thing, not one of the same name."""
        return _entry(item) in self.created

    def is_by_hand(self, item: Item) -> bool:
        """Whether somebody else made it; where nothing is kept nobody knows."""
        return self.path is not None and _entry(item) not in (*self.created, *self.came_along)

    def came_with(self, items: list[Item]) -> None:
        """Remember what nobody asked for. It is never pruned by itself."""
        if items:
            self.came_along += map(_entry, items)
            self._write()

    def renamed(self, old: Item, new: Item) -> None:
        """What it made is called otherwise now; what somebody else made stays theirs."""
        if self.has(old):
            self.forget(old, write=False)
            self.made(new)

    def forget(self, item: Item, *, write: bool = True) -> None:
        self.created = [one for one in self.created if (one.kind, one.key) != _name(item)]
        if write:
            self._write()

    def _write(self) -> None:
        if self.path is None:
            return
        content = {
            "server": self.server,
            "organization": self.organization,
            "created": [asdict(entry) for entry in self.created],
            "came_along": [asdict(entry) for entry in self.came_along],
        }
        try:
            replace(self.path, json.dumps(content, indent=2) + "\n")
        except OSError as error:
            raise Failure(f"cannot write {self.path}: {error.strerror}") from error


def _entry(item: Item) -> Entry:
    return Entry(item.kind.name, item.key, item.id)


def _name(item: Item) -> tuple[str, str]:
    return item.kind.name, item.key


def place(manifest: str, asked: str | None) -> Path | None:
    """`roster.state.json` beside `roster.yaml`; nowhere for what comes from standard input."""
    if asked:
        return path_of(asked)
    return None if manifest == "-" else path_of(manifest).with_suffix(".state.json")


def read(path: Path | None, server: str, organization: str) -> State:
    """The file's content; a file about another organization is refused."""
    state = State(path, server, organization, [])
    if path is None:
        return state
    try:
        content = json.loads(path.read_text("utf-8"))
        state.created = [Entry(**one) for one in content["created"]]
        state.came_along = [Entry(**one) for one in content.get("came_along", [])]
        where = (content["server"], content["organization"])
    except FileNotFoundError:
        return state
    except OSError as error:
        raise Failure(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, TypeError, KeyError) as error:
        raise Failure(f"{path} is not a state file; say another with --state") from error
    if where != (server, organization):
        raise Failure(f"{path} is about {where[1]} at {where[0]}; say another with --state")
    return state
