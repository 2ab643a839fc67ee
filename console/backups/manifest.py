"""What a backup says of itself: its file, whose chains end where, and which roots of the keyring it needs."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from console import keyring
from console.backups.errors import BackupError

FORMAT = 1
NAME = "manifest.json"
PURPOSE = "backup-manifest:v1"


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """Where a chain of the audit log begins and ends in the backup; links are hexadecimal.

    Events up to `purged` had been purged by Roster before, `purged_link` is the last link of these.
    """

    chain: str
    number: int
    link: str
    purged: int
    purged_link: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`database` is postgresql or sqlite, `roots` check values by number, `migrations` are `app.name`."""

    made_at: str
    database: str
    file: str
    size: int
    sha256: str
    migrations: list[str]
    roots: dict[str, str]
    chains: list[ChainEnd]

    @property
    def events(self) -> int:
        """How many are in it."""
        return sum(chain.number - chain.purged for chain in self.chains)


def write(folder: Path, manifest: Manifest) -> None:
    content = {"format": FORMAT, **asdict(manifest)}
    root = keyring.current()
    sealed = {**content, "seal": {"root": root, "hmac": _seal(content, root)}}
    (folder / NAME).write_text(json.dumps(sealed, indent=1) + "\n")


def read(folder: Path) -> Manifest:
    """Raise `BackupError` unless it is whole, and sealed with this keyring. Asks no database."""
    content = _read(folder / NAME)
    if content.get("format") != FORMAT:
        raise BackupError(
            f"{folder} has format {content.get('format')}; this version knows {FORMAT}"
        )
    seal = content.pop("seal")
    with keyring.without_database():
        if seal["root"] not in keyring.numbers():
            raise BackupError(
                f"{folder} was made with root {seal['root']}, which this keyring lacks"
            )
        if not hmac.compare_digest(seal["hmac"], _seal(content, seal["root"])):
            raise BackupError(f"{folder / NAME} was changed, or made with another keyring")
    chains = [ChainEnd(**chain) for chain in content.pop("chains")]
    return Manifest(**{name: content[name] for name in content if name != "format"}, chains=chains)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text())
        content["seal"]["root"], content["seal"]["hmac"]
    except OSError as fault:
        raise BackupError(f"{path} cannot be read: {fault.strerror}") from fault
    except (ValueError, KeyError, TypeError) as fault:
        raise BackupError(f"{path} is not the manifest of a backup") from fault
    return dict(content)


def _seal(content: dict[str, Any], root: int) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hmac.digest(keyring.key(PURPOSE, root), text.encode(), hashlib.sha256).hex()


def digest(path: Path) -> str:
    """The file's SHA-256, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_unchanged(folder: Path, manifest: Manifest) -> None:
    """Raise `BackupError` if the file is not the one that was written."""
    path = folder / manifest.file
    try:
        is_same = path.stat().st_size == manifest.size and digest(path) == manifest.sha256
    except OSError as fault:
        raise BackupError(f"{path} cannot be read: {fault.strerror}") from fault
    if not is_same:
        raise BackupError(f"{path} is not what was written: it was changed, or is cut off")
