"""The keyring: numbered root keys in a file of their own, and every key that is derived from them.

A root is 32 random bytes. Working keys (peppers, key encryption, the audit key) are HKDF-SHA-256
(RFC 5869) of a root with a purpose label, so one file protects everything and no two purposes
share a key. Old roots stay for as long as a row names their number.
"""

import base64
import fcntl
import functools
import json
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

ROOT_BYTES = 32
NONCE_BYTES = 12


def read_or_create(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the content of `path`; the first of any number of racing processes writes it, mode 0600.

    The content is complete before the name exists: it is written to a temporary file and linked.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _link_new(path, make())
    return path.read_bytes()


def _write_beside(path: Path, content: bytes) -> Path:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(temporary)


def _link_new(path: Path, content: bytes) -> None:
    temporary = _write_beside(path, content)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass  # another process was first; its content stands
    finally:
        temporary.unlink()


def new_secret_key() -> bytes:
    """A secret key for Django: 64 URL-safe characters of 384 random bits."""
    return secrets.token_urlsafe(48).encode()


def _encode(roots: dict[int, bytes]) -> bytes:
    rows = [
        {"number": number, "key": base64.b64encode(root).decode()}
        for number, root in sorted(roots.items())
    ]
    return json.dumps({"roots": rows}, indent=1).encode() + b"\n"


def _decode(content: bytes) -> dict[int, bytes]:
    roots = {
        row["number"]: base64.b64decode(row["key"], validate=True)
        for row in json.loads(content)["roots"]
    }
    if not roots or any(len(root) != ROOT_BYTES for root in roots.values()):
        raise ValueError
    return roots


def _new_keyring() -> bytes:
    return _encode({1: secrets.token_bytes(ROOT_BYTES)})


# What this process has read, and when the file had changed then.
_known: dict[Path, tuple[int | None, dict[int, bytes]]] = {}


def _changed_at(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


def _roots(path: Path) -> dict[int, bytes]:
    """Every root. A file that changed is read again; one that is gone changes nothing here."""
    changed = _changed_at(path)
    if path in _known and changed in {None, _known[path][0]}:
        return _known[path][1]
    try:
        roots = _decode(read_or_create(path, _new_keyring))
    except (ValueError, KeyError, TypeError) as error:
        raise ImproperlyConfigured(f"{path} is not a keyring") from error
    _known[path] = (changed, roots)
    return roots


def numbers() -> list[int]:
    """The numbers of all roots, oldest first."""
    return sorted(_roots(settings.ROSTER_KEYRING_FILE))


def current() -> int:
    """The number of the root that new rows are made under."""
    return numbers()[-1]


def add_root() -> int:
    """Write the keyring anew with one more root and return its number.

    Running processes see it at their next use; what was made under an older number stays valid.
    """
    path = settings.ROSTER_KEYRING_FILE
    read_or_create(path, _new_keyring)
    # Two that add at the same moment follow each other, or one root would be lost.
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        roots = _decode(path.read_bytes())
        number = max(roots) + 1
        roots[number] = secrets.token_bytes(ROOT_BYTES)
        _write_beside(path, _encode(roots)).replace(path)
    forget()
    return number


def forget() -> None:
    """Drop what was read, so that the next use reads the file again."""
    _known.clear()
    _derive.cache_clear()


@functools.cache
def _derive(path: Path, purpose: str, number: int) -> bytes:
    try:
        root = _roots(path)[number]
    except KeyError as error:
        raise ImproperlyConfigured(f"the keyring {path} has no root number {number}") from error
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(root)


def key(purpose: str, number: int) -> bytes:
    """The 32-byte key for `purpose` under root `number`."""
    return _derive(settings.ROSTER_KEYRING_FILE, purpose, number)


def encrypt(purpose: str, number: int, plain: bytes, bound_to: str) -> bytes:
    """AES-256-GCM (NIST SP 800-38D) of `plain`, nonce first; decrypts only for the same `bound_to`."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key(purpose, number)).encrypt(nonce, plain, bound_to.encode())


def decrypt(purpose: str, number: int, sealed: bytes, bound_to: str) -> bytes:
    """The inverse of `encrypt`; raises `cryptography.exceptions.InvalidTag` for anything else."""
    nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    return AESGCM(key(purpose, number)).decrypt(nonce, body, bound_to.encode())
