"""The keyring: numbered root keys in a file of their own, and every key that is derived from them.

A root is 32 random bytes. Working keys (peppers, key encryption, the audit key) are HKDF-SHA-256
(RFC 5869) of a root with a purpose label, so one file protects everything and no two purposes
share a key. Old roots stay for as long as a row names their number. Roots are used once they were found to
be those that this database was made with: `console.keyring_checks`.
"""

import base64
import fcntl
import functools
import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

Roots = dict[int, bytes]

ROOT_BYTES = 32
NONCE_BYTES = 12
# By dotted path: it asks the database, whose models use keys.
REQUIRE_FITTING = "console.keyring_checks.require_fitting"
HIGHEST = "console.keyring_checks.highest"


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


def _encode(roots: Roots) -> bytes:
    rows = [
        {"number": number, "key": base64.b64encode(root).decode()}
        for number, root in sorted(roots.items())
    ]
    return json.dumps({"roots": rows}, indent=1).encode() + b"\n"


def _decode(path: Path, content: bytes) -> Roots:
    try:
        roots = {
            row["number"]: base64.b64decode(row["key"], validate=True)
            for row in json.loads(content)["roots"]
        }
    except (ValueError, KeyError, TypeError) as error:
        raise ImproperlyConfigured(f"{path} is not a keyring") from error
    if not roots or any(len(root) != ROOT_BYTES for root in roots.values()):
        raise ImproperlyConfigured(f"{path} is not a keyring")
    return roots


def create() -> bool:
    """Make the keyring with a first root, unless the file is there; whether it was made now."""
    path, first = settings.ROSTER_KEYRING_FILE, {1: secrets.token_bytes(ROOT_BYTES)}
    return _decode(path, read_or_create(path, lambda: _encode(first))) == first


# What this process has read, and when the file had changed then; hashes of contents that fitted.
_known: dict[Path, tuple[int | None, Roots]] = {}
_fitting: set[bytes] = set()
# Roots that are being found to fit or not.
_tried: ContextVar[Roots | None] = ContextVar("tried_roots", default=None)


def _changed_at(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ImproperlyConfigured(
            f"there is no keyring {path}; correct ROSTER_KEYRING_FILE, or restore the file from its"
            " backup. Only `serve` over an empty database and `keyring --init` make one"
        ) from error
    except OSError as error:
        reason = f"the keyring {path} cannot be read: {error.strerror}"
        raise ImproperlyConfigured(reason) from error


def _roots(path: Path) -> Roots:
    """Every root. A file that changed is read again; one that is gone changes nothing here."""
    tried = _tried.get()
    if tried is not None:
        return tried
    changed = _changed_at(path)
    if path in _known and changed in {None, _known[path][0]}:
        return _known[path][1]
    content = _read(path)
    roots = _decode(path, content)
    _require_fitting(roots, hashlib.sha256(content).digest())
    _known[path] = (changed, roots)
    return roots


def _require_fitting(roots: Roots, content: bytes) -> None:
    """Ask the database whether it was made with them, once for each content of the file."""
    if content in _fitting:
        return
    token = _tried.set(roots)
    try:
        import_string(REQUIRE_FITTING)()
    finally:
        _tried.reset(token)
    _fitting.add(content)


def version() -> int:
    """What differs once the keyring differs: when the file that is in use was changed, in nanoseconds."""
    path = settings.ROSTER_KEYRING_FILE
    _roots(path)
    return _known[path][0] or 0


def numbers() -> list[int]:
    """The numbers of all roots, oldest first."""
    return sorted(_roots(settings.ROSTER_KEYRING_FILE))


def current() -> int:
    """The number of the root that new rows are made under."""
    return numbers()[-1]


def add_root() -> int:
    """Write the keyring anew with one more root and return its number.

    Running processes see it at their next use; what was made under an older number stays valid. The
    number was never used in this database, not even by a root that was lost since.
    """
    path = settings.ROSTER_KEYRING_FILE
    current()
    # Two that add at the same moment follow each other, or one root would be lost.
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        roots = _decode(path, _read(path))
        highest: int = import_string(HIGHEST)()
        number = max(*roots, highest) + 1
        roots[number] = secrets.token_bytes(ROOT_BYTES)
        _write_beside(path, _encode(roots)).replace(path)
    forget()
    current()  # so that the database knows it
    return number


@contextmanager
def without_database() -> Iterator[None]:
    """Take the file as it is, whether or not a database was made with it: there may be none yet."""
    path = settings.ROSTER_KEYRING_FILE
    token = _tried.set(_decode(path, _read(path)))
    try:
        yield
    finally:
        _tried.reset(token)


def forget() -> None:
    """Drop what was read, so that the next use reads the file again."""
    _known.clear()
    _derive.cache_clear()


@functools.cache
def _derive(root: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(root)


def key(purpose: str, number: int) -> bytes:
    """The 32-byte key for `purpose` under root `number`."""
    path = settings.ROSTER_KEYRING_FILE
    try:
        root = _roots(path)[number]
    except KeyError as error:
        raise ImproperlyConfigured(f"the keyring {path} has no root number {number}") from error
    return _derive(root, purpose)


def encrypt(purpose: str, number: int, plain: bytes, bound_to: str) -> bytes:
    """AES-256-GCM (NIST SP 800-38D) of `plain`, nonce first; decrypts only for the same `bound_to`."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key(purpose, number)).encrypt(nonce, plain, bound_to.encode())


def decrypt(purpose: str, number: int, sealed: bytes, bound_to: str) -> bytes:
    """The inverse of `encrypt`; raises `cryptography.exceptions.InvalidTag` for anything else."""
    nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    return AESGCM(key(purpose, number)).decrypt(nonce, body, bound_to.encode())
